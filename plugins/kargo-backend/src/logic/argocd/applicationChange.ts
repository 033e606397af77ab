import { ANNOTATIONS } from 'backstage-plugin-kargo-common';
import type { Application } from 'backstage-plugin-kargo-node';
import { toStableJson } from '../stableJson';
import { isOutdated } from './judgeHealth';

/**
 * What of an Application matters to those who wait for it: two states with the same digest
 * are the same to them. Argo CD writes an Application every few minutes without anything
 * of this changing.
 */
export function digestApplication(application: Application): string {
  const { metadata, operation, status } = application;
  const state = status?.operationState;
  return toStableJson({
    labels: metadata.labels ?? {},
    authorized: metadata.annotations?.[ANNOTATIONS.authorizedStage] ?? '',
    isAsked: operation !== undefined,
    phase: state?.phase ?? '',
    startedAt: state?.startedAt ?? '',
    health: status?.health?.status ?? '',
    sync: status?.sync?.status ?? '',
    revisions: status?.sync?.revisions ?? [status?.sync?.revision ?? ''],
    isOutdated: isOutdated(application),
    conditions: (status?.conditions ?? []).map(({ type }) => type),
  });
}
