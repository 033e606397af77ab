import { VerificationInfo } from '../model/freightCollection';

/**
 * Whether metrics said that the Freight is bad; an abort and what could not be measured do
 * not.
 *
 * @public
 */
export function hasVerificationFailed({
  phase,
  analysisRun,
}: VerificationInfo): boolean {
  return phase === 'Failed' && analysisRun?.phase === 'Failed';
}

/**
 * Whether a set of Freight counts as verified by its history, newest first: the newest
 * verification that came to a verdict says so.
 *
 * @remarks
 * Differs from upstream, where one success is enough for good. Errors, aborts and what is
 * inconclusive tell nothing about the Freight and change nothing.
 *
 * @public
 */
export function isVerificationTrusted(
  history: readonly VerificationInfo[],
): boolean {
  const verdict = history.find(
    entry => entry.phase === 'Successful' || hasVerificationFailed(entry),
  );
  return verdict?.phase === 'Successful';
}
