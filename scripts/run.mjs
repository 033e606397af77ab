// Runs a TypeScript entry point of this repository with the Backstage CLI's
// transform: `node scripts/run.mjs test/src/bench/main.ts [arguments…]`.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';

const [entry, ...args] = process.argv.slice(2);
if (!entry) {
  console.error('usage: node scripts/run.mjs ENTRY.ts [ARGUMENT…]');
  process.exit(2);
}
const require = createRequire(import.meta.url);
const result = spawnSync(
  process.execPath,
  [
    '--enable-source-maps',
    '--require',
    require.resolve('@backstage/cli/config/nodeTransform.cjs'),
    resolve(import.meta.dirname, '..', entry),
    ...args,
  ],
  { stdio: 'inherit' },
);
process.exit(result.status ?? 1);
