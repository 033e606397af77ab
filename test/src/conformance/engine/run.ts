import { ScenarioDatabase } from 'backstage-plugin-kargo-backend/src/testing/ScenarioDatabase';
import { startPostgres } from '../../world/postgres';
import { type ConformanceResult, runCases } from '../runCases';
import { EngineScenario } from './EngineScenario';
import { readCase } from './readCase';

/** Where the tests of a run find PostgreSQL. */
export const POSTGRES_URL =
  process.env.BACKSTAGE_TEST_DATABASE_POSTGRES18_CONNECTION_STRING;

/**
 * Tells the scenarios of a corpus (JSON Lines, see `Scenario`) to engines on SQLite and on
 * PostgreSQL, which is started unless there is one already. Each has to come out as written
 * on both.
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
  return runCases(file, async value => {
    const scenario = readCase(value);
    for (const database of databases) {
      const wrong = await EngineScenario.run(scenario, database);
      if (wrong !== undefined) {
        return `on ${database.product}: ${wrong}`;
      }
    }
    return undefined;
  });
}
