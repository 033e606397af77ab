// `npm run demo`: a portal with ready pipelines and a small world beside it.
// examples/README.md tells what to do with it and how to move it elsewhere.
import { fileURLToPath } from 'node:url';
import {
  buildApp,
  continueWithToolchain,
  installDependencies,
  runInForeground,
  typescriptArguments,
} from './toolchain.mjs';

if (process.argv.length > 2) {
  const isHelp = ['--help', '-h'].includes(process.argv[2]);
  const usage =
    'usage: npm run demo\nIt takes no arguments; examples/README.md tells what to do with it and how to move it elsewhere.';
  console[isHelp ? 'log' : 'error'](usage);
  process.exit(isHelp ? 0 : 2);
}
await continueWithToolchain(fileURLToPath(import.meta.url));
await installDependencies();
if (!(await buildApp())) process.exit(1);
process.exit(
  await runInForeground(
    process.execPath,
    typescriptArguments('test/src/world/cli/start.ts'),
  ),
);
