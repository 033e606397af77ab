/**
 * A message of a step without the engine's words around it: which step it was, and that it
 * failed, stand beside it already. Empty when there was nothing else.
 */
export function plainMessage(message: string): string {
  return message
    .replace(/^step "[^"]*" met error threshold of \d+: /, '')
    .replace(/^(?:error running )?step "[^"]*": /, '')
    .replace(/^failed(: |$)/, '');
}
