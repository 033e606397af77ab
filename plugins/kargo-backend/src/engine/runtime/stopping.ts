/**
 * Why an attempt is asked to stop before its end.
 *
 * | scope       | fired when                                             | the attempt                   | its row in the queue         |
 * | ----------- | ------------------------------------------------------ | ----------------------------- | ---------------------------- |
 * | `shutdown`  | the engine stops                                       | records nothing more          | given back, due now          |
 * | `leaseLost` | another replica holds the row, or nobody could say     | records nothing more          | left to who holds it         |
 * |             | for the length of a lease that it does not             |                               |                              |
 * | `aborted`   | its controller says that somebody wants it to end      | records the end that is asked | settled as it says           |
 * | `deadline`  | it lasts longer than its controller allows             | has failed                    | due again after the back-off |
 */
export type StopScope = 'shutdown' | 'leaseLost' | 'aborted' | 'deadline';

/** The reason with which the signal of an attempt fires. */
export class AttemptStopped extends Error {
  override readonly name = 'AttemptStopped';

  constructor(readonly scope: StopScope, message: string) {
    super(message);
  }
}

/** Why a signal has fired; `undefined` while it has not, or when it was no attempt's. */
export function stopScopeOf(signal: AbortSignal): StopScope | undefined {
  const reason: unknown = signal.aborted ? signal.reason : undefined;
  return reason instanceof AttemptStopped ? reason.scope : undefined;
}
