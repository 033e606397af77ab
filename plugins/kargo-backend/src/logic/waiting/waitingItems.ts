import {
  automationState,
  Freight,
  freightArtifacts,
  FreightRequest,
  isControlFlow,
  Stage,
  stageState,
  WaitingItem,
} from 'backstage-plugin-kargo-common';

/** The newest Freight of an origin that is newer than what a Stage holds. */
export interface NewerFreight {
  freight: Freight;
  /** Whether it may enter now; it is then the newest that may. */
  isAvailable: boolean;
}

/** Requests of a Stage whose newer Freight may wait for somebody. */
export function undecidedRequests(stage: Stage): FreightRequest[] {
  if (isControlFlow(stage) || isUnderWay(stage) || stage.spec.targets) {
    return [];
  }
  // What automation takes waits for nobody, and of a failure there is nothing else to say.
  const isPromotable = automationState(stage) !== 'on' && !failureOf(stage);
  return stage.spec.requestedFreight.filter(
    request => isPromotable || needsApproval(request),
  );
}

/** Whether only an approval lets Freight in. */
export function needsApproval({ sources }: FreightRequest): boolean {
  return (
    !sources.direct &&
    (sources.stages ?? []).length === 0 &&
    sources.availabilityStrategy !== 'All'
  );
}

/**
 * What in a Stage goes on only when somebody does something: failures, Freight that only an
 * approval lets in, paused automation, and Freight that may enter but that nobody takes.
 *
 * @param newer - by the Stage's undecided requests; Freight that may not enter only where an
 *   approval lets it in
 */
export function waitingItems(
  stage: Stage,
  newer: readonly NewerFreight[],
): WaitingItem[] {
  if (isControlFlow(stage) || isUnderWay(stage)) {
    return [];
  }
  const item = (kind: WaitingItem['kind'], freight?: Freight): WaitingItem => ({
    kind,
    stage: stage.metadata.name,
    ...(freight && {
      freight: freight.metadata.name,
      version: freightArtifacts(freight)[0]?.version ?? '',
    }),
  });
  const failed = failureOf(stage);
  if (stage.spec.targets) {
    // Nothing is promoted to it.
    return failed ? [{ ...item('failed'), failed }] : [];
  }
  const approvable = newer
    .filter(({ isAvailable }) => !isAvailable)
    .map(({ freight }) => item('approve', freight));
  if (failed) {
    return [{ ...item('failed'), failed }, ...approvable];
  }
  const available = newer.find(({ isAvailable }) => isAvailable);
  const automation = automationState(stage);
  return available && automation !== 'on'
    ? [
        ...approvable,
        item(automation === 'held' ? 'held' : 'promote', available.freight),
      ]
    : approvable;
}

function isUnderWay(stage: Stage): boolean {
  return ['promoting', 'verifying'].includes(stageState(stage));
}

function failureOf(stage: Stage): WaitingItem['failed'] {
  switch (stageState(stage)) {
    case 'promotionFailed':
      return 'promotion';
    case 'verificationFailed':
      return 'verification';
    default:
      return undefined;
  }
}
