import { readFile } from 'node:fs/promises';
import { checkCase } from './checkCase';
import { parseCases } from './parseCases';

/** How many cases of a corpus agreed with the selection rules. */
export interface ConformanceResult {
  passed: number;
  failed: number;
}

/**
 * Runs a corpus of selection cases (JSON Lines) against the selection rules and prints
 * each case that fails: the case, what it expects and what it got.
 *
 * @throws if the file cannot be read. A line that is no case counts as a failure.
 */
export async function runSelection(file: string): Promise<ConformanceResult> {
  const cases = parseCases(await readFile(file, 'utf8'));
  const failures = cases.flatMap(checkCase);
  for (const { line, text, expected, got } of failures) {
    process.stdout.write(
      `FAIL ${file}:${line} ${text}\n  expected ${expected}\n  got      ${got}\n`,
    );
  }
  return {
    passed: cases.length - failures.length,
    failed: failures.length,
  };
}
