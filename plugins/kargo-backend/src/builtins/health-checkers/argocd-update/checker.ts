import { Health } from 'backstage-plugin-kargo-common';
import { Application, HealthChecker } from 'backstage-plugin-kargo-node';
import { z } from 'zod';
import { refreshPatch } from '../../../logic/argocd/applicationPatch';
import { isOutdated, judgeHealth } from '../../../logic/argocd/judgeHealth';
import { foldHealth } from '../../../logic/stage/decideHealth';
import { ArgoCd, ArgoCds } from '../../../ports/ArgoCd';

const Config = z.object({
  apps: z.array(
    z.object({
      name: z.string(),
      namespace: z.string().optional(),
      desiredRevisions: z.array(z.string()).default([]),
    }),
  ),
});
type CheckedApplication = z.output<typeof Config>['apps'][number];

/**
 * Tells the health of a Stage from the Applications that its last Promotion updated.
 *
 * @remarks Its output is without times, so that what has not changed is not written anew.
 */
export function createArgoCdHealthChecker(argoCds: ArgoCds): HealthChecker {
  return {
    id: 'argocd-update',
    async check({ project, stage, shard, check }, { signal }) {
      const config = Config.safeParse(check.config);
      if (!config.success) {
        return unknown(
          'the health check of step argocd-update names no Applications',
        );
      }
      const argoCd = argoCds.get(shard, {
        kind: 'Stage',
        namespace: project,
        name: stage,
      });
      const checked = await Promise.all(
        config.data.apps.map(entry => checkApplication(argoCd, entry, signal)),
      );
      return {
        ...foldHealth(checked.map(({ health }) => health)),
        output: { applicationStatuses: checked.map(({ told }) => told) },
      };
    },
  };
}

async function checkApplication(
  argoCd: ArgoCd,
  { name, namespace = argoCd.namespace, desiredRevisions }: CheckedApplication,
  signal: AbortSignal,
) {
  const key = { name, namespace };
  const application = await argoCd.find(key, { signal });
  if (!application) {
    const issue = `Application "${namespace}/${name}" does not exist`;
    return { health: unknown(issue), told: key };
  }
  const patch = isOutdated(application) && refreshPatch(application);
  if (patch) {
    await argoCd.patch(key, patch, { signal });
  }
  return {
    health: judgeHealth(application, desiredRevisions),
    told: tell(application),
  };
}

function tell({ metadata, status }: Application) {
  const { health, sync, operationState, conditions } = status ?? {};
  return {
    name: metadata.name,
    namespace: metadata.namespace,
    ...(health && { health: { ...health } }),
    ...(sync && { sync: { ...sync } }),
    ...(operationState && {
      operationState: {
        phase: operationState.phase ?? '',
        ...(operationState.message && { message: operationState.message }),
      },
    }),
    ...(conditions?.length && {
      conditions: conditions.map(({ type, message = '' }) => ({
        type,
        message,
      })),
    }),
  };
}

function unknown(issue: string): Health {
  return { status: 'Unknown', issues: [issue] };
}
