import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { STEP_FUNCTIONS } from 'backstage-plugin-kargo-backend/src/expressions/functionSets';
import { LookupTable } from 'backstage-plugin-kargo-backend/src/expressions/lookups';
import { atOnce } from 'backstage-plugin-kargo-backend/src/expressions/Paced';
import { evaluateStepConfig } from 'backstage-plugin-kargo-backend/src/expressions/promotionScope';
import {
  ExpressionVariable,
  JsonValue,
  KARGO_API_VERSION,
} from 'backstage-plugin-kargo-common';
import { Value } from 'backstage-plugin-kargo-expr';
import { parse } from 'yaml';
import { repositoryRoot } from '../../world/paths';
import { STAGE } from './fixtures';
import { EVALUATORS } from './modes';
import { Notation, writeValue } from './notation';

const DOCS = join(repositoryRoot, 'docs/reference/expressions');
const page = (name: string) => readFileSync(join(DOCS, name), 'utf8');

/** Content of the code blocks of a language. */
function blocksOf(text: string, language: string): string[] {
  const blocks = text.matchAll(/```(\w+)\n([^]*?)```/g);
  return [...blocks].flatMap(([, is, code]) => (is === language ? [code] : []));
}

/** An example: in which mode, of what, with what result. */
type Example = readonly [mode: string, source: string, result: string];

const ROW = /^\| (`[^\n]+?`) +\| (`[^\n]+?`|_\w+ error_) +\|/gm;

/** The examples of the tables whose first column is `expression` or `template`. */
function examplesOf(text: string): Example[] {
  const cell = (content: string) =>
    content.replace(/^`|`$/g, '').replaceAll('\\|', '|');
  return text.split(/^## /m).flatMap(section => {
    const raw = section.startsWith('In Freight creation') ? 'disc' : 'host';
    return section.split('\n\n').flatMap(block => {
      const [, kind] = /^\| (expression|template) /.exec(block) ?? [];
      const mode = kind === 'template' ? 'step' : raw;
      return kind
        ? [...block.matchAll(ROW)].map(
            ([, source, result]) => [mode, cell(source), cell(result)] as const,
          )
        : [];
    });
  });
}

function outcome(mode: string, source: string, env: Value): Notation {
  try {
    const evaluator = EVALUATORS.get(mode);
    return writeValue(
      evaluator?.(source, mode === 'disc' ? undefined : env) ?? null,
    );
  } catch (error) {
    return `_${(error as { stage?: string }).stage} error_`;
  }
}

function expectedOutcome([mode, , result]: Example, env: Value): Notation {
  if (result.startsWith('_')) return result;
  return mode === 'step'
    ? writeValue(JSON.parse(result))
    : outcome('run', result, env);
}

describe.each(['kargo-functions.md', 'scopes.md'])('%s', name => {
  const text = page(name);
  const env: Value = JSON.parse(blocksOf(text, 'json')[0]);
  const examples = examplesOf(text);

  it.each(examples)('in mode %s: %s is %s', (...example) => {
    const [mode, source] = example;
    expect(outcome(mode, source, env)).toEqual(expectedOutcome(example, env));
  });

  it('has examples', () => {
    expect(examples.length).toBeGreaterThan(20);
  });
});

describe('kargo-functions.md', () => {
  it('shows every function at work', () => {
    const sources = examplesOf(page('kargo-functions.md')).map(
      ([, source]) => source,
    );
    const names = STEP_FUNCTIONS.declarations.map(({ name }) => name);
    expect(
      names.filter(name => !sources.some(text => text.includes(`${name}(`))),
    ).toEqual([]);
  });
});

describe('scopes.md', () => {
  it('shows how variables are resolved', () => {
    const [variables, values] = blocksOf(page('scopes.md'), 'yaml').map(code =>
      parse(code),
    ) as [Record<string, ExpressionVariable[]>, Record<string, JsonValue>];
    const config = { it: '${{ vars }}' };
    const seen = atOnce(
      evaluateStepConfig({
        promotion: {
          apiVersion: KARGO_API_VERSION,
          kind: 'Promotion',
          metadata: { ...STAGE.metadata, name: 'promo-1' },
          spec: { stage: 'test', freight: 'f1', vars: variables.promotion },
        },
        stage: STAGE,
        status: {},
        step: {
          uses: 'compose-output',
          as: 's9',
          vars: variables.step,
          config,
        },
        lookups: new LookupTable(),
        nowMs: 0,
      }),
    );
    expect(seen).toEqual({ it: values });
  });
});
