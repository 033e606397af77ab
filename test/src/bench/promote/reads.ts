import { setTimeout as delay } from 'node:timers/promises';
import { type Turns } from '../turns';
import { BenchPortal } from './BenchPortal';
import { aLightStage, aProject } from './manifests';
import { medians } from './medians';
import { passWhenQuiet } from './passWhenQuiet';

const STAGES = 500;
const FREIGHT = 100;
const ROUNDS = 21;
/** Until portal and client have done with the read before: what it leaves to collect is its own. */
const REST_MS = 50;
/** As many as a program makes that goes through what it has listed. */
const IN_A_ROW = 20;

/**
 * Reads of a project with 500 Stages and 100 pieces of Freight in which nothing has been
 * promoted: by itself, as a page asks after a while, and one after the other, as a program does;
 * and what the portal answers without any plugin, below which no read can come.
 */
export async function measureReads(
  turns: Turns,
  postgresUrl?: string,
): Promise<object> {
  const bench = await BenchPortal.start({ stages: [], postgresUrl });
  try {
    await fill(bench);
    const reads: Record<string, string> = {
      'the portal alone': '/.backstage/health/v1/liveness',
      'an answer that reads nothing':
        '/api/kargo/v1beta1/system/server-version',
      [`list of ${STAGES} Stages`]: 'stages',
      'one Stage': 'stages/stage-0',
      'Freight for one Stage': 'freight?stage=stage-0',
      [`list of ${FREIGHT} pieces of Freight`]: 'freight',
    };
    const rows: Array<Record<string, number>> = [];
    for (let round = 0; round <= ROUNDS; round++) {
      const row: Record<string, number> = {};
      for (const [name, path] of Object.entries(reads)) {
        await delay(REST_MS);
        row[name] = await bench.read(path);
        if (!name.startsWith('list')) {
          row[`${name}, read after read`] = await readInARow(bench, path);
        }
      }
      if (round > 0) rows.push(row);
      await passWhenQuiet(bench, turns);
    }
    return medians(rows);
  } finally {
    await bench.stop();
  }
}

/** Milliseconds for each of some reads that follow each other. */
async function readInARow(bench: BenchPortal, path: string): Promise<number> {
  let milliseconds = 0;
  for (let n = 0; n < IN_A_ROW; n++) {
    milliseconds += await bench.read(path);
  }
  return milliseconds / IN_A_ROW;
}

async function fill(bench: BenchPortal): Promise<void> {
  const { subject } = bench;
  bench.pushTag('1.0.0');
  // Whoever looks at more tags waits for what a registry is asked per second.
  await bench.apply(aProject(subject, 1));
  await bench.newFreight([]);
  for (let n = 1; n < FREIGHT; n++) {
    const known = bench.freight;
    bench.pushTag(`1.0.${n}`);
    await bench.refresh();
    await bench.newFreight(known);
  }
  await bench.applyMany(STAGES, n => aLightStage(`stage-${n}`, subject));
}
