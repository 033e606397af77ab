import { InputError } from '@backstage/errors';
import { findClassEnd } from './globSyntax';

/** Most characters that the alternatives of one glob may multiply to. */
const MAX_EXPANDED_LENGTH = 16_384;

/** A glob without alternatives, made by choosing one of each. */
export interface GlobVariant {
  readonly text: string;
  /** Indexes into `text` where a choice was made. */
  readonly choices: readonly number[];
}

/**
 * Writes a glob with alternatives (`a/{b,c}`) as the globs without them (`a/b`, `a/c`).
 *
 * @remarks
 * Expects a well-formed pattern. Differs: where a class inside of an alternative holds a
 * comma, Kargo divides the alternative there and fails when it comes to that.
 *
 * @throws `InputError` if the result would be longer than {@link MAX_EXPANDED_LENGTH}.
 */
export function expandAlternatives(pattern: string): GlobVariant[] {
  const expanded: GlobVariant[] = [];
  const pending: GlobVariant[] = [{ text: pattern, choices: [] }];
  let length = 0;
  for (;;) {
    const next = pending.pop();
    if (!next) return expanded;
    const { text, choices } = next;
    const group = findGroup(text, choices[choices.length - 1] ?? 0);
    if (group) {
      const before = text.slice(0, group.start);
      const after = text.slice(group.end);
      // Reversed, because the last one pushed is taken next.
      for (const alternative of group.alternatives.reverse()) {
        pending.push({
          text: before + alternative + after,
          choices: [...choices, group.start],
        });
      }
    } else {
      expanded.push(next);
      // One more, so that alternatives of nothing count too.
      length += text.length + 1;
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
    else if (text[at] === '[') at = (findClassEnd(text, at) ?? at + 1) - 1;
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
