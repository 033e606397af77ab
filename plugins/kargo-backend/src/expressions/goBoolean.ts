const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ...['1', 't', 'T', 'true', 'True', 'TRUE'].map(text => [text, true] as const),
  ...['0', 'f', 'F', 'false', 'False', 'FALSE'].map(
    text => [text, false] as const,
  ),
]);

/** The boolean that a text stands for in Go's spelling; `undefined` when it is none. */
export function parseGoBoolean(text: string): boolean | undefined {
  return BOOLEANS.get(text);
}
