import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import express from 'express';
import { SqlWorkQueue } from 'backstage-plugin-kargo-backend/src/adapters/queue/SqlWorkQueue';
import { openDatabase } from 'backstage-plugin-kargo-backend/src/adapters/store/migrate';
import { SecretCipher } from 'backstage-plugin-kargo-backend/src/adapters/store/SecretCipher';
import { SqlResourceStore } from 'backstage-plugin-kargo-backend/src/adapters/store/SqlResourceStore';
import { SystemClock } from 'backstage-plugin-kargo-backend/src/adapters/system/SystemClock';
import { streamChanges } from 'backstage-plugin-kargo-backend/src/api/server/streamChanges';
import { INDEXES } from 'backstage-plugin-kargo-backend/src/engine/indexes';
import { createWakeupRule } from 'backstage-plugin-kargo-backend/src/engine/wakeups';
import { DEFAULT_SHARED_NAMESPACE } from 'backstage-plugin-kargo-backend/src/logic/sharedNamespaces';
import { packageFolder, repositoryRoot } from '../../world/paths';
import { type BenchDatabase, onEachDatabase } from '../store/database';
import { aStage } from '../store/manifests';

const WATCHERS = 300;
/** Projects among which watchers and changes are spread, so that a third concerns each. */
const PROJECTS = 3;
const STAGES = 30;
const CHANGES = 1_000;

/**
 * Measures what 1,000 changes of Stages cost the server while nobody and while 300 clients
 * watch over HTTP, each one of three projects: a change concerns 100 of them. Clients are a
 * process of their own and do not count.
 */
export async function run(): Promise<object> {
  const results = await onEachDatabase(measureDatabase);
  return {
    watchers: WATCHERS,
    changes: CHANGES,
    eventsSent: (CHANGES * WATCHERS) / PROJECTS,
    results,
  };
}

async function measureDatabase({ knex }: BenchDatabase): Promise<object> {
  await openDatabase({ getClient: async () => knex });
  const clock = SystemClock.create();
  const store = SqlResourceStore.create({
    ...{ knex, clock, indexes: INDEXES },
    wakeups: createWakeupRule(DEFAULT_SHARED_NAMESPACE),
    queue: SqlWorkQueue.create({ knex, clock }),
    secrets: SecretCipher.create({ keys: [] }),
  });
  for (let index = 0; index < STAGES; index++) {
    await store.create(stageOf(index));
  }
  await change(store, 'warm', CHANGES);
  const alone = await measure(() => change(store, 'alone', CHANGES));
  const server = await serveWatches(store);
  const clients = await openClients(server.url);
  const watched = await measure(async () => {
    await change(store, 'watched', CHANGES);
    await clients.done;
  });
  await server.close();
  await clients.closed;
  return { 'nobody watches': alone, [`${WATCHERS} watch`]: watched };
}

function stageOf(index: number) {
  const stage = aStage(index);
  const namespace = `w${index % PROJECTS}`;
  return { ...stage, metadata: { ...stage.metadata, namespace } };
}

async function change(
  store: SqlResourceStore,
  label: string,
  count: number,
): Promise<void> {
  for (let index = 0; index < count; index++) {
    const { kind, metadata } = stageOf(index % STAGES);
    await store.patchStatus(
      { kind, namespace: metadata.namespace, name: metadata.name },
      { lastHandledRefresh: `${label}-${index}` },
    );
  }
}

/** What work took: processor seconds, memory that stays, and for how long it held the loop. */
async function measure(work: () => Promise<void>): Promise<object> {
  collectGarbage();
  const rss = process.memoryUsage.rss();
  const delays = monitorEventLoopDelay({ resolution: 5 });
  delays.enable();
  const cpu = process.cpuUsage();
  const start = performance.now();
  await work();
  const { user, system } = process.cpuUsage(cpu);
  const seconds = (performance.now() - start) / 1000;
  delays.disable();
  const peak = process.memoryUsage.rss();
  return {
    cpuSeconds: round((user + system) / 1e6),
    seconds: round(seconds),
    rssMiBBefore: mebibytes(rss),
    rssMiBAfter: mebibytes(peak),
    eventLoopDelayMillisecondsP99: round(delays.percentile(99) / 1e6),
  };
}

async function serveWatches(
  store: SqlResourceStore,
): Promise<{ url: string; close(): Promise<void> }> {
  const stop = new AbortController();
  const clock = SystemClock.create();
  const app = express();
  app.get('/:namespace', async (request, response) => {
    const { namespace } = request.params;
    const { resourceVersion } = await store.list('Stage', { limit: 1 });
    await streamChanges(
      response,
      signal => store.watch('Stage', { namespace, resourceVersion, signal }),
      {
        clock,
        signal: stop.signal,
        onError: error => {
          throw error;
        },
      },
    );
  });
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      stop.abort();
      const closed = once(server, 'close');
      server.close();
      await closed;
    },
  };
}

async function openClients(
  url: string,
): Promise<{ done: Promise<void>; closed: Promise<unknown> }> {
  const paths = Array.from(
    { length: WATCHERS },
    (_, index) => `/w${index % PROJECTS}`,
  );
  const events = (CHANGES * WATCHERS) / PROJECTS;
  const child: ChildProcess = spawn(
    process.execPath,
    [
      '--require',
      join(packageFolder('@backstage/cli'), 'config', 'nodeTransform.cjs'),
      join(repositoryRoot, 'test', 'src', 'bench', 'watchers', 'clients.ts'),
      ...[url, JSON.stringify(paths), String(events)],
    ],
    { stdio: ['ignore', 'pipe', 'inherit'], cwd: repositoryRoot },
  );
  const closed = once(child, 'close');
  const says = async (word: string) => {
    for (;;) {
      const [text] = await Promise.race([
        once(child.stdout!, 'data'),
        closed.then(() => {
          throw new Error('The clients ended early');
        }),
      ]);
      if (String(text).includes(word)) return;
    }
  };
  await says('open');
  return { done: says('done'), closed };
}

function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
}

function mebibytes(bytes: number): number {
  return Math.round(bytes / 1024 / 1024);
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
