import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import createKnex, { type Knex } from 'knex';
import { packageFolder, repositoryRoot } from '../../world/paths';

/** A connection pool to a PostgreSQL database, as a replica has it. */
export function createBenchKnex(url: string): Knex {
  return createKnex({ client: 'pg', connection: url });
}

/** Starts the engine a second time, in a process of its own, on the same database. */
export async function startReplica(url: string): Promise<{
  stop(): Promise<void>;
}> {
  const child: ChildProcess = spawn(
    process.execPath,
    [
      '--require',
      join(packageFolder('@backstage/cli'), 'config', 'nodeTransform.cjs'),
      join(repositoryRoot, 'test', 'src', 'bench', 'engine', 'replica.ts'),
      url,
    ],
    { stdio: ['pipe', 'pipe', 'inherit'], cwd: repositoryRoot },
  );
  await Promise.race([
    once(child.stdout!, 'data'),
    once(child, 'close').then(() => {
      throw new Error('The second replica did not start');
    }),
  ]);
  return {
    async stop() {
      const closed = once(child, 'close');
      child.stdin!.end();
      await closed;
    },
  };
}
