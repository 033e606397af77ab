import type {
  Application,
  ApplicationOperation,
  ApplicationOperationState,
} from 'backstage-plugin-kargo-node';

/** Under which name an operation tells the Promotion that asked for it. */
export const PROMOTION_INFO = 'kargo.akuity.io/promotion';

/** What comes next in bringing an Application to where a Promotion wants it. */
export type SyncDecision =
  | { kind: 'update'; reason: string }
  | { kind: 'wait'; reason: string }
  | { kind: 'succeeded' }
  | { kind: 'failed'; reason: string };

/**
 * Decides, by what Argo CD does and did with an Application, what a Promotion does next.
 *
 * @remarks
 * An operation is recognised by the Promotion's name in it, so a step that runs again asks
 * for no second one. What runs already, of whomever, is waited for: Argo CD does one thing
 * at a time, and another request would take its place.
 *
 * @param desired - see `desiredRevisions`
 */
export function decideSync(
  application: Application,
  promotion: string,
  desired: readonly string[],
): SyncDecision {
  const { operation, status } = application;
  const state = status?.operationState;
  if (state && !isCompleted(state)) {
    const whose = ownerOf(state.operation, promotion);
    return { kind: 'wait', reason: `${whose} is ${state.phase}${tail(state)}` };
  }
  if (operation) {
    const whose = ownerOf(operation, promotion);
    return { kind: 'wait', reason: `${whose} has not begun` };
  }
  if (!state) {
    return { kind: 'update', reason: 'it is asked to sync' };
  }
  if (promotionOf(state.operation) !== promotion) {
    return { kind: 'update', reason: 'it is asked to sync' };
  }
  if (!state.syncResult) {
    return {
      kind: 'update',
      reason: `its sync ended as ${state.phase} without a result${tail(
        state,
      )}: it is asked again`,
    };
  }
  const observed = revisionsOf(state.syncResult);
  const other = desired.findIndex(
    (revision, index) => revision !== '' && revision !== observed[index],
  );
  if (other >= 0) {
    return {
      kind: 'update',
      reason: `it synced to revision "${observed[other] ?? ''}" instead of "${
        desired[other]
      }": it is asked again`,
    };
  }
  return state.phase === 'Succeeded'
    ? { kind: 'succeeded' }
    : {
        kind: 'failed',
        reason: `its sync ended as ${state.phase}${tail(state)}`,
      };
}

/** Whether Argo CD has ended an operation. */
export function isCompleted({ phase }: ApplicationOperationState): boolean {
  return phase === 'Succeeded' || phase === 'Failed' || phase === 'Error';
}

/** One revision per source, as a sync or its result tells them. */
export function revisionsOf(told: {
  revision?: string;
  revisions?: string[];
}): string[] {
  return told.revisions?.length ? told.revisions : [told.revision ?? ''];
}

function tail({ message }: ApplicationOperationState): string {
  return message ? `: ${message}` : '';
}

function promotionOf(
  operation: ApplicationOperation | undefined,
): string | undefined {
  return operation?.info?.find(({ name }) => name === PROMOTION_INFO)?.value;
}

function ownerOf(
  operation: ApplicationOperation | undefined,
  promotion: string,
): string {
  const name = promotionOf(operation);
  if (name === promotion) {
    return 'its sync';
  }
  return name === undefined
    ? 'an operation that somebody else asked for'
    : `an operation of Promotion "${name}"`;
}
