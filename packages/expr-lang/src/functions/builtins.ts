import type { Builtin } from './Builtin';
import { CONVERSION_BUILTINS } from './conversions';
import { LIST_BUILTINS } from './lists';
import { MAP_BUILTINS } from './maps';
import { NUMBER_BUILTINS } from './numbers';
import { TEXT_BUILTINS } from './texts';
import { PREDICATE_BUILTINS } from '../predicates';
import { TIME_BUILTINS } from './times';

/** Built-in functions without a predicate, by name. */
export const BUILTINS: ReadonlyMap<string, Builtin> = new Map(
  [
    ...TEXT_BUILTINS,
    ...NUMBER_BUILTINS,
    ...LIST_BUILTINS,
    ...MAP_BUILTINS,
    ...CONVERSION_BUILTINS,
    ...TIME_BUILTINS,
  ].map(builtin => [builtin.name, builtin]),
);

/** Names of all built-in functions in alphabetical order, for completion and documentation. @public */
export const BUILTIN_NAMES: readonly string[] = [
  ...BUILTINS.keys(),
  ...PREDICATE_BUILTINS.keys(),
].sort();
