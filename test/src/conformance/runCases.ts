import { readFile } from 'node:fs/promises';
import { parseCases } from './parseCases';

/** How many cases of a corpus came out as written. */
export interface ConformanceResult {
  passed: number;
  failed: number;
}

/** What a case expects, and what came instead. */
export interface Difference {
  expected: string;
  got: string;
}

/** A difference as a run prints it. */
export function describeDifference({ expected, got }: Difference): string {
  return `expected ${expected}\n  got      ${got}`;
}

/**
 * Checks the cases of a corpus (JSON Lines), one after the other, and prints each that fails:
 * where it stands, what it is called, and what is wrong.
 *
 * @param check - tells what is wrong with a case; what it throws is told, too
 * @throws if the file cannot be read. A line that is no case counts as a failure.
 */
export async function runCases(
  file: string,
  check: (
    value: Record<string, unknown>,
  ) => string | undefined | Promise<string | undefined>,
): Promise<ConformanceResult> {
  const cases = parseCases(await readFile(file, 'utf8'));
  let failed = 0;
  for (const { line, text, value, problem } of cases) {
    const wrong = value ? await problemOf(() => check(value)) : problem;
    if (wrong !== undefined) {
      failed += 1;
      const name = typeof value?.id === 'string' ? value.id : text;
      process.stdout.write(`FAIL ${file}:${line} ${name}\n  ${wrong}\n`);
    }
  }
  return { passed: cases.length - failed, failed };
}

async function problemOf(
  check: () => string | undefined | Promise<string | undefined>,
): Promise<string | undefined> {
  try {
    return await check();
  } catch (error) {
    return (error as Error).message;
  }
}
