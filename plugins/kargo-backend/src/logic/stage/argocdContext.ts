import {
  ANNOTATIONS,
  HealthCheck,
  JsonValue,
  Promotion,
  Stage,
  StageStatus,
} from 'backstage-plugin-kargo-common';
import { StageEffect } from './StageSnapshot';

/** Steps whose outputs name the Applications that they worked on. */
const ARGOCD_STEPS = ['argocd-update', 'argocd-wait'];

/**
 * Which Applications of Argo CD a Stage is about, as an annotation of it: those that the
 * last Promotion's steps worked on, then those of its health checks.
 *
 * @remarks
 * Decided anew by every look, from the Promotion itself. One that did not succeed, or is
 * gone, says nothing: what was there stays.
 */
export function decideArgoCdContext(
  stage: Stage,
  status: StageStatus,
  promotions: readonly Promotion[],
): StageEffect[] {
  const last = promotions.find(
    ({ metadata }) => metadata.name === status.lastPromotion?.name,
  );
  if (last?.status?.phase !== 'Succeeded') {
    return [];
  }
  const named = namedApplications(last);
  const value = named.length > 0 ? JSON.stringify(named) : undefined;
  return withContext(stage, value);
}

/** A Stage that nothing is promoted to is about no Application. */
export function removeArgoCdContext(stage: Stage): StageEffect[] {
  return withContext(stage, undefined);
}

function withContext(stage: Stage, value: string | undefined): StageEffect[] {
  const annotation = ANNOTATIONS.argocdContext;
  return stage.metadata.annotations?.[annotation] === value
    ? []
    : [{ kind: 'annotate-stage', annotation, ...(value && { value }) }];
}

function namedApplications({ spec, status }: Promotion) {
  const outputs = (spec.steps ?? [])
    .filter(({ uses }) => ARGOCD_STEPS.includes(uses ?? ''))
    .map(({ as: alias = '' }) => status?.state?.[alias]);
  const checks = (status?.healthChecks ?? []).map(
    ({ config }: HealthCheck) => config,
  );
  const found = [...outputs, ...checks].flatMap(readApplications);
  return [
    ...new Map(
      found.map(app => [`${app.namespace}/${app.name}`, app] as const),
    ).values(),
  ];
}

function readApplications(
  told: JsonValue | undefined,
): Array<{ name: string; namespace: string }> {
  const { apps } = (told ?? {}) as { apps?: JsonValue };
  return (Array.isArray(apps) ? apps : []).flatMap(app => {
    const { name, namespace } = (app ?? {}) as Record<string, JsonValue>;
    return typeof name === 'string' && typeof namespace === 'string'
      ? [{ name, namespace }]
      : [];
  });
}
