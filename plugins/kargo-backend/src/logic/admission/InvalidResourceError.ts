import { formatProblem, Problem } from 'backstage-plugin-kargo-common';

/** A manifest that was refused, with everything that is wrong with it. */
export class InvalidResourceError extends Error {
  name = 'InvalidResourceError' as const;

  constructor(
    /** `Stage test`, for the message. */
    readonly subject: string,
    readonly problems: Problem[],
  ) {
    super(`${subject} is invalid: ${problems.map(formatProblem).join('; ')}`);
  }
}
