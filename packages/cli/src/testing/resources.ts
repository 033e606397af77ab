import { Freight, Promotion, Stage } from 'backstage-plugin-kargo-common';

/** A Stage as a server answers it. */
export function aStage(
  name: string,
  over: Partial<Pick<Stage, 'spec' | 'status'>> = {},
): Stage {
  return {
    apiVersion: 'kargo.akuity.io/v1alpha1',
    kind: 'Stage',
    metadata: metadataOf(name),
    spec: { requestedFreight: [] },
    ...over,
  };
}

/** Freight of Warehouse `web` as a server answers it. */
export function aFreight(name: string, alias: string): Freight {
  return {
    apiVersion: 'kargo.akuity.io/v1alpha1',
    kind: 'Freight',
    metadata: metadataOf(name),
    alias,
    origin: { kind: 'Warehouse', name: 'web' },
  };
}

/** A Promotion to Stage `prod` as a server answers it. */
export function aPromotion(
  name: string,
  status: Promotion['status'] = {},
): Promotion {
  return {
    apiVersion: 'kargo.akuity.io/v1alpha1',
    kind: 'Promotion',
    metadata: metadataOf(name),
    spec: { stage: 'prod', freight: 'f1', steps: [] },
    status,
  };
}

function metadataOf(name: string) {
  return {
    name,
    namespace: 'shop',
    uid: `uid-${name}`,
    resourceVersion: '7',
    generation: 1,
    creationTimestamp: '2026-03-01T11:48:00Z',
  };
}

/** A list as a server answers it. */
export function listOf(items: object[]): object {
  return { metadata: { resourceVersion: '7' }, items };
}

/** A stream of changes as a server answers it. */
export function streamOf(changes: object[]): Response {
  return new Response(
    changes.map(change => `data: ${JSON.stringify(change)}\n\n`).join(''),
    { headers: { 'Content-Type': 'text/event-stream' } },
  );
}
