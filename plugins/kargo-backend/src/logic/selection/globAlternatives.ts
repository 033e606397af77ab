import { InputError } from '@backstage/errors';
import { findClassEnd } from './globSyntax';

/** Most characters that the alternatives of one glob may multiply to. */
export const MAX_EXPANDED_LENGTH = 16_384;

/**
 * Writes a glob with alternatives (`a/{b,c}`) as the globs without them (`a/b`, `a/c`).
 *
 * @remarks
 * Expects a well-formed pattern. As in Kargo, a comma or brace inside a class inside an
 * alternative still divides it.
 *
 * @throws `InputError` if the result would be longer than {@link MAX_EXPANDED_LENGTH}.
 */
export function expandAlternatives(pattern: string): string[] {
  const expanded: string[] = [];
  const pending = [{ text: pattern, from: 0 }];
  let length = 0;
  for (;;) {
    const next = pending.pop();
    if (!next) return expanded;
    const group = findGroup(next.text, next.from);
    if (group) {
      const before = next.text.slice(0, group.start);
      const after = next.text.slice(group.end);
      // Reversed, because the last one pushed is taken next.
      for (const alternative of group.alternatives.reverse()) {
        const text = before + alternative + after;
        pending.push({ text, from: group.start });
      }
    } else {
      expanded.push(next.text);
      // One more, so that alternatives of nothing count too.
      length += next.text.length + 1;
    }
    if (length > MAX_EXPANDED_LENGTH || pending.length > MAX_EXPANDED_LENGTH) {
      throw new InputError(
        `"${pattern}" has too many alternatives; they multiply to more than ${MAX_EXPANDED_LENGTH} characters`,
      );
    }
  }
}

interface Group {
  start: number;
  end: number;
  alternatives: string[];
}

function findGroup(text: string, from: number): Group | undefined {
  for (let at = from; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '{') return readGroup(text, at);
    else if (text[at] === '[') {
      const end = findClassEnd(text, at);
      if (end === undefined) return undefined;
      at = end - 1;
    }
  }
  return undefined;
}

function readGroup(text: string, start: number): Group | undefined {
  const alternatives: string[] = [];
  let depth = 0;
  let begin = start + 1;
  for (let at = start; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '{') depth++;
    else if (text[at] === ',' && depth === 1) {
      alternatives.push(text.slice(begin, at));
      begin = at + 1;
    } else if (text[at] === '}') {
      depth--;
      if (depth === 0) {
        alternatives.push(text.slice(begin, at));
        return { start, end: at + 1, alternatives };
      }
    }
  }
  return undefined;
}
