import { parse } from 'backstage-plugin-kargo-expr';
import { environmentReads } from '../../expressions/environmentReads';
import {
  isTemplate,
  splitTemplate,
  TemplatePart,
} from '../../expressions/splitTemplate';
import { Slices } from '../slices';

/** The alias of a step and members of its output; `undefined` for a name that is computed. */
export type OutputPath = Array<string | undefined>;

/**
 * The outputs that expressions of a template read: `outputs.alias.…` or, within a task,
 * `task.outputs.alias.…`. The path is empty for all of them at once. Each expression is a
 * step; of one that cannot be read, rendering tells why.
 */
export function* outputsRead(template: string): Slices<OutputPath[]> {
  const isAsked = template.includes('outputs') || template.includes('task');
  if (!isAsked || !isTemplate(template)) {
    return [];
  }
  const paths: OutputPath[] = [];
  for (const part of partsOf(template)) {
    if ('expression' in part) {
      paths.push(...pathsIn(part.expression));
      yield;
    }
  }
  return paths;
}

function partsOf(template: string): TemplatePart[] {
  try {
    return splitTemplate(template);
  } catch {
    return [];
  }
}

function pathsIn(expression: string): OutputPath[] {
  try {
    const { root } = parse(expression);
    return [
      ...[...environmentReads(root, 'outputs')].map(({ path }) => path),
      ...[...environmentReads(root, 'task')].flatMap(({ path }) =>
        path[0] === undefined || path[0] === 'outputs' ? [path.slice(1)] : [],
      ),
    ];
  } catch {
    return [];
  }
}
