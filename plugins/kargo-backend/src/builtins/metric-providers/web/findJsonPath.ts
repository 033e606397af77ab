import { JsonValue } from 'backstage-plugin-kargo-common';
import { isObject } from '../../../logic/isObject';
import { FilterOperator, PathNode, PathStep } from './parseJsonPath';

/** More values than this are found by no sensible path. */
const MAX_VALUES = 100_000;

/**
 * What the parts of a template find in a document, in order; empty when they find nothing.
 *
 * @throws Error when something is not there
 */
export function findJsonPath(
  nodes: readonly PathNode[],
  document: JsonValue,
): JsonValue[] {
  return limited(nodes.flatMap(node => evaluateNode(node, document)));
}

function evaluateNode(node: PathNode, document: JsonValue): JsonValue[] {
  switch (node.kind) {
    case 'text':
      return [node.text];
    case 'range':
      return limited(
        follow([document], node.steps).flatMap(item =>
          node.body.flatMap(inner => evaluateNode(inner, item)),
        ),
      );
    default:
      return follow([document], node.steps);
  }
}

function follow(values: JsonValue[], steps: readonly PathStep[]): JsonValue[] {
  return steps.reduce(
    (current, step) => limited(followStep(current, step)),
    values,
  );
}

function followStep(values: JsonValue[], step: PathStep): JsonValue[] {
  switch (step.kind) {
    case 'field':
      return fields(values, step.name);
    case 'wildcard':
      return values.flatMap(children);
    case 'recursive':
      return values.flatMap(descend);
    case 'union':
      return step.branches.flatMap(branch => follow(values, branch));
    case 'slice':
      return values.flatMap(value => slice(value, step));
    case 'filter':
      return values.flatMap(value => filter(value, step));
    default:
      return [step.value];
  }
}

/** Among values that come from a recursive descent not all need to have it. */
function fields(values: JsonValue[], name: string): JsonValue[] {
  const found = values.flatMap(value =>
    isObject(value) && Object.hasOwn(value, name) ? [value[name]] : [],
  );
  if (found.length === 0) {
    throw new Error(`${name} is not found`);
  }
  return found;
}

function children(value: JsonValue): JsonValue[] {
  if (Array.isArray(value)) {
    return value;
  }
  return isObject(value)
    ? Object.keys(value)
        .sort()
        .map(key => value[key])
    : [];
}

/** Itself and what is in it, each before what comes after it in the text. */
function descend(value: JsonValue): JsonValue[] {
  const found: JsonValue[] = [];
  const left = [value];
  for (let item = left.pop(); item !== undefined; item = left.pop()) {
    limited(found).push(item);
    left.push(...children(item).toReversed());
  }
  return found;
}

function slice(
  value: JsonValue,
  {
    start: from = 0,
    end,
    step,
  }: { start?: number; end?: number; step?: number },
): JsonValue[] {
  if (!Array.isArray(value)) {
    throw new Error(`${typeNameOf(value)} is not array or slice`);
  }
  const { length } = value;
  const isIndex = step === 0;
  const start = from < 0 ? from + length : from;
  if (isIndex) {
    assertInBounds(start, length);
    return [value[start]];
  }
  const to = end ?? length;
  const last = to < 0 ? to + length : to;
  const stride = step ?? 1;
  if (stride < 0) {
    throw new Error('step must be > 0');
  }
  if (start === last) {
    return [];
  }
  assertInBounds(start, length);
  assertInBounds(last - 1, length);
  if (start > last) {
    throw new Error(
      `starting index ${start} is greater than ending index ${last}`,
    );
  }
  return value.slice(start, last).filter((_, i) => i % stride === 0);
}

function assertInBounds(index: number, length: number): void {
  if (index < 0 || index >= length) {
    throw new Error(
      `array index out of bounds: index ${index}, length ${length}`,
    );
  }
}

function filter(
  value: JsonValue,
  {
    left,
    operator,
    right,
  }: { left: PathStep[]; operator: FilterOperator; right: PathStep[] },
): JsonValue[] {
  if (!Array.isArray(value)) {
    throw new Error(
      `${typeNameOf(value)} is not array or slice and cannot be filtered`,
    );
  }
  return value.filter(item => {
    if (operator === 'exists') {
      return hasAny(item, left);
    }
    const [lefts, rights] = [left, right].map(steps => follow([item], steps));
    if (lefts.length === 0 || rights.length === 0) {
      return false;
    }
    if (lefts.length > 1 || rights.length > 1) {
      throw new Error('can only compare one element at a time');
    }
    return compare(lefts[0], operator, rights[0]);
  });
}

function hasAny(item: JsonValue, steps: PathStep[]): boolean {
  try {
    return follow([item], steps).length > 0;
  } catch {
    // What is not found does not exist.
    return false;
  }
}

function compare(
  left: JsonValue,
  operator: FilterOperator,
  right: JsonValue,
): boolean {
  const isComparable = typeof left === typeof right && typeof left !== 'object';
  if (!isComparable) {
    throw new Error(
      `incompatible types for comparison: ${typeNameOf(left)} and ${typeNameOf(
        right,
      )}`,
    );
  }
  const [a, b] = [left as string, right as string];
  switch (operator) {
    case '==':
      return a === b;
    case '!=':
      return a !== b;
    case '<':
      return a < b;
    case '<=':
      return a <= b;
    case '>':
      return a > b;
    default:
      return a >= b;
  }
}

function typeNameOf(value: JsonValue): string {
  if (Array.isArray(value)) {
    return 'a list';
  }
  return value === null ? 'null' : typeof value;
}

function limited(values: JsonValue[]): JsonValue[] {
  if (values.length > MAX_VALUES) {
    throw new Error(`the path finds more than ${MAX_VALUES} values`);
  }
  return values;
}
