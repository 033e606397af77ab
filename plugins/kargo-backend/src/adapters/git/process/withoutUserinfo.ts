const SCHEME_END = '://';

/**
 * Removes user names and passwords from the URLs in a text.
 *
 * @remarks
 * Walks once through the text, which others may have written: its length is all that the
 * time depends on.
 */
export function withoutUserinfo(text: string): string {
  const parts: string[] = [];
  let copied = 0;
  let start = endOfScheme(text, 0);
  while (start !== undefined) {
    const authority = text.slice(start, endOfAuthority(text, start));
    const length = authority.lastIndexOf('@') + 1;
    if (length > 0) {
      parts.push(text.slice(copied, start));
      copied = start + length;
    }
    start = endOfScheme(text, start);
  }
  return parts.join('') + text.slice(copied);
}

function endOfScheme(text: string, from: number): number | undefined {
  const at = text.indexOf(SCHEME_END, from);
  return at < 0 ? undefined : at + SCHEME_END.length;
}

// A `/` ends it, so that no part of the text belongs to two.
function endOfAuthority(text: string, start: number): number {
  let end = start;
  while (end < text.length && !/[/?#\s'"<>]/.test(text[end])) end++;
  return end;
}
