import {
  AnalysisRun,
  AnalysisRunSpec,
  ANNOTATIONS,
  Draft,
  FINALIZER,
  Freight,
  FreightCollection,
  LABELS,
  ROLLOUTS_API_VERSION,
  Stage,
} from 'backstage-plugin-kargo-common';
import { analysisRunName, shortenLabelValue } from '../../logic/derivedNames';
import { parseVerificationRequest } from '../../logic/stage/decideVerification';

/** What an AnalysisRun is made of. */
export interface AnalysisRunParts {
  stage: Stage;
  collection: FreightCollection;
  /** All of the collection. */
  freight: Freight[];
  spec: AnalysisRunSpec;
  /** See {@link verificationSlot}. */
  slot: string;
  ulid: string;
  /** The cluster whose Argo Rollouts runs it; the engine does when absent. */
  rolloutsCluster?: string;
}

/**
 * Names the place of a verification among those of a Stage: the Promotion that brought the
 * Freight, and the verification before it. A start that is repeated after a crash finds by
 * it the run that it had made; every Promotion and every verification again has its own.
 */
export function verificationSlot(
  stage: Stage,
  collection: FreightCollection,
): string {
  const promotion = stage.status?.lastPromotion?.name ?? '';
  const previous = collection.verificationHistory?.at(0)?.id ?? '';
  return `${stage.metadata.uid}/${collection.id}/${promotion}/${previous}`;
}

/** The AnalysisRun of a verification. What the engine says goes before what the Stage says. */
export function buildAnalysisRun({
  stage,
  collection,
  freight,
  spec,
  slot,
  ulid,
  rolloutsCluster,
}: AnalysisRunParts): Draft<AnalysisRun> {
  const { name, namespace = '' } = stage.metadata;
  const metadata = stage.spec.verification?.analysisRunMetadata;
  const { [ANNOTATIONS.rolloutsCluster]: _, ...annotations } =
    metadata?.annotations ?? {};
  const label = shortenLabelValue(name);
  const promotion = isOfPromotion(stage, collection)
    ? stage.status?.lastPromotion?.name
    : undefined;
  return {
    apiVersion: ROLLOUTS_API_VERSION,
    kind: 'AnalysisRun',
    metadata: {
      name: analysisRunName(name, ulid, collection.id),
      namespace,
      labels: {
        ...metadata?.labels,
        [LABELS.stage]: label,
        [LABELS.freightCollection]: collection.id,
      },
      annotations: {
        ...annotations,
        ...(label !== name && { [ANNOTATIONS.stage]: name }),
        ...(promotion && { [ANNOTATIONS.promotion]: promotion }),
        [ANNOTATIONS.verification]: slot,
        // Of the engine alone, whatever the Stage says.
        ...(rolloutsCluster && {
          [ANNOTATIONS.rolloutsCluster]: rolloutsCluster,
        }),
      },
      ...(rolloutsCluster && { finalizers: [FINALIZER] }),
      ownerReferences: freight.map(item => ({
        apiVersion: item.apiVersion,
        kind: item.kind,
        name: item.metadata.name,
        uid: item.metadata.uid,
        controller: false,
        blockOwnerDeletion: false,
      })),
    },
    spec,
  };
}

/** Whether a Promotion has brought on the verification, and nobody asked for it again. */
function isOfPromotion(
  { metadata: { annotations } }: Stage,
  { verificationHistory }: FreightCollection,
): boolean {
  const newest = verificationHistory?.at(0);
  const request = parseVerificationRequest(annotations?.[ANNOTATIONS.reverify]);
  return (
    !newest ||
    (request?.id === newest.id && !!request.controlPlane && !!request.actor)
  );
}
