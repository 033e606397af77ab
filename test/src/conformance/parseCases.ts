/** One line of a corpus: the parsed object, or why the line holds none. */
export interface CorpusLine {
  /** Counted from 1. */
  line: number;
  text: string;
  value?: Record<string, unknown>;
  problem?: string;
}

/** Splits JSON Lines into cases; empty lines are none. */
export function parseCases(content: string): CorpusLine[] {
  return content
    .replace(/^\uFEFF/, '')
    .split('\n')
    .map((text, index) => ({ line: index + 1, text: text.replace(/\r$/, '') }))
    .filter(({ text }) => text.trim() !== '')
    .map(({ line, text }) => ({ line, text, ...parseLine(text) }));
}

function parseLine(text: string): Pick<CorpusLine, 'value' | 'problem'> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return { value: value as Record<string, unknown> };
    }
    return { problem: 'the line is JSON, but not an object' };
  } catch (error) {
    return { problem: `the line is not JSON: ${(error as Error).message}` };
  }
}
