import { JsonObject } from 'backstage-plugin-kargo-common';
import { createStep, StepOutcome } from 'backstage-plugin-kargo-node';
import { z } from 'zod';
import { REPOSITORY_FIELDS } from './GithubRepository';
import { WorkflowRuns } from './WorkflowRuns';

const DispatchWorkflowConfig = z.strictObject({
  ...REPOSITORY_FIELDS,
  workflowFile: z.string().min(1),
  ref: z.string().min(1),
  inputs: z.record(z.string(), z.json()).default({}),
  /** Seconds until the run must have appeared. */
  timeout: z.int().min(1).max(300).default(60),
});

const Dispatched = z.object({ dispatchedAt: z.string() });

/**
 * Starts a workflow of GitHub Actions and tells the id of its run.
 *
 * @remarks
 * Where GitHub does not say which run a dispatch began, it is looked for: the first that
 * began on the same ref since. Only a step that is repeated takes a run that began since
 * its first attempt as its own, so that a crash behind the dispatch starts no second one:
 * another Promotion may start the same workflow at that time.
 */
export const dispatchWorkflowStep = createStep({
  id: 'gha-dispatch-workflow',
  description: 'Starts a workflow of GitHub Actions.',
  config: DispatchWorkflowConfig,
  needs: ['credentials', 'http'],
  async run(config, context): Promise<StepOutcome> {
    const { workflowFile, ref, inputs, timeout } = config;
    const { startedAt, isRepeated, previousOutput, now } = context;
    const github = await WorkflowRuns.open(config, context);
    const find = (sinceMs: number) =>
      github.findDispatched(workflowFile, ref, sinceMs);
    const before = Dispatched.safeParse(previousOutput);
    let dispatchedMs = before.success
      ? Date.parse(before.data.dispatchedAt)
      : undefined;
    const sinceMs = dispatchedMs ?? (isRepeated ? startedAt : undefined);
    const own = sinceMs === undefined ? undefined : await find(sinceMs);
    if (own) {
      return succeeded(own.id);
    }
    if (dispatchedMs === undefined) {
      dispatchedMs = now();
      const id = await github.dispatch(workflowFile, {
        ref,
        ...(Object.keys(inputs).length > 0 && { inputs: asTexts(inputs) }),
      });
      const begun = id ?? (await find(dispatchedMs))?.id;
      if (begun !== undefined) {
        return succeeded(begun);
      }
    }
    return now() - dispatchedMs > timeout * 1000
      ? {
          kind: 'failed',
          reason: `no run of ${workflowFile} on ${ref} appeared within ${timeout} seconds after it was started`,
          final: true,
        }
      : {
          kind: 'waiting',
          reason: `${workflowFile} was started on ${ref}; its run has not appeared yet`,
          checkAgainInMs: 10_000,
          output: { dispatchedAt: new Date(dispatchedMs).toISOString() },
        };
  },
});

function succeeded(runID: number): StepOutcome {
  return { kind: 'succeeded', output: { runID } };
}

/** GitHub takes texts; what looked like a number in a manifest is one of them. */
function asTexts(inputs: JsonObject): Record<string, string> {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  );
}
