import {
  durationToMilliseconds,
  DurationString,
} from 'backstage-plugin-kargo-common';
import { createStep, StepOutcome } from 'backstage-plugin-kargo-node';
import { z } from 'zod';
import { REPOSITORY_FIELDS } from './GithubRepository';
import { WorkflowRuns } from './WorkflowRuns';

const WaitForWorkflowConfig = z.strictObject({
  ...REPOSITORY_FIELDS,
  runID: z.int().min(1),
  expectedConclusion: z
    .enum([
      'success',
      'failure',
      'cancelled',
      'skipped',
      'timed_out',
      'action_required',
      'neutral',
      'stale',
    ])
    .optional(),
  pollInterval: DurationString.default('5m'),
});

/** Waits until a run of GitHub Actions has ended. */
export const waitForWorkflowStep = createStep({
  id: 'gha-wait-for-workflow',
  description: 'Waits until a run of GitHub Actions has ended.',
  config: WaitForWorkflowConfig,
  needs: ['credentials', 'http'],
  async run(config, context): Promise<StepOutcome> {
    const { runID, expectedConclusion, pollInterval } = config;
    const github = await WorkflowRuns.open(config, context);
    const { status, conclusion, html_url: page } = await github.run(runID);
    if (status !== 'completed') {
      return {
        kind: 'waiting',
        reason: `run ${runID} is ${status ?? 'not known yet'}: ${page}`,
        checkAgainInMs: durationToMilliseconds(pollInterval),
      };
    }
    const output = { conclusion: conclusion ?? '' };
    return expectedConclusion === undefined || expectedConclusion === conclusion
      ? { kind: 'succeeded', output }
      : {
          kind: 'failed',
          reason: `run ${runID} ended as ${conclusion}, not as ${expectedConclusion}: ${page}`,
          final: true,
          output,
        };
  },
});
