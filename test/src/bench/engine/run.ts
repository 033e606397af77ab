import type { Freight, Promotion } from 'backstage-plugin-kargo-common';
import {
  type BenchDatabase,
  openPostgres,
  openSqlite,
} from '../store/database';
import { BenchEngine } from './BenchEngine';

const IMAGE = 'registry.example/demo/app';
const ROUNDS = 20;
const STEPS = 20;
const START_MS = Date.parse('2026-01-01T00:00:00Z');
const POPULATIONS = [100, 1_000];

function aStage(name: string, steps: number): string {
  const step = `{uses: compose-output, config: {tag: "\${{ imageFrom('${IMAGE}').Tag }}", stage: "\${{ ctx.stage }}"}}`;
  return `
apiVersion: kargo.akuity.io/v1alpha1
kind: Stage
metadata: {name: ${name}, namespace: bench}
spec:
  requestedFreight:
  - origin: {kind: Warehouse, name: app}
    sources: {direct: true}
  promotionTemplate: {spec: {steps: [${Array(steps).fill(step).join(', ')}]}}
`;
}

const PROJECT = `
apiVersion: kargo.akuity.io/v1alpha1
kind: Project
metadata: {name: bench}
---
apiVersion: kargo.akuity.io/v1alpha1
kind: ProjectConfig
metadata: {name: bench, namespace: bench}
spec:
  promotionPolicies:
  - stageSelector: {name: auto}
    autoPromotionEnabled: true
---
apiVersion: kargo.akuity.io/v1alpha1
kind: Warehouse
metadata: {name: app, namespace: bench}
spec:
  freightCreationPolicy: Manual
  interval: 24h
  subscriptions:
  - image: {repoURL: ${IMAGE}}
---
${aStage('auto', 1)}
---
${aStage('many-steps', STEPS)}
---
${aStage('by-hand', 1)}
`;

/**
 * Measures what the engine itself costs, with steps that do next to nothing: how soon new
 * Freight is being promoted, what a step costs beside its own work, and how many
 * statements a reconcile sends with few and with many Stages around it.
 */
export async function run(): Promise<object> {
  const results: Record<string, object> = {};
  for (const open of [openSqlite, openPostgres]) {
    const database = await open();
    if (database) {
      try {
        results[database.name] = await measureDatabase(database);
      } finally {
        await database.close();
      }
    }
  }
  return {
    targets: { millisecondsToFirstStep: 100, millisecondsPerStep: 5 },
    results,
  };
}

async function measureDatabase({ knex }: BenchDatabase): Promise<object> {
  const bench = await BenchEngine.start(knex);
  try {
    await bench.apply(PROJECT);
    await bench.settle();
    const figures = {
      millisecondsToFirstStep: await measureFirstStep(bench),
      millisecondsPerStep: await measureSteps(bench),
      statements: {} as Record<string, object>,
    };
    // What is promoted from now on replaces something, as it does in daily life.
    const first = await createFreight(bench);
    await promote(bench, 'by-hand', first.metadata.name);
    let stages = 0;
    for (const population of POPULATIONS) {
      for (; stages < population; stages++) {
        await bench.create(aBystander(stages));
      }
      await bench.settle();
      figures.statements[`${population} stages`] = await countStatements(bench);
    }
    return figures;
  } finally {
    await bench.stop();
  }
}

/** A Stage that stands around: it waits for Freight of a Warehouse that has none. */
function aBystander(index: number) {
  return {
    apiVersion: 'kargo.akuity.io/v1alpha1',
    kind: 'Stage',
    metadata: { name: `bystander-${index}`, namespace: 'bench' },
    spec: {
      requestedFreight: [
        {
          origin: { kind: 'Warehouse', name: 'elsewhere' },
          sources: { direct: true },
        },
      ],
      promotionTemplate: { spec: { steps: [{ uses: 'compose-output' }] } },
    },
  };
}

let pushed = 0;

function createFreight(bench: BenchEngine): Promise<Freight> {
  pushed += 1;
  return bench.create({
    apiVersion: 'kargo.akuity.io/v1alpha1',
    kind: 'Freight',
    metadata: { namespace: 'bench' },
    origin: { kind: 'Warehouse', name: 'app' },
    // Times are kept in whole seconds, and the newest is what automation promotes.
    discoveredAt: new Date(START_MS + pushed * 1000).toISOString(),
    images: [
      {
        repoURL: IMAGE,
        tag: `1.0.${pushed}`,
        digest: `sha256:${String(pushed).padStart(64, '0')}`,
      },
    ],
  }) as Promise<Freight>;
}

function promote(
  bench: BenchEngine,
  stage: string,
  freight: string,
): Promise<Promotion> {
  return bench.create({
    apiVersion: 'kargo.akuity.io/v1alpha1',
    kind: 'Promotion',
    metadata: { namespace: 'bench' },
    spec: { stage, freight },
  }) as Promise<Promotion>;
}

/** From asking for Freight to be created to the first step of its automatic Promotion. */
async function measureFirstStep(bench: BenchEngine): Promise<object> {
  const times: number[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    bench.runs.length = 0;
    const asked = performance.now();
    await createFreight(bench);
    await bench.settle();
    if (bench.runs.length !== 1) {
      throw new Error(`Expected one step to run, not ${bench.runs.length}`);
    }
    if (round > 0) {
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
  for (let round = 0; round <= ROUNDS / 4; round++) {
    bench.runs.length = 0;
    const { metadata } = await promote(
      bench,
      'many-steps',
      freight.metadata.name,
    );
    await bench.settle();
    const starts = bench.runs
      .filter(({ promotion }) => promotion === metadata.name)
      .map(({ startedMs }) => startedMs);
    if (starts.length !== STEPS) {
      throw new Error(`Expected ${STEPS} steps to run, not ${starts.length}`);
    }
    if (round > 0) {
      times.push(
        ...starts.slice(1).map((start, index) => start - starts[index]),
      );
    }
  }
  return summarize(times);
}

async function countStatements(bench: BenchEngine): Promise<object> {
  const freight = await createFreight(bench);
  await bench.settle();
  const look = (kind: string, name: string, namespace = 'bench') =>
    bench.countStatements(() =>
      bench.store.patch(
        { kind, namespace, name },
        {
          metadata: {
            annotations: { 'kargo.akuity.io/refresh': `${performance.now()}` },
          },
        },
      ),
    );
  return {
    'a write that wakes a Stage which has nothing to do': await look(
      'Stage',
      'by-hand',
    ),
    'the same of a Stage with automation': await look('Stage', 'auto'),
    'the same of a Warehouse that makes no Freight': await look(
      'Warehouse',
      'app',
    ),
    'a Promotion of one step, from its creation to its verification':
      await bench.countStatements(() =>
        promote(bench, 'by-hand', freight.metadata.name),
      ),
    'new Freight, and its automatic Promotion of one step':
      await bench.countStatements(() => createFreight(bench)),
  };
}

function summarize(times: number[]): { median: number; slowest: number } {
  const sorted = [...times].sort((a, b) => a - b);
  const round = (value: number) => Math.round(value * 100) / 100;
  return {
    median: round(sorted[Math.floor(sorted.length / 2)]),
    slowest: round(sorted[sorted.length - 1]),
  };
}
