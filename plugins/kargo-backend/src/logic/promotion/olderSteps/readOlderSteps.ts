import {
  formatPath,
  JsonObject,
  Problem,
  PromotionStep,
} from 'backstage-plugin-kargo-common';
import { visitTexts } from '../../admission/visitTexts';
import { isTemplate } from '../../../expressions/splitTemplate';
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

// One that was written for Kargo before 1.7, in whichever notation the step is named.
const PR_NUMBER = /\boutputs\b[^{}]*\.\s*prNumber\b/;

/**
 * Reads steps and fields of older releases as those that took their place.
 *
 * @remarks Differs: Kargo refuses them when a Promotion comes to them. The steps
 * themselves know today's fields only; the manifest is kept as it was written, and its
 * Promotions get the steps as they are read here.
 */
export function readOlderSteps(
  steps: readonly PromotionStep[],
  { path, isTask }: OlderStepsOptions,
): ModernSteps {
  const modern: ModernSteps = { steps: [], warnings: [], problems: [] };
  steps.forEach((step, index) => {
    const place = [...path, index];
    const older = new OlderStep({
      path: place,
      outputs: isTask ? 'task.outputs' : 'outputs',
    });
    modern.steps.push(readStep(step, older));
    modern.warnings.push(...older.warnings, ...expressionWarnings(step, place));
    modern.problems.push(...older.problems);
  });
  return modern;
}

function readStep(written: PromotionStep, older: OlderStep): PromotionStep {
  const step = withSecrets(written);
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

function withSecrets(step: PromotionStep): PromotionStep {
  const { if: condition, vars, config } = step;
  const written = { if: condition, vars, config } as JsonObject;
  const read = withModernSecrets(written);
  return read === written ? step : { ...step, ...withoutUndefined(read) };
}

function withoutUndefined(fields: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  );
}

/** What is understood where expressions are read and evaluated, whatever the step. */
function expressionWarnings(step: PromotionStep, path: Path): string[] {
  const warnings: string[] = [];
  const { if: condition, vars, config } = step;
  visitTexts(
    { if: condition, vars, config } as JsonObject,
    (text, place) => {
      if (isTemplate(text) && PR_NUMBER.test(text)) {
        warnings.push(
          `${formatPath(
            place,
          )}: Kargo 1.7 removed the output "prNumber" of git-open-pr; it is read as "pr.id"`,
        );
      }
      if (readOlderSecrets(text) !== text) {
        warnings.push(
          `${formatPath(
            place,
          )}: Kargo 1.7 removed "secrets" from expressions; it is read as "secret('…')"`,
        );
      }
    },
    [...path],
  );
  return warnings;
}
