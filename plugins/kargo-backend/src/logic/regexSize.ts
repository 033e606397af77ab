/**
 * Estimates how many instructions a regular expression compiles to, from its text alone.
 *
 * @remarks
 * Repetition makes a short pattern a large program (`(?:abc){1000}`), and compiling that
 * is what has to be avoided, so the answer is needed before. Exact only for what counts:
 * characters, classes, groups and counted repetition. Of text that is no regular expression
 * it may say anything.
 */
export function estimateRegexSize(source: string): number {
  const outer: Level[] = [];
  let level: Level = { size: 0, last: 0 };
  for (let at = 0; at < source.length; ) {
    const { kind, end, value } = readPart(source, at);
    at = end;
    if (kind === 'open') {
      outer.push(level);
      level = { size: 0, last: 0 };
    } else if (kind === 'close') {
      const { size } = level;
      level = outer.pop() ?? { size: 0, last: 0 };
      level = { size: level.size + size + 1, last: size + 1 };
    } else if (kind === 'repeat') {
      const repeated = level.last * Math.max(value, 1);
      level = { size: level.size - level.last + repeated, last: repeated };
    } else {
      const last = kind === 'loop' ? level.last + value : value;
      level = { size: level.size + value, last };
    }
  }
  return outer.reduce((sum, { size }) => sum + size, level.size);
}

/** Instructions of an open group so far, and how many of them the last element has. */
interface Level {
  size: number;
  last: number;
}

interface Part {
  kind: 'element' | 'open' | 'close' | 'repeat' | 'loop';
  end: number;
  /** Instructions of an element, or how often the last one is repeated. */
  value: number;
}

const QUOTED = /\\Q([^]*?)(?:\\E|$)/y;
const ESCAPED = /\\(?:[pPx]\{[^}]*\}|[^])/y;
const CLASS = /\[\^?\]?(?:\[:\^?\w+:\]|\\[^]|[^\]\\])*\]/y;
const COUNTED = /\{(\d+)(?:,(\d*))?\}/y;

function readPart(source: string, at: number): Part {
  const quoted = matchAt(QUOTED, source, at);
  if (quoted) {
    const value = quoted[1].length;
    return { kind: 'element', end: at + quoted[0].length, value };
  }
  const single = matchAt(ESCAPED, source, at) ?? matchAt(CLASS, source, at);
  if (single) return { kind: 'element', end: at + single[0].length, value: 1 };
  const counted = matchAt(COUNTED, source, at);
  if (counted) {
    const value = Number(counted[2] || counted[1]);
    return { kind: 'repeat', end: at + counted[0].length, value };
  }
  const end = at + 1;
  if (source[at] === '(') return { kind: 'open', end, value: 0 };
  if (source[at] === ')') return { kind: 'close', end, value: 0 };
  if ('*+?'.includes(source[at])) return { kind: 'loop', end, value: 1 };
  return { kind: 'element', end, value: 1 };
}

function matchAt(
  pattern: RegExp,
  text: string,
  at: number,
): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}
