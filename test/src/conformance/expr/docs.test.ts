import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  BUILTIN_NAMES,
  compile,
  isExpressionError,
  Value,
} from 'backstage-plugin-kargo-expr';
import { repositoryRoot } from '../../world/paths';
import { writeValue } from './notation';

const DOCS = join(repositoryRoot, 'docs/reference/expressions');
const NOW = new Date('2026-01-02T03:04:05Z');
const PAGES = ['language.md', 'functions.md', 'coming-from.md'];

const page = (name: string) => readFileSync(join(DOCS, name), 'utf8');

/** The data of a page: its first JSON block. */
function dataOf(text: string): Value {
  return JSON.parse(/```json\n([^]*?)```/.exec(text)?.[1] ?? '{}');
}

const EXAMPLE = /^\| (`[^`]+`) +\| (`[^`]+`|_\w+ error_) +\|/gm;

/** Rows of an expression and its result, which is an expression or says at which stage it fails. */
function examplesOf(text: string): [string, string][] {
  const cell = (content: string) =>
    content.replace(/^`|`$/g, '').replaceAll('\\|', '|');
  return text
    .split('\n\n')
    .filter(block => /^\| (expression|you write) /.test(block))
    .flatMap(block => [...block.matchAll(EXAMPLE)])
    .map(([, source, result]) => [cell(source), cell(result)]);
}

function outcome(source: string, data: Value): string {
  try {
    return JSON.stringify(writeValue(compile(source).run(data, { now: NOW })));
  } catch (error) {
    if (isExpressionError(error)) return `_${error.stage} error_`;
    throw error;
  }
}

describe.each(PAGES)('%s', name => {
  const text = page(name);
  const data = dataOf(text);

  it.each(examplesOf(text))('%s is %s', (source, result) => {
    const expected = result.startsWith('_') ? result : outcome(result, data);
    expect(outcome(source, data)).toBe(expected);
  });

  it('has examples', () => {
    expect(examplesOf(text).length).toBeGreaterThan(10);
  });
});

describe('functions.md', () => {
  it('shows every built-in function at work', () => {
    const sources = examplesOf(page('functions.md')).map(([source]) => source);
    const shown = BUILTIN_NAMES.filter(name =>
      sources.some(source => source.includes(`${name}(`)),
    );
    expect(shown).toEqual(BUILTIN_NAMES);
  });

  it('has a heading for every built-in function', () => {
    const headings = (page('functions.md').match(/^### .*$/gm) ?? []).join(' ');
    const words = new Set(headings.split(/[^A-Za-z0-9]+/));
    expect(BUILTIN_NAMES.filter(name => !words.has(name))).toEqual([]);
  });
});
