import { readFile } from 'node:fs/promises';
import { parseCases } from '../selection/parseCases';
import { ConformanceResult } from '../selection/run';
import { checkCase } from './checkCase';

/**
 * Runs a corpus of analysis runs (JSON Lines, see `AnalysisCase`) through the passes of the
 * engine with scripted measurements, and prints each case that fails.
 *
 * @throws if the file cannot be read. A line that is no case counts as a failure.
 */
export async function runAnalysis(file: string): Promise<ConformanceResult> {
  const cases = parseCases(await readFile(file, 'utf8'));
  let failed = 0;
  for (const corpusCase of cases) {
    const failures = await checkCase(corpusCase);
    failed += failures.length;
    for (const { line, text, expected, got } of failures) {
      process.stdout.write(
        `FAIL ${file}:${line} ${text}\n  expected ${expected}\n  got      ${got}\n`,
      );
    }
  }
  return { passed: cases.length - failed, failed };
}
