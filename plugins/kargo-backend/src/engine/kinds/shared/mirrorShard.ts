import { Draft, LABELS, Resource } from 'backstage-plugin-kargo-common';

/** The shard label mirrors `spec.shard`; one that a manifest carries means nothing. */
export function mirrorShard<T extends Resource & { spec: { shard?: string } }>(
  draft: Draft<T>,
): Draft<T> {
  const { [LABELS.shard]: _, ...labels } = draft.metadata.labels ?? {};
  const { shard } = (draft as Pick<T, 'spec'>).spec;
  const all = { ...labels, ...(shard && { [LABELS.shard]: shard }) };
  return {
    ...draft,
    metadata: {
      ...draft.metadata,
      labels: Object.keys(all).length > 0 ? all : undefined,
    },
  };
}
