import { sortKeys } from '../sortKeys';
import { Filter, Operand, Step, TemplateNode } from './parseJsonPath';

/**
 * Fills in a template; what a path does not find is left out.
 *
 * @remarks Several results of one path are separated by a space, and objects are
 * written as JSON, as `kubectl` does.
 */
export function evaluateJsonPath(
  template: readonly TemplateNode[],
  document: unknown,
): string {
  return evaluateNodes(template, document, document);
}

/**
 * What the paths of a template find, without the texts between them.
 *
 * @remarks `kubectl` prints the same with `jsonpath-as-json`.
 */
export function findByJsonPath(
  template: readonly TemplateNode[],
  document: unknown,
): unknown[] {
  const find = (nodes: readonly TemplateNode[], element: unknown): unknown[] =>
    nodes.flatMap(node => {
      if (node.node === 'text') {
        return [];
      }
      const found = follow(node.path, element, document);
      return node.node === 'path'
        ? found
        : found.flatMap(each => find(node.body, each));
    });
  return find(template, document);
}

function evaluateNodes(
  nodes: readonly TemplateNode[],
  element: unknown,
  root: unknown,
): string {
  return nodes.map(node => evaluateNode(node, element, root)).join('');
}

function evaluateNode(
  node: TemplateNode,
  element: unknown,
  root: unknown,
): string {
  switch (node.node) {
    case 'text':
      return node.text;
    case 'path':
      return follow(node.path, element, root).map(formatValue).join(' ');
    default:
      return follow(node.path, element, root)
        .map(each => evaluateNodes(node.body, each, root))
        .join('');
  }
}

function formatValue(value: unknown): string {
  return typeof value === 'object' && value !== null
    ? JSON.stringify(value, sortKeys)
    : String(value);
}

function follow(
  path: readonly Step[],
  from: unknown,
  root: unknown,
): unknown[] {
  return path.reduce<unknown[]>(
    (found, step) => found.flatMap(value => take(step, value, root)),
    [from],
  );
}

function take(step: Step, value: unknown, root: unknown): unknown[] {
  switch (step.step) {
    case 'root':
      return [root];
    case 'fields':
      return step.names.flatMap(name => fieldOf(value, name));
    case 'all':
      return childrenOf(value);
    case 'descend':
      return withDescendants(value);
    case 'indexes':
      return step.indexes.flatMap(index => elementOf(value, index));
    case 'slice':
      return sliceOf(value, step);
    default:
      return childrenOf(value).filter(child =>
        matches(step.filter, child, root),
      );
  }
}

function fieldOf(value: unknown, name: string): unknown[] {
  return isObject(value) && Object.hasOwn(value, name) ? [value[name]] : [];
}

function elementOf(value: unknown, index: number): unknown[] {
  const list = Array.isArray(value) ? value : [];
  const at = index < 0 ? list.length + index : index;
  return at in list ? [list[at]] : [];
}

function childrenOf(value: unknown): unknown[] {
  if (Array.isArray(value)) {
    return value;
  }
  return isObject(value) ? Object.values(value) : [];
}

function withDescendants(value: unknown): unknown[] {
  return [value, ...childrenOf(value).flatMap(withDescendants)];
}

function sliceOf(
  value: unknown,
  { from, to, by = 1 }: { from?: number; to?: number; by?: number },
): unknown[] {
  const list = Array.isArray(value) ? value : [];
  return list
    .slice(from, to)
    .filter((_, index) => index % Math.max(by, 1) === 0);
}

function matches(filter: Filter, element: unknown, root: unknown): boolean {
  const left = operandValues(filter.left, element, root);
  if (filter.test === 'exists') {
    return left.length > 0;
  }
  const right = operandValues(filter.right, element, root);
  return (
    left.length > 0 &&
    right.length > 0 &&
    compare(filter.test, left[0], right[0])
  );
}

function operandValues(
  operand: Operand,
  element: unknown,
  root: unknown,
): unknown[] {
  return 'path' in operand
    ? follow(operand.path, element, root)
    : [operand.value];
}

function compare(
  test: Exclude<Filter['test'], 'exists'>,
  left: unknown,
  right: unknown,
): boolean {
  if (test === '==' || test === '!=') {
    return (left === right) === (test === '==');
  }
  if (typeof left !== typeof right) {
    return false;
  }
  const [a, b] = [left, right] as [number | string, number | string];
  switch (test) {
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

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
