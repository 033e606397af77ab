import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type BenchDatabase, onEachDatabase } from '../store/database';
import { BenchEngine } from './BenchEngine';
import { startReplica } from './connect';
import {
  aBystander,
  aPromotion,
  aStage,
  freightNumber,
  PROJECT,
} from './manifests';

const ROUNDS = 20;
const STEPS = 20;
const POPULATIONS = [100, 1_000];
/** Stages among which the Promotions of a load are spread. */
const LOADED_STAGES = 20;
const LOAD = Number(process.env.BENCH_LOAD ?? 200);
const APPLIED = 1_000;
const TWO_REPLICAS_LIMIT_MS = 300_000;
/** `no` on a commit on which two replicas lose work, which then keeps the engine from stopping. */
const WITH_TWO_REPLICAS = process.env.BENCH_TWO_REPLICAS !== 'no';
const IDLE_SECONDS = Number(process.env.BENCH_IDLE_SECONDS ?? 60);
/** Promotions after which memory is looked at, four times on the way; 0 leaves it out. */
const MEMORY_PROMOTIONS = Number(process.env.BENCH_MEMORY_PROMOTIONS ?? 0);

/** Files with which this benchmark can be run on other commits; all but the adapter. */
export const measuring = [
  'engine/run.ts',
  'engine/manifests.ts',
  'engine/connect.ts',
  'engine/replica.ts',
];

/**
 * Measures what the engine itself costs, with steps that do next to nothing: how soon new
 * Freight is being promoted, what a step costs beside its own work, how many statements
 * things cost and an idle minute costs, how many Promotions go through in a second, and
 * how long the event loop is held meanwhile.
 *
 * @remarks
 * `BENCH_LOAD`, `BENCH_IDLE_SECONDS` and `BENCH_MEMORY_PROMOTIONS` change its size;
 * `BENCH_TWO_REPLICAS=no` leaves the second replica out.
 */
export async function run(): Promise<object> {
  const results = await onEachDatabase(measureDatabase);
  return {
    targets: { millisecondsToFirstStep: 100, millisecondsPerStep: 5 },
    results,
  };
}

async function measureDatabase({ name, knex }: BenchDatabase): Promise<object> {
  const bench = await BenchEngine.start(knex);
  try {
    await bench.apply(
      [
        PROJECT,
        aStage('auto', 1),
        aStage('many-steps', STEPS),
        aStage('nine-steps', 9),
        aStage('by-hand', 1),
        ...loadedStages().map(stage => aStage(stage, 3)),
      ].join('---\n'),
    );
    await bench.settle();
    const figures: Record<string, object | number | string> = {
      millisecondsToFirstStep: await measureFirstStep(bench),
      millisecondsPerStep: await measureSteps(bench),
    };
    // What is promoted from now on replaces something, as it does in daily life.
    const first = await createFreight(bench);
    await promote(bench, 'by-hand', first);
    await promote(bench, 'nine-steps', first);
    figures.promotionsPerSecond = await measureThroughput(bench);
    const statements: Record<string, object> = {};
    let stages = 0;
    for (const population of POPULATIONS) {
      for (; stages < population; stages++) {
        await bench.create(aBystander(`bystander-${stages}`));
      }
      await bench.settle();
      statements[`${population} stages`] = await countStatements(bench);
    }
    figures.statements = statements;
    figures.statementsPerIdleMinute = await measureIdle(knex);
    figures.eventLoopDelay = await measureEventLoop(bench);
    if (MEMORY_PROMOTIONS > 0) {
      figures.heapMebibytes = await measureMemory(bench);
    }
    if (name === 'postgres' && WITH_TWO_REPLICAS) {
      figures.promotionsPerSecondOfTwoReplicas = await measureTwoReplicas(
        bench,
        knex.client.config.connection,
      );
    }
    return figures;
  } finally {
    await bench.stop();
  }
}

function loadedStages(): string[] {
  return Array.from({ length: LOADED_STAGES }, (_, n) => `loaded-${n}`);
}

let pushed = 0;

/** Creates newer Freight and returns its name. */
async function createFreight(bench: BenchEngine): Promise<string> {
  pushed += 1;
  const { metadata } = await bench.create(freightNumber(pushed));
  return metadata.name;
}

/** Asks for a Promotion and returns its name. */
async function promote(
  bench: BenchEngine,
  stage: string,
  freight: string,
): Promise<string> {
  const { metadata } = await bench.create(aPromotion(stage, freight));
  return metadata.name;
}

/** From asking for Freight to be created to the first step of its automatic Promotion. */
async function measureFirstStep(bench: BenchEngine): Promise<object> {
  const times: number[] = [];
  for (let turn = 0; turn <= ROUNDS; turn++) {
    bench.runs.length = 0;
    const asked = performance.now();
    await createFreight(bench);
    await bench.settle();
    if (bench.runs.length !== 1) {
      throw new Error(`Expected one step to run, not ${bench.runs.length}`);
    }
    if (turn > 0) {
      times.push(bench.runs[0].startedMs - asked);
    }
  }
  return summarize(times);
}

