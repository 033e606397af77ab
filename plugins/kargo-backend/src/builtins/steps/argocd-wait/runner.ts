import { JsonObject } from 'backstage-plugin-kargo-common';
import {
  createStep,
  isUpstreamUnavailableError,
  StepContext,
  StepOutcome,
  TerminalError,
} from 'backstage-plugin-kargo-node';
import { z } from 'zod';
import { judgeWait } from '../../../logic/argocd/judgeWait';
import {
  ARGOCD_TIMEOUT_MS,
  joinReasons,
  keyOfApplication,
  LOOK_AGAIN_MS,
  nameOf,
  resolveEntry,
} from '../shared/argocdApplications';
import { ArgoCdWaitConfig } from './config';

/** What attempts saw. */
const Seen = z.object({
  apps: z
    .array(z.object({ name: z.string(), namespace: z.string() }))
    .catch([]),
  healthStatus: z.record(z.string(), z.string()).catch({}),
});
type Sight = z.output<typeof Seen>;

/**
 * Waits until Applications are healthy, synced and idle, or whatever else is asked for.
 *
 * @remarks
 * Only looks, so it needs no permission of the Application. What it saw of their health is
 * its output: one that turns from well to Degraded fails the step at once, one that was
 * Degraded before may still recover, whatever became of the attempts between. A cluster that
 * does not answer is waited for, too.
 */
export const argocdWaitStep = createStep({
  id: 'argocd-wait',
  description: 'Waits until Applications of Argo CD are where they should be.',
  config: ArgoCdWaitConfig,
  needs: ['argocd'],
  defaults: { timeoutMs: ARGOCD_TIMEOUT_MS },
  async run(config, context): Promise<StepOutcome> {
    const before = Seen.parse(context.previousOutput ?? {});
    const seen: Sight = { apps: [], healthStatus: { ...before.healthStatus } };
    try {
      return await look(config, context, { before, seen });
    } catch (error) {
      const isPartial = seen.apps.length < before.apps.length;
      const output = { ...seen, ...(isPartial && { apps: before.apps }) };
      return isUpstreamUnavailableError(error)
        ? waiting([error.message], output)
        : { kind: 'broken', error, output };
    }
  },
});

/** @param seen - what is seen is added there, also by an attempt that breaks */
async function look(
  { apps }: z.output<typeof ArgoCdWaitConfig>,
  { argocd }: StepContext<'argocd'>,
  { before, seen: output }: { before: Sight; seen: Sight },
): Promise<StepOutcome> {
  const { healthStatus } = before;
  const reasons: string[] = [];
  for (const entry of apps) {
    const resolved = await resolveEntry(argocd, entry);
    if (resolved.kind === 'missing') {
      reasons.push(`${resolved.reason} yet`);
      continue;
    }
    for (const application of resolved.applications) {
      const name = nameOf(application);
      const verdict = judgeWait(application, entry.waitFor, healthStatus[name]);
      const reason =
        verdict.kind === 'ready'
          ? ''
          : `Application "${name}": ${verdict.reason}`;
      output.apps.push(keyOfApplication(application));
      const health = application.status?.health?.status;
      if (health) output.healthStatus[name] = health;
      if (verdict.kind === 'failed') {
        throw new TerminalError(reason);
      }
      if (verdict.kind === 'waiting') {
        reasons.push(reason);
        if (verdict.isOutdated) await argocd.requestRefresh(application);
      }
    }
  }
  return reasons.length > 0
    ? waiting(reasons, output)
    : { kind: 'succeeded', output };
}

function waiting(reasons: readonly string[], output: JsonObject): StepOutcome {
  return {
    kind: 'waiting',
    reason: joinReasons(reasons),
    checkAgainInMs: LOOK_AGAIN_MS,
    output,
  };
}
