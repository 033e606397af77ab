import type { Node } from './ast';
import type { ExpressionErrorCode } from './errors';
import type { Type } from './types';

/** Types of `let` names and pointers visible at a place. */
export interface TypeScope {
  readonly lets: ReadonlyMap<string, Type>;
  /** Pointers of the innermost predicate. */
  readonly pointers: ReadonlyMap<string, Type>;
}

/** What the parts of the checker ask of the whole. */
export interface TypeChecker {
  type(node: Node, scope: TypeScope): Type;
  /** @throws ExpressionError of stage `check` */
  reject(node: Node, code: ExpressionErrorCode, reason: string): never;
}
