import { stopThreads } from 'backstage-plugin-kargo-backend/src/foreign/threads/runInThread';
import { StepHarness } from 'backstage-plugin-kargo-backend/src/testing/StepHarness';
import { StepWorld } from 'backstage-plugin-kargo-backend/src/testing/StepWorld';
import {
  type ConformanceResult,
  describeDifference,
  runCases,
} from '../runCases';
import { checkCase } from './checkCase';

/**
 * Runs a corpus of steps (see `StepCase`) with the real runners and programs, each case in a
 * folder of its own.
 */
export async function runSteps(file: string): Promise<ConformanceResult> {
  const harness = await StepHarness.start({ startWorld: StepWorld.start });
  try {
    return await runCases(file, async value => {
      const differences = await checkCase(harness, value);
      return differences.length > 0
        ? differences.map(describeDifference).join('\n  ')
        : undefined;
    });
  } finally {
    await harness.close();
    await stopThreads();
  }
}
