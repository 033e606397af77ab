// Runs a TypeScript entry point of this repository with the Backstage CLI's
// transform: `node scripts/run.mjs test/src/bench/main.ts [arguments…]`.
import { fileURLToPath } from 'node:url';
import {
  continueWithToolchain,
  runInForeground,
  typescriptArguments,
} from './toolchain.mjs';

const [entry, ...args] = process.argv.slice(2);
if (!entry) {
  console.error('usage: node scripts/run.mjs ENTRY.ts [ARGUMENT…]');
  process.exit(2);
}
await continueWithToolchain(fileURLToPath(import.meta.url), {
  needsYarn: false,
});
process.exit(
  await runInForeground(
    process.execPath,
    [...typescriptArguments(entry), ...args],
    { cwd: process.cwd() },
  ),
);
