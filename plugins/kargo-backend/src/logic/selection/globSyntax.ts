/** Whether every class and alternative of a glob closes, no class is empty and no backslash is last. */
export function isWellFormedGlob(pattern: string): boolean {
  let depth = 0;
  for (let at = 0; at < pattern.length; at++) {
    switch (pattern[at]) {
      case '\\':
        at++;
        if (at === pattern.length) return false;
        break;
      case '[': {
        const end = findClassEnd(pattern, at);
        if (end === undefined) return false;
        at = end - 1;
        break;
      }
      case '{':
        depth++;
        break;
      case '}':
        depth--;
        if (depth < 0) return false;
        break;
      default:
    }
  }
  return depth === 0;
}

/** Index after the class that starts at `from`, or `undefined` if it is empty or does not close. */
export function findClassEnd(text: string, from: number): number | undefined {
  let at = from + 1;
  if (text[at] === '!' || text[at] === '^') at++;
  if (text[at] === ']') return undefined;
  for (; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === ']') return at + 1;
  }
  return undefined;
}
