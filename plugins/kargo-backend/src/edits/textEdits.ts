/** A range of a text and what comes in its place; offsets in UTF-16 units. */
export interface TextEdit {
  start: number;
  end: number;
  replacement: string;
}

/**
 * A text with ranges of it replaced and every other character as it is.
 *
 * @remarks
 * Insertions at one place keep their order and come before what begins there.
 *
 * @throws Error when ranges overlap, which is a mistake of the caller.
 */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  const parts: string[] = [];
  let position = 0;
  for (const { start, end, replacement } of edits.toSorted(
    (a, b) => a.start - b.start || a.end - b.end,
  )) {
    if (start < position) {
      throw new Error(`edits overlap at ${start}`);
    }
    parts.push(text.slice(position, start), replacement);
    position = end;
  }
  parts.push(text.slice(position));
  return parts.join('');
}

/** Where the line of an offset ends, before its line break. */
export function lineEnd(text: string, offset: number): number {
  const feed = text.indexOf('\n', offset);
  if (feed < 0) {
    return text.length;
  }
  return text[feed - 1] === '\r' ? feed - 1 : feed;
}

/** Where the line of an offset begins. */
export function lineStart(text: string, offset: number): number {
  return offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1;
}

/** Where the line after that of an offset begins, or the end of the text. */
export function nextLine(text: string, offset: number): number {
  const feed = text.indexOf('\n', offset);
  return feed < 0 ? text.length : feed + 1;
}

/** The line break that a text uses: that of its first line. */
export function lineBreakOf(text: string): '\n' | '\r\n' {
  const feed = text.indexOf('\n');
  return feed > 0 && text[feed - 1] === '\r' ? '\r\n' : '\n';
}
