/** Freight that is promoted, or was, to a Stage, as one index value. */
export function attemptOf(stage: string, freight: string): string {
  return `${stage}|${freight}`;
}
