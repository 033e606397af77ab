import { type ChildProcess, fork } from 'node:child_process';
import { on, once } from 'node:events';
import { join } from 'node:path';
import { POSTGRES_URL } from '../conformance/engine/run';
import { repositoryRoot } from '../world/paths';
import { startPostgres } from '../world/postgres';
import { parseScript } from '../world/scriptOptions';
import type { SequenceAnswer, SequenceTask } from './tasks';

const USAGE =
  'usage: yarn sequences [--sqlite 2000] [--postgres 300] [--seed 1|random] [--workers 2]';

const TOLD_EVERY = 50;
const WORKER = join(
  ...[repositoryRoot, 'test', 'src', 'randomized', 'worker.ts'],
);

/**
 * `yarn sequences`: lets sequences of operations happen to engines and to a model of their
 * rules, and prints each that does not come out as it must. Seeds follow each other from
 * `--seed`, a number or `random`. Ends with 1 when one was wrong.
 */
async function main(): Promise<number> {
  const { values } = parseScript(USAGE, {
    options: {
      sqlite: { type: 'string', default: '2000' },
      postgres: { type: 'string', default: '300' },
      seed: { type: 'string', default: '1' },
      workers: { type: 'string', default: '2' },
    },
  });
  const first =
    values.seed === 'random' ? Date.now() % 1_000_000 : toCount(values.seed);
  const counts = {
    PostgreSQL: toCount(values.postgres),
    SQLite: toCount(values.sqlite),
  };
  const own =
    counts.PostgreSQL > 0 && POSTGRES_URL === undefined
      ? await startPostgres()
      : undefined;
  const postgresUrl = own?.url ?? POSTGRES_URL;
  const seeds = (count: number) =>
    Array.from({ length: count }, (_, index) => first + index);
  const started = performance.now();
  try {
    const failed = await runAll(
      [
        // First, because they take longest.
        ...seeds(counts.PostgreSQL).map(
          (seed): SequenceTask => ({
            ...{ seed, product: 'PostgreSQL', postgresUrl },
          }),
        ),
        ...seeds(counts.SQLite).map(
          (seed): SequenceTask => ({ seed, product: 'SQLite' }),
        ),
      ],
      toCount(values.workers),
    );
    const seconds = Math.round((performance.now() - started) / 1000);
    const total = counts.PostgreSQL + counts.SQLite;
    process.stdout.write(
      `${counts.SQLite} sequences on SQLite and ${counts.PostgreSQL} on PostgreSQL from seed ${first}, ${seconds} s: ` +
        `${total - failed} passed, ${failed} failed\n`,
    );
    return failed > 0 ? 1 : 0;
  } finally {
    await own?.stop();
  }
}

function toCount(text: string): number {
  if (!/^\d{1,9}$/.test(text)) {
    throw new Error(`"${text}" is not a whole number`);
  }
  return Number(text);
}

/** Shares the tasks among processes; how many came out wrong, each of which is printed. */
async function runAll(
  tasks: readonly SequenceTask[],
  workers: number,
): Promise<number> {
  const waiting = [...tasks];
  let done = 0;
  let failed = 0;
  const work = async () => {
    const worker = fork(WORKER);
    try {
      for (let task = waiting.shift(); task; task = waiting.shift()) {
        const wrong = await ask(worker, task);
        done += 1;
        if (done % TOLD_EVERY === 0) {
          process.stderr.write(`${done} of ${tasks.length}\n`);
        }
        if (wrong !== undefined) {
          failed += 1;
          process.stdout.write(`FAIL ${wrong}\n`);
        }
      }
    } finally {
      // Also when this worker has ended by itself: then the others are to end too.
      waiting.length = 0;
      if (worker.connected) {
        const ended = once(worker, 'exit');
        worker.disconnect();
        // Before the database is ended that it is connected to.
        await ended;
      }
    }
  };
  // One that is sent away while it still loads ends with a trace of what it could not say.
  const length = Math.min(Math.max(workers, 1), tasks.length);
  await Promise.all(Array.from({ length }, work));
  return failed;
}

/**
 * Lets a worker run a sequence; what was wrong with it.
 *
 * @throws when the worker ends instead
 */
async function ask(
  worker: ChildProcess,
  task: SequenceTask,
): Promise<string | undefined> {
  const over = new AbortController();
  const { signal } = over;
  try {
    const end = once(worker, 'exit', { signal }).then(([code]) => {
      throw new Error(
        `A worker ended with ${code} in the sequence of seed ${task.seed} on ${task.product}`,
      );
    });
    const answer = answerOf(worker, task, signal);
    worker.send(task);
    return (await Promise.race([answer, end])).wrong;
  } finally {
    over.abort();
  }
}

/** The answer to a task, among whatever else is told by what loads TypeScript in the worker. */
async function answerOf(
  worker: ChildProcess,
  { seed }: SequenceTask,
  signal: AbortSignal,
): Promise<SequenceAnswer> {
  for await (const [message] of on(worker, 'message', { signal })) {
    if (message.seed === seed) return message;
  }
  throw new Error(`Nothing was told of seed ${seed}`);
}

// Until it is known: when nothing is left to wait for, Node ends as if all were well.
process.exitCode = 2;
main().then(
  code => {
    process.exitCode = code;
  },
  error => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 2;
  },
);
