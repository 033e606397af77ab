import {
  ANNOTATIONS,
  Promotion,
  Stage,
  StageStatus,
} from 'backstage-plugin-kargo-common';
import { promotedApplications } from '../argocd/promotedApplications';
import { StageEffect } from './StageSnapshot';

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
  const named = promotedApplications(last);
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
