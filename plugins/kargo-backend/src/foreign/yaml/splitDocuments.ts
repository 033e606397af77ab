/** One document of a YAML text, with everything that belongs to it. */
export interface DocumentText {
  text: string;
  /** Lines before it, for messages. */
  line: number;
}

const START = /^---(?=[ \t\r\n]|$)/;
const END = /^\.\.\.(?=[ \t\r\n]|$)/;
/** So much of a line shows what it is; long lines are not copied. */
const SHOWN = 80;

/**
 * Cuts a text at the lines that start with `---` and after those that start with `...`,
 * which stand nowhere else in YAML. Each part is read by itself, so that a broken one
 * leaves the others readable. Parts of comments alone are left out. Takes time in
 * proportion to the text.
 */
export function* splitDocuments(text: string): Generator<DocumentText> {
  let from = 0;
  let firstLine = 0;
  let line = 0;
  let hasContent = false;
  let hasDirective = false;
  const cut = (at: number, nextLine: number): DocumentText => {
    const part = { text: text.slice(from, at), line: firstLine };
    from = at;
    firstLine = nextLine;
    hasContent = false;
    hasDirective = false;
    return part;
  };
  for (let at = 0; at < text.length; line += 1) {
    const end = endOfLine(text, at);
    const start = text.slice(at, Math.min(end, at + SHOWN));
    if (START.test(start) && (hasContent || !hasDirective)) {
      const isKept = hasContent;
      const part = cut(at, line);
      if (isKept) yield part;
    }
    if (END.test(start)) {
      const isKept = hasContent;
      const part = cut(end, line + 1);
      if (isKept) yield part;
    } else {
      const rest = start.replace(START, '').trimStart();
      hasDirective ||= !hasContent && start.startsWith('%');
      hasContent ||= rest === '' ? end - at > SHOWN : !/^[#%]/.test(rest);
    }
    at = end;
  }
  if (hasContent) {
    yield cut(text.length, line);
  }
}

function endOfLine(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end + 1;
}

/** A first document that begins, and ends without anything in it. */
const EMPTY_FIRST =
  /^(?:[ \t]*(?:#.*)?\r?\n|%.*\r?\n)*---[ \t]*(?:#.*)?\r?\n(?:[ \t]*(?:#.*)?\r?\n)*(?:---|\.\.\.)(?=[ \t\r\n]|$)/;

/** The first document of a text, at the line where it stands; empty when there is none. */
export function firstDocument(text: string): string {
  if (EMPTY_FIRST.test(text)) {
    return '';
  }
  const [first] = splitDocuments(text);
  return first ? '\n'.repeat(first.line) + first.text : '';
}
