import { readFile } from 'node:fs/promises';
import { ScenarioDatabase } from 'backstage-plugin-kargo-backend/src/testing/ScenarioDatabase';
import { startPostgres } from '../../world/postgres';
import { parseCases } from '../selection/parseCases';
import type { ConformanceResult } from '../selection/run';
import { EngineScenario } from './EngineScenario';
import { readCase } from './readCase';

/** Where the tests of a run find PostgreSQL. */
export const POSTGRES_URL =
  process.env.BACKSTAGE_TEST_DATABASE_POSTGRES18_CONNECTION_STRING;

/**
 * Tells the scenarios of a corpus (JSON Lines, see `Scenario`) to engines on SQLite and on
 * PostgreSQL, which is started unless there is one already, and prints each that does not
 * come out as written on both.
 *
 * @throws if the file cannot be read. A line that is no scenario counts as a failure.
 */
export async function runEngine(file: string): Promise<ConformanceResult> {
  const own = POSTGRES_URL === undefined ? await startPostgres() : undefined;
  const databases: ScenarioDatabase[] = [];
  try {
    databases.push(
      await ScenarioDatabase.openSqlite(),
      await ScenarioDatabase.openPostgres(POSTGRES_URL ?? own!.url),
    );
    return await tellScenarios(file, databases);
  } finally {
    await Promise.all(databases.map(database => database.close()));
    await own?.stop();
  }
}

/** Tells the scenarios of a corpus to engines on these databases, each from empty tables. */
export async function tellScenarios(
  file: string,
  databases: readonly ScenarioDatabase[],
): Promise<ConformanceResult> {
  const cases = parseCases(await readFile(file, 'utf8'));
  let failed = 0;
  for (const { line, value, problem } of cases) {
    const wrong = problem ?? (await outcome(value ?? {}, databases));
    if (wrong !== undefined) {
      failed += 1;
      const id = typeof value?.id === 'string' ? value.id : '';
      process.stdout.write(`FAIL ${file}:${line} ${id}\n  ${wrong}\n`);
    }
  }
  return { passed: cases.length - failed, failed };
}

async function outcome(
  value: Record<string, unknown>,
  databases: readonly ScenarioDatabase[],
): Promise<string | undefined> {
  try {
    const scenario = readCase(value);
    for (const database of databases) {
      const wrong = await EngineScenario.run(scenario, database);
      if (wrong !== undefined) {
        return `on ${database.product}: ${wrong}`;
      }
    }
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
