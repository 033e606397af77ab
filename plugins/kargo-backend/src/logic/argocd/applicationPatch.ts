import type {
  Application,
  ApplicationChange,
} from 'backstage-plugin-kargo-node';

const REFRESH = 'argocd.argoproj.io/refresh';

/** Has an Application compared with its sources anew; `undefined` when that is asked for already. */
export function refreshPatch({
  metadata,
}: Pick<Application, 'metadata'>): Record<string, unknown> | undefined {
  return metadata.annotations?.[REFRESH] === 'hard'
    ? undefined
    : { metadata: { annotations: { [REFRESH]: 'hard' } } };
}

/**
 * A merge of a change into exactly the state it was computed from.
 *
 * @remarks
 * The state of the last operation goes, as Argo CD would take it for the new one's until it
 * begins. Sources are written as a whole, and only when they differ.
 */
export function changePatch(
  latest: Application,
  { sources, operation }: ApplicationChange,
): Record<string, unknown> {
  const { metadata, spec, status } = latest;
  return {
    metadata: {
      resourceVersion: metadata.resourceVersion,
      annotations: { [REFRESH]: 'hard' },
    },
    ...(sources.length > 0 && {
      spec: spec.sources?.length ? { sources } : { source: sources[0] },
    }),
    operation,
    ...(status && { status: { operationState: null } }),
  };
}
