import {
  formatPath,
  JsonObject,
  Problem,
  PromotionStep,
} from 'backstage-plugin-kargo-common';
import { textsIn } from '../../admission/textsIn';
import { Slices } from '../../slices';
import { outputsRead } from '../outputsRead';
import { OlderStep, Path } from './OlderStep';
import { readOlderSecrets, withModernSecrets } from './readOlderSecrets';
import { STEP_READERS } from './stepReaders';

/** Steps in the words of today. */
export interface ModernSteps {
  steps: PromotionStep[];
  /** What is read as something else than it was written as. */
  warnings: string[];
  /** Fields that stand there under both of their names. */
  problems: Problem[];
}

/** Where steps stand. */
export interface OlderStepsOptions {
  /** Of the list in its manifest. */
  path: Path;
  /** Whether they are those of a task, whose outputs are under `task.outputs`. */
  isTask: boolean;
}

/**
 * Reads steps and fields of older releases as those that took their place.
 *
 * @remarks Differs: Kargo refuses them when a Promotion comes to them. The steps
 * themselves know today's fields only; the manifest is kept as it was written, and its
 * Promotions get the steps as they are read here.
 */
export function* readOlderSteps(
  steps: readonly PromotionStep[],
  { path, isTask }: OlderStepsOptions,
): Slices<ModernSteps> {
  const modern: ModernSteps = { steps: [], warnings: [], problems: [] };
  for (const [index, step] of steps.entries()) {
    const place = [...path, index];
    const older = new OlderStep({
      path: place,
      outputs: isTask ? 'task.outputs' : 'outputs',
    });
    modern.steps.push(readStep(yield* withSecrets(step), older));
    modern.warnings.push(...older.warnings);
    modern.problems.push(...older.problems);
    yield* warnOfExpressions(step, place, modern.warnings);
    yield;
  }
  return modern;
}

function readStep(step: PromotionStep, older: OlderStep): PromotionStep {
  const { uses = '', config } = step;
  const isObject = typeof config === 'object' && config !== null;
  const reader = Object.hasOwn(STEP_READERS, uses)
    ? STEP_READERS[uses]
    : undefined;
  if (!reader || !isObject || Array.isArray(config)) {
    return step;
  }
  const { config: read, uses: newer = uses } = reader(config, older);
  return read === config ? step : { ...step, uses: newer, config: read };
}

function* withSecrets(step: PromotionStep): Slices<PromotionStep> {
  const { if: condition, vars, config } = step;
  const written = { if: condition, vars, config } as JsonObject;
  const read = yield* withModernSecrets(written);
  return read === written ? step : { ...step, ...withoutUndefined(read) };
}

function withoutUndefined(fields: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  );
}

/** What is understood where expressions are read and evaluated, whatever the step. */
function* warnOfExpressions(
  { if: condition, vars, config }: PromotionStep,
  path: Path,
  warnings: string[],
): Slices<void> {
  const read = { if: condition, vars, config };
  for (const { text, path: place } of textsIn(read, [...path])) {
    if (yield* readsPrNumber(text)) {
      warnings.push(
        `${formatPath(
          place,
        )}: Kargo 1.7 removed the output "prNumber" of git-open-pr; it is read as "pr.id"`,
      );
    }
    const secrets = yield* readOlderSecrets(text);
    if (secrets.isLeft || secrets.text !== text) {
      warnings.push(
        `${formatPath(place)}: Kargo 1.7 removed "secrets" from expressions; ${
          secrets.isLeft
            ? 'write "secret(\'NAME\').KEY", with the name of the Secret and a key in it'
            : 'it is read as "secret(\'NAME\')"'
        }`,
      );
    }
    yield;
  }
}

/** Whether a template asks the outputs of a step for it. */
function* readsPrNumber(text: string): Slices<boolean> {
  return (
    text.includes('prNumber') &&
    (yield* outputsRead(text)).some(([, member]) => member === 'prNumber')
  );
}
