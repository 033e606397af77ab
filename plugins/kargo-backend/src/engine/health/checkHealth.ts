import { toError } from '@backstage/errors';
import {
  firstIssue,
  Health,
  Stage,
  StageStatus,
} from 'backstage-plugin-kargo-common';
import { HealthChecker, toJson } from 'backstage-plugin-kargo-node';
import { z } from 'zod';
import { foldHealth } from '../../logic/stage/decideHealth';

/** Runs the health checks that the last Promotion of a Stage recorded, side by side. */
export async function checkHealth(
  checkers: ReadonlyMap<string, HealthChecker>,
  stage: Stage,
  status: StageStatus,
  signal: AbortSignal,
): Promise<Health> {
  const checks = status.lastPromotion?.status?.healthChecks ?? [];
  const results = await Promise.all(
    checks.map(async (check): Promise<Health> => {
      const checker = checkers.get(check.uses);
      if (!checker) {
        return {
          status: 'Unknown',
          issues: [`No health checker for steps of kind '${check.uses}'`],
        };
      }
      try {
        const answer: unknown = await checker.check(
          {
            project: stage.metadata.namespace ?? '',
            stage: stage.metadata.name,
            ...(stage.spec.shard && { shard: stage.spec.shard }),
            check: structuredClone(check),
          },
          { signal },
        );
        return readHealth(checker, answer);
      } catch (error) {
        signal.throwIfAborted();
        return { status: 'Unknown', issues: [toError(error).message] };
      }
    }),
  );
  return foldHealth(results);
}

const AnyHealth = z.object({
  status: z.enum([
    'Healthy',
    'NotApplicable',
    'Progressing',
    'Unknown',
    'Unhealthy',
  ]),
  issues: z.array(z.string()).optional(),
});

/** @throws Error for an answer of an extension that is none: what nobody knows is not healthy */
function readHealth({ id }: HealthChecker, answer: unknown): Health {
  const { error } = AnyHealth.safeParse(answer);
  if (error) {
    throw new Error(
      `the health checker '${id}' answered what is no health: ${firstIssue(
        error,
      )}`,
    );
  }
  // What is no JSON could not be kept.
  return toJson(answer) as unknown as Health;
}
