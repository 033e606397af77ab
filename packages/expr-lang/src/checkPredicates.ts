import type { BuiltinNode, Node } from './ast';
import type { TypeChecker, TypeScope } from './TypeChecker';
import { PREDICATE_BUILTINS } from './predicates';
import { describeType, isUnknown, Type, Types } from './types';

const BOOLEAN_PREDICATES: ReadonlySet<string> = new Set([
  ...['all', 'any', 'none', 'one', 'filter', 'count'],
  ...['find', 'findIndex', 'findLast', 'findLastIndex'],
]);

/** Type of a call of a predicate built-in; rejects lists and predicates of the wrong type. */
export function checkPredicateCall(
  checker: TypeChecker,
  node: BuiltinNode,
  scope: TypeScope,
): Type {
  const [list, predicate, extra] = node.args;
  const collection = checker.type(list, scope);
  if (collection.kind !== 'array' && !isUnknown(collection)) {
    checker.reject(
      node,
      'argument-type',
      `${node.name}() takes a list, not ${describeType(collection)}`,
    );
  }
  const element =
    collection.kind === 'array' ? collection.element : Types.unknown;
  const result = predicate
    ? predicateType(checker, node, predicate, element, scope)
    : element;
  if (extra) checkExtra(checker, node, extra, scope);
  return resultType(node, { collection, element, result });
}

function predicateType(
  checker: TypeChecker,
  node: BuiltinNode,
  predicate: Node,
  element: Type,
  scope: TypeScope,
): Type {
  const extra = PREDICATE_BUILTINS.get(node.name)?.pointers ?? [];
  const pointers = new Map<string, Type>([
    ['', element],
    ...extra.map((name): [string, Type] => [
      name,
      name === 'index' ? Types.int : Types.unknown,
    ]),
  ]);
  const type = checker.type(predicate, { ...scope, pointers });
  const mustBeBoolean = BOOLEAN_PREDICATES.has(node.name);
  const fits = !mustBeBoolean || type.kind === 'bool' || isUnknown(type);
  if (type.kind !== 'nil' && fits) return type;
  return checker.reject(
    predicate,
    'predicate-type',
    `the predicate of ${node.name}() must not be ${describeType(type)}`,
  );
}

/** The order of `sortBy` must be a text; the initial value of `reduce` may be anything. */
function checkExtra(
  checker: TypeChecker,
  node: BuiltinNode,
  extra: Node,
  scope: TypeScope,
): void {
  const type = checker.type(extra, scope);
  const fits =
    node.name !== 'sortBy' || type.kind === 'string' || isUnknown(type);
  if (!fits) {
    checker.reject(extra, 'argument-type', 'the order must be a string');
  }
}

function resultType(
  node: BuiltinNode,
  types: { collection: Type; element: Type; result: Type },
): Type {
  const { collection, element, result } = types;
  switch (node.name) {
    case 'all':
    case 'any':
    case 'none':
    case 'one':
      return Types.bool;
    case 'count':
      return Types.int;
    case 'filter':
      return isUnknown(element) ? Types.list : Types.listOf(element);
    case 'sortBy':
      return collection;
    case 'map':
      return Types.listOf(result);
    case 'find':
    case 'findLast':
      return element;
    case 'findIndex':
    case 'findLastIndex':
      return Types.int;
    case 'groupBy':
      return Types.groups;
    default:
      // `sum` and `reduce` give what their predicate gives.
      return result;
  }
}
