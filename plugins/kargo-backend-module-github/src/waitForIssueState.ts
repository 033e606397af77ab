import {
  durationToMilliseconds,
  DurationString,
} from 'backstage-plugin-kargo-common';
import {
  compileStepExpression,
  createStep,
  StepExpression,
} from 'backstage-plugin-kargo-node';
import { z } from 'zod';
import { REPOSITORY_FIELDS } from './GithubRepository';
import { Issue, Issues } from './Issues';

/** Waits until an expression is true of an issue. */
export const waitForIssueStateStep = createStep({
  id: 'gh-wait-for-issue-state',
  description: 'Waits until an issue on GitHub is as it should be.',
  config: z.strictObject({
    ...REPOSITORY_FIELDS,
    issueNumber: z.int().min(1),
    successExpression: z.string().min(1),
    failureExpression: z.string().min(1).optional(),
    pollInterval: DurationString.default('5m'),
  }),
  needs: ['credentials', 'http'],
  async run(config, context) {
    const { successExpression, failureExpression, pollInterval } = config;
    const success = compile(successExpression, 'successExpression');
    const failure =
      failureExpression && compile(failureExpression, 'failureExpression');
    const issues = await Issues.open(config, context);
    const issue = await issues.get(config.issueNumber);
    const nowMs = context.now();
    if (failure && failure(issue, nowMs)) {
      return {
        kind: 'failed',
        reason: `the failure expression is true of ${issue.url}, which is ${issue.state}`,
        final: true,
      };
    }
    return success(issue, nowMs)
      ? { kind: 'succeeded', message: issue.url }
      : {
          kind: 'waiting',
          reason: `the success expression is not true of ${issue.url}, which is ${issue.state}`,
          checkAgainInMs: durationToMilliseconds(pollInterval),
        };
  },
});

type Test = (issue: Issue, nowMs: number) => boolean;

/** @throws TerminalError when it is no expression */
function compile(source: string, field: string): Test {
  const expression: StepExpression = compileStepExpression(source, field);
  return (issue, nowMs) => {
    const value = expression.evaluate({ issue: { ...issue } }, nowMs);
    if (typeof value !== 'boolean') {
      throw new Error(
        `${field} must be true or false; it gives something else`,
      );
    }
    return value;
  };
}
