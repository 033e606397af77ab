import { createHash } from 'node:crypto';
import { InputError } from '@backstage/errors';
import { Resource } from 'backstage-plugin-kargo-common';
import { IndexDeclaration } from '../../ports/ResourceIndex';

/**
 * What a resource can be selected and ordered by: term to values. Terms are
 * `label:KEY`, `index:NAME` and `sort:NAME`.
 */
export type Terms = Record<string, string[]>;

/** Longest value that databases can keep in an index of several columns. */
const LONGEST_VALUE = 500;
const LONGEST_PREFIX = 400;

export const labelTerm = (key: string) => `label:${key}`;
export const indexTerm = (name: string) => `index:${name}`;
export const sortTerm = (name: string) => `sort:${name}`;

/** The declared indexes and sort keys, by kind. */
export class TermRules {
  readonly #declarations = new Map<string, IndexDeclaration>();
  /** What was written is what the next change is compared with. */
  readonly #known = new WeakMap<Resource, Terms>();

  static create(declarations: readonly IndexDeclaration[]): TermRules {
    return new TermRules(declarations);
  }

  private constructor(declarations: readonly IndexDeclaration[]) {
    for (const declaration of declarations) {
      const known = this.#declarations.get(declaration.kind);
      this.#declarations.set(declaration.kind, {
        kind: declaration.kind,
        indexes: { ...known?.indexes, ...declaration.indexes },
        sortKeys: { ...known?.sortKeys, ...declaration.sortKeys },
        unique: [...(known?.unique ?? []), ...(declaration.unique ?? [])],
      });
    }
  }

  /** The terms of a resource, which nobody changes any more. */
  termsOf(resource: Resource): Terms {
    let terms = this.#known.get(resource);
    if (!terms) {
      terms = this.#readTerms(resource);
      this.#known.set(resource, terms);
    }
    return terms;
  }

  #readTerms(resource: Resource): Terms {
    const declaration = this.#declarations.get(resource.kind);
    const terms: Terms = {};
    const labels = Object.entries(resource.metadata.labels ?? {});
    for (const [key, value] of labels) {
      terms[labelTerm(key)] = [toTermValue(value)];
    }
    for (const [name, read] of Object.entries(declaration?.indexes ?? {})) {
      const values = [...new Set(read(resource).map(toTermValue))];
      if (values.length > 0) {
        terms[indexTerm(name)] = values;
      }
    }
    for (const [name, read] of Object.entries(declaration?.sortKeys ?? {})) {
      terms[sortTerm(name)] = [toTermValue(read(resource))];
    }
    return terms;
  }

  /** Names of the indexes whose values one resource of a namespace holds alone. */
  uniqueIndexesOf(kind: string): readonly string[] {
    return this.#declarations.get(kind)?.unique ?? [];
  }

  /** @throws InputError when the kind declares no such index. */
  assertIndex(kind: string, name: string): void {
    if (!this.#declarations.get(kind)?.indexes?.[name]) {
      throw new InputError(`${kind} has no index "${name}"`);
    }
  }

  /** @throws InputError when the kind declares no such sort key. */
  assertSortKey(kind: string, name: string): void {
    if (!this.#declarations.get(kind)?.sortKeys?.[name]) {
      throw new InputError(`${kind} cannot be ordered by "${name}"`);
    }
  }
}

/**
 * The value as it is kept in an index. Long values keep their beginning, for the
 * order, and become unique by a hash of the whole.
 */
export function toTermValue(value: string): string {
  if (value.length <= LONGEST_VALUE) {
    return value;
  }
  const hash = createHash('sha256').update(value).digest('hex');
  return `${value.slice(0, LONGEST_PREFIX)}#${hash}`;
}
