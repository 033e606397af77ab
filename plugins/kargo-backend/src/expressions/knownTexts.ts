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

/** What a step can see, as far as it may be known to be texts. */
export interface Visible {
  /** All texts of it are names. */
  ctx: JsonObject;
  /** By the alias of their step. */
  outputs?: JsonObject;
  /** Of the Promotion. */
  steps?: readonly PromotionStep[] | undefined;
  /** Of the step that looks. */
  alias?: string | undefined;
}

/**
 * What is a text in what a step sees: the names in `ctx`, and among outputs whole commits and
 * digests, and what `compose-output` got from an expression that came to a text.
 */
export function knownTexts({
  ctx,
  outputs = {},
  steps,
  alias,
}: Visible): IsText {
  const task = namespaceOf(alias ?? '');
  return path => {
    if (path[0] === 'ctx') {
      return typeof find(ctx, path.slice(1)) === 'string';
    }
    const [from, ...members] = pathOfOutput(path, task);
    if (from === undefined) {
      return false;
    }
    const value = find(outputs, [from, ...members]);
    // What such a step of a task says is an output of the task as well.
    const isComposed = steps?.some(({ uses, as = '', config }) => {
      const source =
        uses === 'compose-output' && [as, namespaceOf(as)].includes(from)
          ? find(config, members)
          : undefined;
      return typeof source === 'string' && isTemplate(source);
    });
    return typeof value === 'string' && (isComposed || ID.test(value));
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
