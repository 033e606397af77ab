import { readFile } from 'node:fs/promises';
import { parseCases } from '../selection/parseCases';
import { checkCase } from './checkCase';
import { readCase } from './readCase';
import { type RestTarget } from './RestClient';
import { withTarget } from './withTarget';

/** How many cases of a corpus agreed with the API. */
export interface RestResult {
  passed: number;
  failed: number;
}

/**
 * Sends the cases of a corpus (JSON Lines), one after the other, and prints each that fails:
 * where it stands, what it is called, and what is wrong.
 *
 * @throws if the file cannot be read. A line that is no case counts as a failure.
 */
export async function runRestOn(
  target: RestTarget,
  file: string,
): Promise<RestResult> {
  const cases = parseCases(await readFile(file, 'utf8'));
  let failed = 0;
  for (const { line, value, problem } of cases) {
    const wrong = problem ?? (await outcome(target, value));
    if (wrong !== undefined) {
      failed += 1;
      const id = typeof value?.id === 'string' ? value.id : '';
      process.stdout.write(`FAIL ${file}:${line} ${id}\n  ${wrong}\n`);
    }
  }
  return { passed: cases.length - failed, failed };
}

async function outcome(
  target: RestTarget,
  value: unknown,
): Promise<string | undefined> {
  try {
    return await checkCase(target, readCase(value));
  } catch (error) {
    return (error as Error).message;
  }
}

/** Runs a corpus on a portal of its own, or on the one that `--url` and `--token` name. */
export function runRest(
  file: string,
  options: readonly string[] = [],
): Promise<RestResult> {
  return withTarget(options, target => runRestOn(target, file));
}
