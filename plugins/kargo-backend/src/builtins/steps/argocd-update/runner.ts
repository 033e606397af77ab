import {
  Application,
  createStep,
  StepArgoCd,
  StepContext,
  StepOutcome,
} from 'backstage-plugin-kargo-node';
import { decideSync } from '../../../logic/argocd/decideSync';
import {
  desiredRevisions,
  matchSources,
  SourceUpdate,
  updateSource,
} from '../../../logic/argocd/sources';
import { syncOperation } from '../../../logic/argocd/syncOperation';
import {
  ARGOCD_TIMEOUT_MS,
  joinReasons,
  keyOfApplication,
  LOOK_AGAIN_MS,
  nameOf,
  resolveEntry,
} from '../shared/argocdApplications';
import { ArgoCdUpdateConfig, ParsedArgoCdUpdateConfig } from './config';

/** An Application and what is wanted of it. */
interface Target {
  application: Application;
  updates: SourceUpdate[];
  desired: string[];
}

/**
 * Changes the sources of Applications, has Argo CD sync them and waits until it has.
 *
 * @remarks
 * Nothing is changed before every Application is found, may be changed by the Stage and has
 * the sources that are named. An operation tells the Promotion it is of, so a second run
 * finds what the first one asked for. Health is not waited for: the Stage asks for it by
 * the health check that this step leaves behind.
 */
export const argocdUpdateStep = createStep({
  id: 'argocd-update',
  description: 'Changes Applications of Argo CD and has them synced.',
  config: ArgoCdUpdateConfig,
  needs: ['argocd'],
  defaults: { timeoutMs: ARGOCD_TIMEOUT_MS },
  async run({ apps }, context): Promise<StepOutcome> {
    const targets: Target[] = [];
    for (const entry of apps) {
      const resolved = await resolveEntry(context.argocd, entry);
      if (resolved.kind === 'missing') {
        return {
          kind: 'waiting',
          reason: `${resolved.reason} yet`,
          checkAgainInMs: LOOK_AGAIN_MS,
        };
      }
      targets.push(...planTargets(resolved.applications, entry, context));
    }
    const waiting: string[] = [];
    for (const target of targets) {
      const reason = await advance(target, context);
      if (reason !== undefined) {
        waiting.push(`Application "${nameOf(target.application)}": ${reason}`);
      }
    }
    const output = {
      apps: targets.map(({ application }) => ({
        ...keyOfApplication(application),
      })),
    };
    return waiting.length > 0
      ? {
          kind: 'waiting',
          reason: joinReasons(waiting),
          checkAgainInMs: LOOK_AGAIN_MS,
          output,
        }
      : { kind: 'succeeded', output, healthCheck: healthCheckOf(targets) };
  },
});

/**
 * What is wanted of the Applications of an entry. Of several that a selector found, those
 * that the Stage may not change are left out.
 *
 * @throws Error when none is left, or one lacks a source that is to be changed.
 */
function planTargets(
  applications: Application[],
  { sources: updates = [] }: ParsedArgoCdUpdateConfig['apps'][number],
  { argocd, logger }: { argocd: StepArgoCd; logger: StepContext['logger'] },
): Target[] {
  const refusals: string[] = [];
  const allowed = applications.filter(application => {
    const refusal = argocd.findRefusal(application);
    if (refusal !== undefined) refusals.push(refusal);
    return refusal === undefined;
  });
  if (allowed.length === 0) {
    throw new Error(joinReasons(refusals));
  }
  refusals.forEach(refusal => logger.info(refusal));
  const lacking = allowed.flatMap(application => {
    const { unmatched } = matchSources(application, updates);
    return unmatched.map(
      ({ repoURL, chart }) =>
        `Application "${nameOf(
          application,
        )}" has no source with repoURL "${repoURL}"${
          chart === undefined ? '' : ` and chart "${chart}"`
        }`,
    );
  });
  if (lacking.length > 0) {
    throw new Error(joinReasons(lacking));
  }
  return allowed.map(application => ({
    application,
    updates,
    desired: desiredRevisions(matchSources(application, updates).matched),
  }));
}

/**
 * Does what comes next for an Application.
 *
 * @returns what is waited for, or `undefined` when it has synced
 * @throws Error when its sync failed.
 */
async function advance(
  { application, updates, desired }: Target,
  context: StepContext<'argocd'>,
): Promise<string | undefined> {
  const decision = decideSync(application, context.promotion, desired);
  switch (decision.kind) {
    case 'succeeded':
      return undefined;
    case 'failed':
      throw new Error(
        `Application "${nameOf(application)}": ${decision.reason}`,
      );
    case 'wait':
      return decision.reason;
    default:
      await context.argocd.update(application.metadata, latest => {
        // Somebody else may have begun something since it was read.
        const now = decideSync(latest, context.promotion, desired);
        return now.kind === 'update'
          ? {
              sources: matchSources(latest, updates).matched.map(updateSource),
              operation: syncOperation(latest, {
                name: context.promotion,
                actor: context.actor,
              }),
            }
          : undefined;
      });
      return decision.reason;
  }
}

function healthCheckOf(targets: readonly Target[]) {
  return {
    uses: 'argocd-update',
    config: {
      apps: targets.map(({ application, desired }) => ({
        ...keyOfApplication(application),
        desiredRevisions: desired,
      })),
    },
  };
}
