import { NotAllowedError } from '@backstage/errors';
import { AccessVerdict } from 'backstage-plugin-kargo-common';

/** @throws NotAllowedError with the reason of each verdict that refuses */
export function assertAllowed(...verdicts: AccessVerdict[]): void {
  const refused = verdicts.filter(verdict => !verdict.allowed);
  if (refused.length > 0) {
    throw new NotAllowedError(refused.map(({ reason }) => reason).join('; '));
  }
}
