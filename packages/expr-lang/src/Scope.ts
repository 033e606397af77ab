import type { FunctionDeclaration } from './FunctionDeclaration';

/** Names of `let`s and pointers visible at a place, with the slots that hold their values. */
export class Scope {
  private constructor(
    private readonly parent: Scope | undefined,
    private readonly names: ReadonlyMap<string, number>,
    /** Whether this scope belongs to a predicate, which hides the pointers of outer ones. */
    private readonly isPredicate: boolean,
  ) {}

  static readonly empty = new Scope(undefined, new Map(), false);

  withName(name: string, slot: number): Scope {
    return new Scope(this, new Map([[name, slot]]), false);
  }

  withPointers(slots: ReadonlyMap<string, number>): Scope {
    return new Scope(this, slots, true);
  }

  /** Slot of a `let`, undefined when there is none of that name. */
  slotOf(name: string): number | undefined {
    for (let s: Scope | undefined = this; s; s = s.parent) {
      const slot = s.isPredicate ? undefined : s.names.get(name);
      if (slot !== undefined) return slot;
    }
    return undefined;
  }

  /** Slot of a pointer of the innermost predicate. */
  pointer(name: string): number | undefined {
    for (let s: Scope | undefined = this; s; s = s.parent) {
      if (s.isPredicate) return s.names.get(name);
    }
    return undefined;
  }
}

/** Host functions by name. */
export type FunctionTable = ReadonlyMap<string, FunctionDeclaration>;
