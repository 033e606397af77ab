import { unpackTools } from '../../world/tools';
import { BenchPortal } from '../promote/BenchPortal';
import { type Turns } from '../turns';
import { aGitStage, aProject, aStage, filesOf } from '../promote/manifests';
import {
  aChart,
  largeRepository,
  largeValues,
  manyFiles,
} from './repositories';

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 9);
const REPOSITORY_MIB = Number(process.env.BENCH_REPOSITORY_MIB ?? 200);
const FILES = Number(process.env.BENCH_FILES ?? 2_000);
const LINES = 20_000;
const TEMPLATES = 60;
const NO_OPS = 40;

/** Files with which this benchmark can be run on other commits. */
export const measuring = ['promote', 'steps'];

/** Both commits are measured by turns, a Promotion each. */
export const takesTurns = true;

/**
 * Measures steps as people meet them, on a portal in a process of its own that is talked to
 * over HTTP alone: from asking for a Promotion to seeing its success.
 *
 * @remarks
 * What a single step takes is the difference between Promotions with and without it.
 * `BENCH_ROUNDS` changes the length, `BENCH_REPOSITORY_MIB` the size of the large repository,
 * `BENCH_FILES` how many files the one of many files has.
 */
export async function run(turns: Turns): Promise<object> {
  const { folders } = await unpackTools();
  const bench = await BenchPortal.start({
    stages: ['flow'],
    path: folders,
    repositories: {
      large: largeRepository(REPOSITORY_MIB),
      many: { ...manyFiles(FILES), ...filesOf('many') },
      values: { 'values.yaml': largeValues(LINES) },
      chart: aChart(TEMPLATES),
    },
  });
  try {
    return {
      unit: 'milliseconds; medians, unless a name says otherwise',
      sizes: {
        repositoryMebibytes: REPOSITORY_MIB,
        files: FILES,
        valuesLines: LINES,
        templates: TEMPLATES,
      },
      ...(await measure(bench, turns)),
    };
  } finally {
    await bench.stop();
  }
}

async function measure(bench: BenchPortal, turns: Turns): Promise<object> {
  const freight = await prepare(bench);
  const time = (stage: string, rounds = ROUNDS) =>
    promote(bench, stage, freight, rounds, turns);
  const [cold] = await time('large', 1);
  const warm = median(await time('large', Math.min(ROUNDS, 5)));
  const one = median(await time('no-op-1'));
  const many = median(await time('no-op-many'));
  await time('flow', 1);
  const flow = median(await time('flow'));
  await time('many', 1);
  const manyFlow = median(await time('many'));
  await time('values', 1);
  const values = median(await time('values'));
  const updated = median(await time('values-update'));
  return {
    cloneOfALargeRepository: { cold: round(cold), warm },
    cloneSetImageCommitPush: flow,
    cloneSetImageCommitPushOfManyFiles: manyFlow,
    yamlUpdate: {
      cloneAlone: values,
      withTheStep: updated,
      step: round(updated - values),
    },
    helmTemplate: await measureHelm(time),
    noOp: { promotionOfOne: one, perStep: round((many - one) / NO_OPS) },
  };
}

/** Not every commit has the step. */
async function measureHelm(
  time: (stage: string, rounds?: number) => Promise<number[]>,
): Promise<object> {
  try {
    await time('chart-template', 1);
  } catch (error) {
    return { unavailable: String(error) };
  }
  const clone = median(await time('chart'));
  const rendered = median(await time('chart-template'));
  return {
    cloneAlone: clone,
    withTheStep: rendered,
    step: round(rendered - clone),
  };
}

/** Everything that is promoted, and two pieces of Freight to promote in turn. */
async function prepare(bench: BenchPortal): Promise<string[]> {
  const { subject } = bench;
  const clone = (name: string) => `
      - uses: git-clone
        config:
          repoURL: ${bench.repoURL(name)}
          checkout: [{branch: main, path: ./src}]`;
  const tag = `"\${{ imageFrom('${subject.image}').Tag }}"`;
  const noOp = `
      - uses: compose-output
        config: {tag: 1}`;
  bench.pushTag('1.0.0');
  await bench.apply(
    [
      aProject(subject),
      aGitStage('flow', subject),
      aGitStage('many', { ...subject, gitURL: bench.repoURL('many') }),
      aStage('no-op-1', noOp),
      aStage('no-op-many', noOp.repeat(NO_OPS + 1)),
      aStage('large', clone('large')),
      aStage('values', clone('values')),
      aStage(
        'values-update',
        `${clone('values')}
      - uses: yaml-update
        config:
          path: ./src/values.yaml
          updates: [{key: services.service-4000.tag, value: ${tag}}]`,
      ),
      aStage('chart', clone('chart')),
      aStage(
        'chart-template',
        `${clone('chart')}
      - uses: helm-template
        config:
          path: ./src/chart
          outPath: ./out
          releaseName: web
          setValues: [{key: image.tag, value: ${tag}}]`,
      ),
    ].join(''),
  );
  const { name: first } = await bench.newFreight([]);
  bench.pushTag('1.0.1');
  await bench.refresh();
  const { name: second } = await bench.newFreight([first]);
  return [first, second];
}

/** How long so many Promotions took, one after the other. */
async function promote(
  bench: BenchPortal,
  stage: string,
  freight: readonly string[],
  rounds: number,
  turns: Turns,
): Promise<number[]> {
  const took: number[] = [];
  for (let n = 0; n < rounds; n++) {
    const askedMs = performance.now();
    const name = await bench.promote(stage, freight[(n + 1) % freight.length]);
    took.push((await bench.succeeded(name)) - askedMs);
    await turns.pass();
  }
  return took;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return round(sorted[Math.floor(sorted.length / 2)]);
}

function round(milliseconds: number): number {
  return Math.round(milliseconds * 100) / 100;
}
