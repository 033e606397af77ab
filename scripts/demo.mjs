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

await continueWithToolchain(fileURLToPath(import.meta.url));
await installDependencies();
if (!(await buildApp())) process.exit(1);
process.exit(
  await runInForeground(
    process.execPath,
    typescriptArguments('test/src/world/cli/start.ts'),
  ),
);
