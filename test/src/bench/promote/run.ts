import { setTimeout as delay } from 'node:timers/promises';
import { measureIdle, measureMemory } from './atRest';
import { BenchPortal, type LoopDelay, POSTGRES_URL } from './BenchPortal';
import { aGitStage, aLightStage, aProject } from './manifests';
import { type Turns } from '../turns';
import { medians } from './medians';
import { passWhenQuiet } from './passWhenQuiet';
import { measureReads } from './reads';

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 15);
const MANY = [20, 100];
const REGISTRY_PAUSE_MS = 2_000;
/** Rounds of many at once: each takes long, and a few of them are told apart by chance. */
const MANY_ROUNDS = Math.min(ROUNDS, 9);
/** As many as a Warehouse looks at unless told otherwise. */
const KEPT_TAGS = 20;

/** Files with which this benchmark can be run on other commits: all of it. */
export const measuring = ['promote'];

/** Both commits are measured by turns, a round each. */
export const takesTurns = true;

/** What can be measured, by its name. */
const measurements: Record<
  string,
  (turns: Turns, postgresUrl?: string) => Promise<object>
> = {
  promotions: measurePromotions,
  reads: measureReads,
  idle: (_, postgresUrl) => measureIdle(postgresUrl),
  memory: (_, postgresUrl) => measureMemory(postgresUrl),
};

/**
 * Measures what people wait for, on a portal in a process of its own that is talked to
 * over HTTP alone: a Promotion that clones, sets an image, commits and pushes; the way of a
 * new tag to such a Promotion's end; many Promotions at once; reads; and what a portal at
 * rest takes, with a little and with as much as the product promises to bear.
 *
 * @remarks
 * `BENCH_ROUNDS` changes its length; `BENCH_BALLAST_MIB` makes the portal as large as one
 * with more plugins; `BENCH_DATABASES` (`sqlite`, `postgres`) chooses databases, and
 * `BENCH_ROWS` (`promotions`, `reads`, `idle`, `memory`) what is measured.
 */
export async function run(turns: Turns): Promise<object> {
  const wanted = (process.env.BENCH_DATABASES ?? 'sqlite,postgres').split(',');
  const postgresUrl = process.env[POSTGRES_URL];
  const results: Record<string, object> = {};
  if (wanted.includes('sqlite')) {
    results.sqlite = await measure(turns);
  }
  if (wanted.includes('postgres') && postgresUrl) {
    results.postgres = await measure(turns, postgresUrl);
  }
  return {
    unit: 'milliseconds, medians, unless a name says otherwise',
    programsPerPromotion: await countPrograms(),
    results,
  };
}

const light = many('light', Math.max(...MANY));
const writing = many('writing', MANY[0]);

function many(name: string, count: number): string[] {
  return Array.from({ length: count }, (_, n) => `${name}-${n}`);
}

async function measure(turns: Turns, postgresUrl?: string): Promise<object> {
  const wanted = process.env.BENCH_ROWS?.split(',');
  const figures: Record<string, object> = {};
  for (const [name, measureOne] of Object.entries(measurements)) {
    if (!wanted || wanted.includes(name)) {
      figures[name] = await measureOne(turns, postgresUrl).catch(asProblem);
      await turns.pass();
    }
  }
  return figures;
}

/** In the place of figures, so that those of other measurements are not lost with them. */
function asProblem(error: Error): object {
  return { problem: error.message };
}

async function measurePromotions(
  turns: Turns,
  postgresUrl?: string,
): Promise<object> {
  const stages = ['auto', 'by-hand', ...writing];
  const bench = await BenchPortal.start({ stages, postgresUrl });
  try {
    const { subject } = bench;
    bench.pushTag('1.0.0');
    await bench.apply(
      [
        aProject(subject),
        aGitStage('by-hand', subject),
        ...light.map(stage => aLightStage(stage, subject)),
        ...writing.map(stage => aGitStage(stage, subject, false)),
      ].join(''),
    );
    const { name: first } = await bench.newFreight([]);
    bench.pushTag('1.0.1');
    await bench.refresh();
    const { name: second } = await bench.newFreight([first]);
    return {
      promotion: await measurePromotion(bench, [first, second], turns),
      ...(await measureMany(bench, [first, second], turns)),
      ...(await measureNewTags(bench, turns)),
    };
  } finally {
    await bench.stop();
  }
}

/** From asking for a Promotion to seeing its success, and where the time goes. */
async function measurePromotion(
  bench: BenchPortal,
  freight: readonly string[],
  turns: Turns,
): Promise<object> {
  const rows: Array<Record<string, number>> = [];
  // The first makes up for what only the first has to do.
  for (let round = 0; round <= ROUNDS; round++) {
    const askedMs = performance.now();
    const name = await bench.promote('by-hand', freight[round % 2]);
    const succeededMs = await bench.succeeded(name);
    const requests = bench.log.since(askedMs);
    const endedMs = Math.max(...requests.map(request => request.endedMs ?? 0));
    if (round === 0) {
      await bench.loopDelay();
      await passWhenQuiet(bench, turns);
      continue;
    }
    rows.push({
      askedToSucceeded: succeededMs - askedMs,
      askedToFirstRequest: requests[0].startedMs - askedMs,
      gitPart: endedMs - requests[0].startedMs,
      lastAnswerToSucceeded: succeededMs - endedMs,
      requests: requests.length,
    });
    await passWhenQuiet(bench, turns);
  }
  return { ...medians(rows), eventLoopDelay: await loopDelay(bench) };
}

