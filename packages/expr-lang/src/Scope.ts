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
    const own = this.isPredicate ? undefined : this.names.get(name);
    return own ?? this.parent?.slotOf(name);
  }

  /** Slot of a pointer of the innermost predicate. */
  pointer(name: string): number | undefined {
    return this.isPredicate ? this.names.get(name) : this.parent?.pointer(name);
  }
}

/** Host functions by name. */
export type FunctionTable = ReadonlyMap<string, FunctionDeclaration>;
