import type { Node } from './ast';
import type { Code } from './Frame';
import type { Scope } from './Scope';

/** What the parts of the compiler ask of the whole. */
export interface NodeCompiler {
  /** Whether the visible effects of upstream's optimiser apply. */
  readonly optimises: boolean;
  compile(node: Node, scope: Scope): Code;
  newSlot(): number;
  /** Whether code compiled so far reads the pointer in a slot. */
  reads(slot: number): boolean;
}
