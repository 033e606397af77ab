/** What a text of JSON holds; `undefined`, which no schema takes, for any other text. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Whether no JSON will do is decided by whoever asks.
    return undefined;
  }
}
