import { readFile } from 'node:fs/promises';
import { stopThreads } from 'backstage-plugin-kargo-backend/src/foreign/threads/runInThread';
import { StepHarness } from 'backstage-plugin-kargo-backend/src/testing/StepHarness';
import { StepWorld } from 'backstage-plugin-kargo-backend/src/testing/StepWorld';
import { parseCases } from '../selection/parseCases';
import { ConformanceResult } from '../selection/run';
import { checkCase } from './checkCase';

/**
 * Runs a corpus of steps (JSON Lines, see `StepCase`) with the real runners and programs,
 * each case in a folder of its own, and prints each case that fails.
 *
 * @throws if the file cannot be read. A line that is no case counts as a failure.
 */
export async function runSteps(file: string): Promise<ConformanceResult> {
  const cases = parseCases(await readFile(file, 'utf8'));
  const harness = await StepHarness.start({ startWorld: StepWorld.start });
  let failed = 0;
  try {
    for (const { line, text, value, problem } of cases) {
      const differences = value
        ? await checkCase(harness, value)
        : [{ expected: 'a case', got: problem ?? 'nothing' }];
      failed += differences.length > 0 ? 1 : 0;
      for (const { expected, got } of differences) {
        process.stdout.write(
          `FAIL ${file}:${line} ${String(
            value?.id ?? text,
          )}\n  expected ${expected}\n  got      ${got}\n`,
        );
      }
    }
  } finally {
    await harness.close();
    await stopThreads();
  }
  return { passed: cases.length - failed, failed };
}
