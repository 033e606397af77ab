import { compileGlob } from '../../../logic/selection/glob';

/** A class that is closed, or what a backslash makes of a character. */
const BRACKETS = /\\.|\[([!^]?)(\]?(?:\\.|\[:[a-z]+:\]|[^\]\\])*)\]/gsu;

const NAMED_CLASSES: Readonly<Record<string, string>> = {
  alnum: 'a-zA-Z0-9',
  alpha: 'a-zA-Z',
  blank: ' \t',
  digit: '0-9',
  lower: 'a-z',
  space: ' \t\n\v\f\r',
  upper: 'A-Z',
  xdigit: '0-9a-fA-F',
};

/** Whether an entry is left out; `path` is relative to the folder the patterns apply to. */
export type IgnoreTest = (path: string, isDirectory: boolean) => boolean;

/**
 * Compiles patterns as git's ignore files write them, one a line. `.git` is left out
 * unless a later line says `!.git`.
 *
 * @remarks
 * The last pattern that matches decides. An entry below a folder that was left out cannot
 * be brought back, so a caller must not descend into one.
 */
export function compileIgnorePatterns(text: string): IgnoreTest {
  const rules = ['.git', ...text.split('\n')].flatMap(line => readRule(line));
  return (path, isDirectory) =>
    rules.reduce(
      (ignored, rule) =>
        rule.matches(path, isDirectory) ? !rule.negated : ignored,
      false,
    );
}

interface Rule {
  negated: boolean;
  matches(path: string, isDirectory: boolean): boolean;
}

function readRule(line: string): Rule[] {
  const trimmed = trimEnd(line.replace(/\r$/, ''));
  if (trimmed === '' || trimmed.startsWith('#')) {
    return [];
  }
  const negated = trimmed.startsWith('!');
  const pattern = negated ? trimmed.slice(1) : trimmed;
  const onlyDirectories = pattern.endsWith('/');
  const body = onlyDirectories ? pattern.slice(0, -1) : pattern;
  const isAnchored = body.includes('/');
  const glob = findGlob(body.replace(/^\//, ''));
  if (!glob) {
    return [];
  }
  return [
    {
      negated,
      matches: (path, isDirectory) =>
        (isDirectory || !onlyDirectories) &&
        glob(isAnchored ? path : path.slice(path.lastIndexOf('/') + 1)),
    },
  ];
}

/** Trailing spaces count only behind a backslash; tabs do. */
function trimEnd(line: string): string {
  const trimmed = line.replace(/ +$/, '');
  return trimmed.endsWith('\\') && trimmed.length < line.length
    ? `${trimmed} `
    : trimmed;
}

function findGlob(pattern: string): ((path: string) => boolean) | undefined {
  if (pattern === '') {
    return undefined;
  }
  try {
    return compileGlob(
      pattern
        .replace(BRACKETS, plainClass)
        // Braces mean nothing in an ignore file.
        .replace(/[{}]/g, '\\$&')
        // What is in a folder, and not the folder: `!folder/file` can bring one back.
        .replace(/\/\*\*$/, '/**/*'),
    );
  } catch {
    // Git, too, lets a pattern that does not parse match nothing.
    return undefined;
  }
}

/** A class as globs have it: without names, and with a bracket in front behind a backslash. */
function plainClass(text: string, negation = '', members?: string): string {
  if (members === undefined) {
    return text;
  }
  const named = members
    .replace(/^\]/, '\\]')
    .replace(
      /\[:([a-z]+):\]/g,
      (name, word: string) => NAMED_CLASSES[word] ?? name,
    );
  return `[${negation}${named}]`;
}
