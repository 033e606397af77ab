import { readFile } from 'node:fs/promises';
import { parseCases } from '../selection/parseCases';
import type { ConformanceResult } from '../selection/run';
import { EngineScenario } from './EngineScenario';
import { readCase } from './readCase';

/**
 * Tells the scenarios of a corpus (JSON Lines, see `Scenario`) to engines, each on an empty
 * database in memory, and prints each that does not come out as written.
 *
 * @throws if the file cannot be read. A line that is no scenario counts as a failure.
 */
export async function runEngine(file: string): Promise<ConformanceResult> {
  const cases = parseCases(await readFile(file, 'utf8'));
  let failed = 0;
  for (const { line, value, problem } of cases) {
    const wrong = problem ?? (await outcome(value ?? {}));
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
): Promise<string | undefined> {
  try {
    return await EngineScenario.run(readCase(value));
  } catch (error) {
    return (error as Error).message;
  }
}
