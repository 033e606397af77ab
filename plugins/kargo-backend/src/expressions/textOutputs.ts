import {
  JsonObject,
  JsonValue,
  PromotionStep,
} from 'backstage-plugin-kargo-common';
import { namespaceOf } from './functions/status';
import { isTemplate } from './splitTemplate';

/** Whether the value that a path of names leads to is a text whatever it looks like. */
export type IsText = (path: readonly string[]) => boolean;

/** A whole commit or digest: seven characters of it may have no letter. */
const ID = /^(?:sha256:)?(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

/**
 * Which outputs are texts: whole commits and digests, and what `compose-output` got from an
 * expression that came to a text.
 *
 * @param outputs - by the alias of their step
 * @param steps - of the Promotion
 * @param alias - of the step that looks at them
 */
export function textOutputs(
  outputs: JsonObject,
  steps: readonly PromotionStep[] | undefined,
  alias: string | undefined,
): IsText {
  const task = namespaceOf(alias ?? '');
  return path => {
    const [from, ...members] = pathOfOutput(path, task);
    const value = find(outputs[from], members);
    if (from === undefined || typeof value !== 'string') {
      return false;
    }
    const step = steps?.find(({ as }) => as === from);
    const source =
      step?.uses === 'compose-output' ? find(step.config, members) : undefined;
    return ID.test(value) || (typeof source === 'string' && isTemplate(source));
  };
}

/** `outputs.alias.…`, or within a task `task.outputs.alias.…`, as alias and what follows. */
function pathOfOutput(
  [root, ...path]: readonly string[],
  task: string | undefined,
): readonly string[] {
  if (root === 'outputs') {
    return path;
  }
  const [outputs, alias, ...members] = path;
  return root === 'task' && outputs === 'outputs' && alias && task
    ? [`${task}::${alias}`, ...members]
    : [];
}

function find(
  value: JsonValue | undefined,
  path: readonly string[],
): JsonValue | undefined {
  return path.reduce<JsonValue | undefined>(
    (holder, name) =>
      typeof holder === 'object' &&
      holder !== null &&
      !Array.isArray(holder) &&
      Object.hasOwn(holder, name)
        ? holder[name]
        : undefined,
    value,
  );
}
