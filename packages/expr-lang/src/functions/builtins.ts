import type { Builtin } from './Builtin';
import { TEXT_BUILTINS } from './texts';

/** Built-in functions without a predicate, by name. */
export const BUILTINS: ReadonlyMap<string, Builtin> = new Map(
  [...TEXT_BUILTINS].map(builtin => [builtin.name, builtin]),
);
