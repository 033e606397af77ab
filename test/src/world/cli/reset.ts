import { rm } from 'node:fs/promises';
import { findRunningDemo } from '../demo';
import { readDemoSettings } from '../demoSettings';

/** Empties the demo's state, so that the next start begins afresh. */
async function main(): Promise<number> {
  const { stateDir } = readDemoSettings();
  const running = await findRunningDemo(stateDir);
  if (running) {
    process.stderr.write(
      `A demo is running (process ${running.pid}); stop it first.\n`,
    );
    return 1;
  }
  await rm(stateDir, { recursive: true, force: true });
  process.stdout.write('The demo starts afresh next time.\n');
  return 0;
}

main().then(
  code => process.exit(code),
  error => {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    process.exit(1);
  },
);
