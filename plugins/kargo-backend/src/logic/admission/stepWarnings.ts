import {
  formatPath,
  KindName,
  ManifestPath,
  PromotionStep,
  pruneManifest,
  schemaProblems,
  suggestField,
} from 'backstage-plugin-kargo-common';
import { z } from 'zod';
import {
  STEP_FUNCTIONS,
  VARIABLE_FUNCTIONS,
} from '../../expressions/functionSets';
import { isTemplate } from '../../expressions/splitTemplate';
import { readOlderSteps } from '../promotion/olderSteps/readOlderSteps';
import { Slices } from '../slices';
import { findSteps } from './findSteps';
import type { Installation } from './Installation';
import { templateWarnings } from './templateWarnings';
import { textsIn } from './textsIn';

/**
 * What the steps of a Stage or a task ask for and every Promotion of them will fail of, as far
 * as that is certain before one runs: what an expression comes to is not known yet.
 */
export function* stepWarnings(
  manifest: { kind: string; spec?: unknown },
  known: Installation['steps'],
): Slices<string[]> {
  const found = findSteps(manifest, manifest.kind as KindName);
  if (!found) {
    return [];
  }
  const { path, list } = found;
  // What they say in older words is told already.
  const { steps } = yield* readOlderSteps(list, {
    path,
    isTask: manifest.kind !== 'Stage',
  });
  const warnings: string[] = [];
  for (const [index, step] of steps.entries()) {
    const place = [...path, index];
    const schema = step.uses ? known.get(step.uses) : undefined;
    if (step.uses && !schema) {
      warnings.push(
        `${formatPath([...place, 'uses'])}: no step "${
          step.uses
        }" is installed; Promotions will fail there`,
      );
    }
    if (schema) {
      warnings.push(...(yield* configWarnings(step, schema, place)));
    }
    warnings.push(...(yield* expressionWarnings(step, place)));
    yield;
  }
  return warnings;
}

function* configWarnings(
  { uses, config }: PromotionStep,
  schema: z.ZodType,
  step: ManifestPath,
): Slices<string[]> {
  const place = [...step, 'config'];
  const { manifest: given, unknown } = pruneManifest(config ?? {}, schema);
  const warnings: string[] = [];
  for (const { holder, field } of unknown) {
    warnings.push(
      `${formatPath([
        ...place,
        ...holder,
        field,
      ])}: "${uses}" does not know this field and will refuse it, expected ${suggestField(
        schema,
        holder,
        field,
      )}`,
    );
    yield;
  }
  for (const issue of issuesOf(schema, given)) {
    warnings.push(
      ...refusals(issue, given, schema).map(
        ({ at, told }) =>
          `${formatPath([...place, ...at])}: ${told}; "${uses}" will refuse it`,
      ),
    );
    yield;
  }
  return warnings;
}

type Issue = z.core.$ZodIssue;

function issuesOf(schema: z.ZodType, given: unknown): Issue[] {
  try {
    return schema.safeParse(given).error?.issues ?? [];
  } catch {
    // That of an extension may run into an expression where it takes a value for granted.
    return [];
  }
}

/** What a schema has against what is given, and at which place; nothing where an expression is. */
function refusals(
  issue: Issue,
  given: unknown,
  schema: z.ZodType,
): Array<{ at: readonly PropertyKey[]; told: string }> {
  if (issue.code === 'custom') {
    // A rule of its own may look at all that is beside what it tells of.
    return isWritten(given) ? [{ at: issue.path, told: issue.message }] : [];
  }
  if (!isWritten(valueAt(given, issue.path))) {
    return [];
  }
  const problems = schemaProblems(new z.ZodError([issue]), given, schema);
  return [...problems].map(({ place: at, problem: { expected } }) => ({
    at,
    // What stands there may be secret, and warnings are in logs, too.
    told: `${
      valueAt(given, at) === undefined ? 'found nothing, ' : ''
    }expected ${expected}`,
  }));
}

/** Whether a value is there as it will be given: no expression is a part of it. */
function isWritten(value: unknown): boolean {
  for (const { text } of textsIn(value)) {
    if (isTemplate(text)) return false;
  }
  return true;
}

function valueAt(config: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (holder, part) => Object(holder)[part] as unknown,
    config,
  );
}

function* expressionWarnings(
  { if: condition, config, vars }: PromotionStep,
  place: ManifestPath,
): Slices<string[]> {
  const failing = 'Promotions';
  return [
    ...(yield* templateWarnings(
      { if: condition, config },
      { place, functions: STEP_FUNCTIONS, failing },
    )),
    ...(yield* templateWarnings(
      { vars },
      { place, functions: VARIABLE_FUNCTIONS, failing },
    )),
  ];
}
