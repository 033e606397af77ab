import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { setTimeout } from 'node:timers/promises';
import { readDocuments } from 'backstage-plugin-kargo-backend/src/foreign/documents';
import { readJson } from 'backstage-plugin-kargo-backend/src/foreign/json';
import {
  DATA_LIMITS,
  MANIFEST_LIMITS,
} from 'backstage-plugin-kargo-backend/src/foreign/limits';
import { stopThreads } from 'backstage-plugin-kargo-backend/src/foreign/threads/runInThread';
import { readYaml } from 'backstage-plugin-kargo-backend/src/foreign/yaml';

/** One text, and how it is read. */
interface Case {
  text: string;
  read(text: string): Promise<unknown>;
}

const MANIFEST = `apiVersion: kargo.akuity.io/v1alpha1
kind: Stage
metadata: {name: test, namespace: shop}
spec:
  requestedFreight:
  - origin: {kind: Warehouse, name: web}
    sources: {direct: true}
---
`;
const filled = (unit: string, size: number) =>
  unit.repeat(Math.ceil(size / unit.length)).slice(0, size);

const documents = (text: string) => readDocuments(text, MANIFEST_LIMITS);
const data = (text: string) => readYaml(text, DATA_LIMITS);

/** Ordinary texts, and awkward ones as large as they may be in one piece. */
const CASES: Record<string, Case> = {
  'a thousand manifests': { text: MANIFEST.repeat(1000), read: documents },
  'keys, 4 KiB, in place': { text: numbered(4 * 1024), read: data },
  'keys, 1 MiB': { text: numbered(1024 * 1024), read: data },
  'lists in lists, 4 KiB, in place': {
    text: filled('- - - - a\n', 4 * 1024),
    read: data,
  },
  'blocks, 1 MiB': { text: filled('- |\n  x\n', 1024 * 1024), read: data },
  'markers, 1 MiB': { text: filled('---\n', 1024 * 1024), read: documents },
  'JSON numbers, 1 MiB': {
    text: `[${filled('1,', 1024 * 1024)}1]`,
    read: text => readJson(text, DATA_LIMITS),
  },
};

function numbered(size: number): string {
  const lines: string[] = [];
  for (let length = 0; length < size; length += lines.at(-1)!.length + 1) {
    lines.push(`key${lines.length}: ${lines.length}`);
  }
  return lines.slice(0, -1).join('\n');
}

/** How long each takes to read, and for how long it holds the event loop at most. */
export async function run(): Promise<object> {
  const figures: Record<string, object> = {};
  try {
    await data(numbered(64 * 1024)); // Threads are started once.
    for (const [name, { text, read }] of Object.entries(CASES)) {
      const delay = monitorEventLoopDelay({ resolution: 1 });
      delay.enable();
      await setTimeout(20);
      const started = performance.now();
      const outcome = await read(text).then(
        () => 'read',
        error => String(error.message),
      );
      const milliseconds = Math.round(performance.now() - started);
      // The delay is noticed in the turn after it.
      await setTimeout(20);
      delay.disable();
      figures[name] = {
        outcome,
        milliseconds,
        loopHeldMilliseconds: Number((delay.max / 1e6).toFixed(1)),
      };
    }
  } finally {
    await stopThreads();
  }
  return figures;
}
