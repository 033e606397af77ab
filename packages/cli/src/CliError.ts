/** Something the person at the command line has to know or do; printed without a stack. */
export class CliError extends Error {
  readonly name = 'CliError';
}

/** Several failures of one command, in the order they happened. */
export function joinErrors(messages: readonly string[]): CliError {
  return new CliError(messages.join('\n'));
}
