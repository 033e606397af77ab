import { setTimeout as delay } from 'node:timers/promises';
import type {
  Freight,
  Promotion,
  Resource,
} from 'backstage-plugin-kargo-common';
import { FULL, populate } from '../store/manifests';
import { seed } from '../store/seed';
import { BenchPortal } from './BenchPortal';
import { aLightStage, aProject, type BenchSubject } from './manifests';

const IDLE_STAGES = 1_000;
const IDLE_SECONDS = Number(process.env.BENCH_IDLE_SECONDS ?? 60);
/** A portal that takes less of a core than this has nothing to do any more. */
const QUIET_PART_OF_A_CORE = 0.1;
const LOOK_EVERY_MS = 5_000;
/** Two minutes. */
const MOST_LOOKS = 24;

/** What a portal at rest takes: without anything, and with a thousand Stages. */
export async function measureIdle(postgresUrl?: string): Promise<object> {
  const bench = await BenchPortal.start({
    stages: [],
    postgresUrl,
    isAtRest: true,
  });
  try {
    await untilQuiet(bench);
    const empty = await processorMsPerMinute(bench);
    const { subject } = bench;
    bench.pushTag('1.0.0');
    await bench.apply(aProject(subject));
    await bench.newFreight([]);
    await bench.applyMany(IDLE_STAGES, n => aLightStage(`stage-${n}`, subject));
    await untilQuiet(bench);
    const full = await processorMsPerMinute(bench);
    return {
      'processor milliseconds per minute, empty': empty,
      [`processor milliseconds per minute, ${IDLE_STAGES} Stages`]: full,
    };
  } finally {
    await bench.stop();
  }
}

/** Memory of an empty portal, and of one whose database holds what the product promises to. */
export async function measureMemory(postgresUrl?: string): Promise<object> {
  const bench = await BenchPortal.start({
    stages: [],
    postgresUrl,
    isAtRest: true,
  });
  try {
    const empty = await memoryAtRest(bench);
    await bench.restart(knex => seed(knex, everything(bench.subject)));
    const full = await memoryAtRest(bench);
    return { population: FULL, empty, full };
  } finally {
    await bench.stop();
  }
}

async function memoryAtRest(bench: BenchPortal): Promise<object> {
  const quietAfterSeconds = await untilQuiet(bench);
  const { heapMebibytes, residentMebibytes } = await bench.loopDelay();
  return { heapMebibytes, residentMebibytes, quietAfterSeconds };
}

async function processorMsPerMinute(bench: BenchPortal): Promise<number> {
  const before = await bench.loopDelay();
  await delay(IDLE_SECONDS * 1000);
  const after = await bench.loopDelay();
  return Math.round(
    ((after.processorMs - before.processorMs) * 60) / IDLE_SECONDS,
  );
}

/**
 * Waits until the portal has nothing to do, for how many seconds. One that never comes to
 * rest is measured as it is.
 */
async function untilQuiet(bench: BenchPortal): Promise<number> {
  let { processorMs } = await bench.loopDelay();
  for (let look = 1; look <= MOST_LOOKS; look++) {
    await delay(LOOK_EVERY_MS);
    const now = await bench.loopDelay();
    if (now.processorMs - processorMs < LOOK_EVERY_MS * QUIET_PART_OF_A_CORE) {
      return (look * LOOK_EVERY_MS) / 1000;
    }
    processorMs = now.processorMs;
  }
  return (MOST_LOOKS * LOOK_EVERY_MS) / 1000;
}

/** All that a population has, with its Warehouses and Projects; nothing waits for anything. */
function* everything({ image }: BenchSubject): Generator<Resource> {
  const warehouses = new Map<string, [project: string, name: string]>();
  for (const resource of populate(FULL)) {
    yield resource.kind === 'Promotion' ? ended(resource) : resource;
    if (resource.kind === 'Freight') {
      const { namespace = '' } = resource.metadata;
      const { name } = (resource as Freight).origin;
      warehouses.set(`${namespace}/${name}`, [namespace, name]);
    }
  }
  for (const [project, name] of warehouses.values()) {
    yield {
      ...resourceOf('Warehouse', project, name),
      spec: {
        interval: '24h',
        freightCreationPolicy: 'Manual',
        subscriptions: [{ image: { repoURL: image, discoveryLimit: 1 } }],
      },
    } as Resource;
  }
  for (const project of new Set([...warehouses.values()].map(([p]) => p))) {
    yield resourceOf('Project', '', project);
  }
}

function resourceOf(kind: string, namespace: string, name: string): Resource {
  return {
    apiVersion: 'kargo.akuity.io/v1alpha1',
    kind,
    metadata: {
      ...{ name, namespace },
      uid: `${namespace}-${name}-uid`,
      resourceVersion: '1',
      generation: 1,
      creationTimestamp: '2026-01-01T00:00:00Z',
    },
  } as Resource;
}

function ended(resource: Resource): Resource {
  const promotion = resource as Promotion;
  return {
    ...promotion,
    status: { ...promotion.status, phase: 'Succeeded' },
  } as Promotion;
}
