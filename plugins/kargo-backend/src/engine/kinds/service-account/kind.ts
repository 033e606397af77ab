import {
  ANNOTATIONS,
  Draft,
  findClaimsProblem,
  problemAt,
  ServiceAccount,
} from 'backstage-plugin-kargo-common';
import { InvalidResourceError } from '../../../logic/admission/InvalidResourceError';
import { defineKind } from '../KindModule';

/** A ServiceAccount: its annotations say who has a role. */
export const serviceAccountKind = defineKind<ServiceAccount>({
  kind: 'ServiceAccount',
  admission: { complete: checkClaims },
});

/**
 * Refuses claims that cannot be understood, which would map nobody in silence.
 *
 * @throws InvalidResourceError
 */
function checkClaims(draft: Draft<ServiceAccount>): Draft<ServiceAccount> {
  const problem = findClaimsProblem(draft.metadata.annotations);
  if (problem) {
    throw new InvalidResourceError(`ServiceAccount '${draft.metadata.name}'`, [
      problemAt(
        draft,
        ['metadata', 'annotations', ANNOTATIONS.claims],
        problem.replace(/^expected /, ''),
      ),
    ]);
  }
  return draft;
}
