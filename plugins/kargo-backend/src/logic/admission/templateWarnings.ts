import { formatPath, ManifestPath } from 'backstage-plugin-kargo-common';
import {
  FunctionSet,
  VARIABLE_FUNCTIONS,
} from '../../expressions/functionSets';
import { isTemplate } from '../../expressions/splitTemplate';
import { templateProblem } from '../../expressions/templateProblem';
import { Slices } from '../slices';
import { textsIn } from './textsIn';

/** Where variables and arguments stand, and what fails with them. */
const VARIABLES: Record<
  string,
  ReadonlyArray<readonly [place: ManifestPath, failing: string]>
> = {
  Stage: [
    [['spec', 'vars'], 'Promotions'],
    [['spec', 'promotionTemplate', 'spec', 'vars'], 'Promotions'],
    [['spec', 'verification', 'args'], 'verifications'],
  ],
  PromotionTask: [[['spec', 'vars'], 'Promotions']],
  ClusterPromotionTask: [[['spec', 'vars'], 'Promotions']],
};

/** The variables of a Stage or a task that can never be evaluated, a sentence each. */
export function* variableWarnings(manifest: {
  kind: string;
  spec?: unknown;
}): Slices<string[]> {
  const warnings: string[] = [];
  for (const [place, failing] of VARIABLES[manifest.kind] ?? []) {
    const part = place.reduce<unknown>(
      (holder, name) => Object(holder)[name] as unknown,
      manifest,
    );
    warnings.push(
      ...(yield* templateWarnings(part, {
        place,
        functions: VARIABLE_FUNCTIONS,
        failing,
      })),
    );
  }
  return warnings;
}

/** What templates stand where, and what fails with them. */
interface TemplatesOptions {
  place: ManifestPath;
  functions: FunctionSet;
  failing: string;
}

/** The templates in a part of a manifest that can never be evaluated, a sentence each. */
export function* templateWarnings(
  part: unknown,
  { place, functions, failing }: TemplatesOptions,
): Slices<string[]> {
  const warnings: string[] = [];
  for (const { text, path } of textsIn(part, place)) {
    // Names of fields are no templates.
    if (isTemplate(text) && text !== path.at(-1)) {
      const problem = yield* templateProblem(text, functions);
      if (problem) {
        warnings.push(
          `${formatPath(path)}: ${problem}; ${failing} will fail there`,
        );
      }
    }
    yield;
  }
  return warnings;
}
