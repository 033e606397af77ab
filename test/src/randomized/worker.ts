import { ScenarioDatabase } from 'backstage-plugin-kargo-backend/src/testing/ScenarioDatabase';
import { runSequence } from './runSequence';
import type { SequenceAnswer, SequenceTask } from './tasks';

/**
 * Runs the sequences that the process which started it names, one after another, and tells
 * what the engine did otherwise. Ends with that process.
 */
const databases = new Map<string, ScenarioDatabase>();

process.on('message', async (task: SequenceTask) => {
  const answer: SequenceAnswer = { seed: task.seed, wrong: await run(task) };
  process.send?.(answer);
});

process.on('disconnect', async () => {
  for (const database of databases.values()) await database.close();
  process.exit();
});

async function run(task: SequenceTask): Promise<string | undefined> {
  try {
    return await runSequence(task.seed, await databaseOf(task));
  } catch (error) {
    return `seed ${task.seed} on ${task.product}: ${(error as Error).stack}`;
  }
}

async function databaseOf({
  product,
  postgresUrl,
}: SequenceTask): Promise<ScenarioDatabase> {
  const known = databases.get(product);
  if (known) return known;
  const opened = await (postgresUrl === undefined
    ? ScenarioDatabase.openSqlite()
    : ScenarioDatabase.openPostgres(postgresUrl));
  databases.set(product, opened);
  return opened;
}