/** Between the beginnings of two steps that follow each other. */
async function measureSteps(bench: BenchEngine): Promise<object> {
  const freight = await createFreight(bench);
  await bench.settle();
  const times: number[] = [];
  for (let turn = 0; turn <= ROUNDS / 4; turn++) {
    bench.runs.length = 0;
    const name = await promote(bench, 'many-steps', freight);
    await bench.settle();
    const starts = bench.runs
      .filter(({ promotion }) => promotion === name)
      .map(({ startedMs }) => startedMs);
    if (starts.length !== STEPS) {
      throw new Error(`Expected ${STEPS} steps to run, not ${starts.length}`);
    }
    if (turn > 0) {
      times.push(
        ...starts.slice(1).map((start, index) => start - starts[index]),
      );
    }
  }
  return summarize(times);
}

/** Promotions of three steps from asking until all have ended, per second. */
async function measureThroughput(
  bench: BenchEngine,
  count = LOAD,
): Promise<number> {
  const freight = await createFreight(bench);
  await bench.settle();
  const started = performance.now();
  await promoteMany(bench, freight, count);
  await bench.settle();
  return round((count * 1000) / (performance.now() - started));
}

/** Last of all: what one of two replicas loses on an older commit keeps the bench waiting. */
async function measureTwoReplicas(
  bench: BenchEngine,
  url: string,
): Promise<number | string> {
  const replica = await startReplica(url);
  try {
    return await Promise.race([
      measureThroughput(bench),
      delay(
        TWO_REPLICAS_LIMIT_MS,
        `not all had ended after ${TWO_REPLICAS_LIMIT_MS / 1000} s`,
        { ref: false },
      ),
    ]);
  } finally {
    await replica.stop();
  }
}

async function promoteMany(
  bench: BenchEngine,
  freight: string,
  count: number,
): Promise<void> {
  const stages = loadedStages();
  for (let n = 0; n < count; n += stages.length) {
    await Promise.all(
      stages.slice(0, count - n).map(stage => promote(bench, stage, freight)),
    );
  }
}

async function countStatements(bench: BenchEngine): Promise<object> {
  const freight = await createFreight(bench);
  await bench.settle();
  return {
    'a Promotion of one step, from its creation to its verification':
      await bench.countStatements(() => promote(bench, 'by-hand', freight)),
    'a Promotion of nine steps, from its creation to its verification':
      await bench.countStatements(() => promote(bench, 'nine-steps', freight)),
    'new Freight, and its automatic Promotion of one step':
      await bench.countStatements(() => createFreight(bench)),
  };
}

/** What was done before is counted by the Project a second later. */
const AFTERMATH_MS = 3_000;

/** Statements of everything the engine does while nothing happens. */
async function measureIdle(knex: BenchDatabase['knex']): Promise<number> {
  await delay(AFTERMATH_MS);
  let statements = 0;
  const count = () => {
    statements += 1;
  };
  knex.on('query', count);
  await delay(IDLE_SECONDS * 1000);
  knex.removeListener('query', count);
  return round((statements * 60) / IDLE_SECONDS);
}

/** Milliseconds for which the event loop is held under load. */
async function measureEventLoop(bench: BenchEngine): Promise<object> {
  const freight = await createFreight(bench);
  await bench.settle();
  const histogram = monitorEventLoopDelay({ resolution: 5 });
  histogram.enable();
  await Promise.all([
    promoteMany(bench, freight, LOAD),
    applyMany(bench, APPLIED),
  ]);
  await bench.settle();
  histogram.disable();
  const milliseconds = (nanoseconds: number) => round(nanoseconds / 1e6);
  return {
    p99: milliseconds(histogram.percentile(99)),
    max: milliseconds(histogram.max),
  };
}

async function applyMany(bench: BenchEngine, count: number): Promise<void> {
  for (let n = 0; n < count; n++) {
    await bench.create(aBystander(`applied-${n}`));
  }
}

/** Heap in use after a collection, four times on the way. */
async function measureMemory(bench: BenchEngine): Promise<number[]> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const heap: number[] = [];
  for (let quarter = 0; quarter < 4; quarter++) {
    await measureThroughput(bench, MEMORY_PROMOTIONS / 4);
    bench.runs.length = 0;
    collect();
    heap.push(round(process.memoryUsage().heapUsed / (1 << 20)));
  }
  return heap;
}

function summarize(times: number[]): { median: number; slowest: number } {
  const sorted = [...times].sort((a, b) => a - b);
  return {
    median: round(sorted[Math.floor(sorted.length / 2)]),
    slowest: round(sorted[sorted.length - 1]),
  };
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