/** Many Promotions at once, from asking for the first until all have succeeded. */
async function measureMany(
  bench: BenchPortal,
  freight: readonly string[],
  turns: Turns,
): Promise<Record<string, object>> {
  const loads: Array<[string, string[]]> = [
    ...MANY.map((count): [string, string[]] => [
      `${count} at once, three light steps`,
      light.slice(0, count),
    ]),
    [`${MANY[0]} at once, clone, set image, commit`, writing],
  ];
  const figures: Record<string, object> = {};
  for (const [name, stages] of loads) {
    const rows: Array<Record<string, number>> = [];
    for (let round = 0; round < MANY_ROUNDS; round++) {
      const before = await bench.loopDelay();
      const askedMs = performance.now();
      const names = await Promise.all(
        stages.map(stage => bench.promote(stage, freight[round % 2])),
      );
      const ends = await Promise.all(names.map(n => bench.succeeded(n)));
      const tookMs = Math.max(...ends) - askedMs;
      const { p99, max, processorMs } = await bench.loopDelay();
      rows.push({
        promotionsPerSecond: (stages.length * 1000) / tookMs,
        // Of the portal itself, without the programs that it starts.
        processorMsPerPromotion:
          (processorMs - before.processorMsAfterwards) / stages.length,
        eventLoopDelayP99: p99,
        eventLoopDelayMax: max,
      });
      await passWhenQuiet(bench, turns);
    }
    figures[name] = medians(rows);
  }
  return figures;
}

/** A new tag while the registry has few of them, and while it has as many as are kept. */
async function measureNewTags(
  bench: BenchPortal,
  turns: Turns,
): Promise<Record<string, object>> {
  await bench.apply(aGitStage('auto', bench.subject));
  await bench.succeededSince(performance.now());
  const newTag = await measureNewTag(bench, turns, '1.1').catch(asProblem);
  const known = bench.freight;
  for (let n = 0; n < KEPT_TAGS; n++) bench.pushTag(`1.2.${n}`);
  await bench.refresh();
  const { atMs } = await bench.newFreight(known);
  await bench.succeededSince(atMs);
  return {
    newTag,
    [`newTag beside ${KEPT_TAGS} others`]: await measureNewTag(
      bench,
      turns,
      '1.3',
    ).catch(asProblem),
  };
}

/**
 * From a new tag and a refresh to the success of the automatic Promotion.
 *
 * @param minor - what the tags begin with: newer than all that are there
 */
async function measureNewTag(
  bench: BenchPortal,
  turns: Turns,
  minor: string,
): Promise<object> {
  const rows: Array<Record<string, number>> = [];
  for (let round = 0; round < ROUNDS; round++) {
    // Rounds that follow each other at once would wait for what a registry is asked per second.
    await delay(REGISTRY_PAUSE_MS);
    const known = bench.freight;
    bench.pushTag(`${minor}.${round}`);
    const pushedMs = performance.now();
    await bench.refresh();
    const made = await bench.newFreight(known);
    const succeeded = await bench.succeededSince(made.atMs);
    const [request] = bench.log.since(pushedMs);
    rows.push({
      tagToFreight: made.atMs - pushedMs,
      freightToFirstRequest: request.startedMs - made.atMs,
      tagToSucceeded: succeeded.atMs - pushedMs,
    });
    await passWhenQuiet(bench, turns);
  }
  return medians(rows);
}

async function loopDelay(bench: BenchPortal): Promise<LoopDelay> {
  return bench.loopDelay();
}

/** Calls of git by the portal for one Promotion, one after the other. */
async function countPrograms(): Promise<object> {
  const bench = await BenchPortal.start({
    stages: ['by-hand'],
    countsPrograms: true,
  });
  try {
    const { subject } = bench;
    bench.pushTag('1.0.0');
    await bench.apply(aProject(subject) + aGitStage('by-hand', subject));
    const { name: first } = await bench.newFreight([]);
    bench.pushTag('1.0.1');
    await bench.refresh();
    const { name: second } = await bench.newFreight([first]);
    await bench.succeeded(await bench.promote('by-hand', first));
    const before = await bench.programs();
    await bench.succeeded(await bench.promote('by-hand', second));
    const calls = (await bench.programs()).slice(before.length);
    return { count: calls.length, calls: calls.map(shorten).join(', ') };
  } finally {
    await bench.stop();
  }
}

/** The subcommand alone. */
function shorten(call: string): string {
  return call.split(' ')[0];
}
