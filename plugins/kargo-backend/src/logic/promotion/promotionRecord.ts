import { ANNOTATIONS, Promotion } from 'backstage-plugin-kargo-common';

/** What the audit log keeps of a Promotion that is deleted. */
export type PromotionRecord = Record<string, string>;

/** Who promoted what to where, when, and how it ended. */
export function promotionRecord({
  metadata,
  spec,
  status,
}: Promotion): PromotionRecord {
  const { annotations, namespace = '', name, creationTimestamp } = metadata;
  return {
    project: namespace,
    promotion: name,
    stage: spec.stage,
    freight: spec.freight ?? '',
    createdBy: annotations?.[ANNOTATIONS.createActor] ?? 'automation',
    createdAt: creationTimestamp,
    phase: status?.phase ?? 'Pending',
    ...(status?.finishedAt && { finishedAt: status.finishedAt }),
  };
}
