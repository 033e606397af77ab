import { compile, Value } from 'backstage-plugin-kargo-expr';

/**
 * Evaluates an expression of the corpus; undefined as environment means none.
 *
 * Errors carry the stage at which they arose in a property `stage`.
 */
export type Evaluator = (expression: string, env: Value | undefined) => Value;

// An instant after every date of the corpus, which compares `now()` with them.
const NOW = new Date('2026-01-02T03:04:05.678Z');

/** The evaluators by the modes that headers of corpus files name. */
export const EVALUATORS: ReadonlyMap<string, Evaluator> = new Map<
  string,
  Evaluator
>([
  ['run', (expression, env) => compile(expression).run(env, { now: NOW })],
  [
    'eval',
    (expression, env) =>
      compile(expression, { checked: false }).run(env, { now: NOW }),
  ],
]);
