import { startPostgres } from '../postgres';

/** Runs PostgreSQL until told to stop; its address is the first line of output. */
async function main(): Promise<void> {
  const postgres = await startPostgres();
  process.stdout.write(`${postgres.url}\n`);
  await new Promise<void>(resolve => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
    // The pipe ends when whoever started this is gone.
    process.stdin.once('close', () => resolve());
    process.stdin.resume();
  });
  await postgres.stop();
}

main().then(
  () => process.exit(),
  error => {
    process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
    process.exit(1);
  },
);
