import { unquotedNegation } from 'backstage-plugin-kargo-common';
import {
  Alias,
  Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  Node,
  Pair,
  Scalar,
  YAMLMap,
} from 'yaml';

type Values = Record<string, unknown>;

/** Values that aliases may repeat in one document: a small text can stand for a large one. */
const MAX_REPEATED = 1_000_000;

/** A document as JSON has it. */
export interface DocumentValue {
  readonly value: unknown;
  /** Where keys begin that stand in their mapping already; offsets in UTF-16 units. */
  readonly repeatedKeys: readonly number[];
}

class Reading {
  readonly repeatedKeys: number[] = [];
  /** What is being read, from the root on. */
  readonly #open = new Set<unknown>();
  /** The last node of each anchor so far. */
  readonly #anchors = new Map<string, Node>();
  /** What aliases have named where they stand: their anchors may come again. */
  readonly #named = new Map<Alias, Node>();
  #aliasDepth = 0;
  #repeated = 0;

  read(node: unknown): unknown {
    if (isAlias(node)) {
      return this.#readAlias(node);
    }
    if (this.#aliasDepth > 0) {
      this.#countRepeated();
    } else if (isNode(node) && node.anchor !== undefined) {
      this.#anchors.set(node.anchor, node);
    }
    if (isScalar(node)) {
      return valueOf(node);
    }
    if (!isMap(node) && !isSeq(node)) {
      return null;
    }
    if (this.#open.has(node)) {
      throw new Error('a value stands inside of itself');
    }
    this.#open.add(node);
    const value = isMap(node)
      ? this.#readMap(node)
      : node.items.map(item => this.read(item));
    this.#open.delete(node);
    return value;
  }

  #readAlias(alias: Alias): unknown {
    const node = this.#named.get(alias) ?? this.#anchors.get(alias.source);
    if (!node) {
      // Its name is not told: it may be a password without the quotes that it needs.
      throw new Error(
        'an alias names no anchor before it; a text that starts with "*" needs quotes around it',
      );
    }
    this.#named.set(alias, node);
    this.#aliasDepth += 1;
    const value = this.read(node);
    this.#aliasDepth -= 1;
    return value;
  }

  #countRepeated(): void {
    this.#repeated += 1;
    if (this.#repeated > MAX_REPEATED) {
      throw new Error(`its aliases repeat more than ${MAX_REPEATED} values`);
    }
  }

  #readMap(map: YAMLMap): Values {
    const values: Values = {};
    const seen = new Set<string>();
    for (const pair of map.items) {
      if (isMerge(pair)) {
        this.#merge(values, this.read(pair.value));
        continue;
      }
      const key = this.#readKey(pair);
      if (seen.has(key) && this.#aliasDepth === 0) {
        this.repeatedKeys.push((pair.key as Node).range?.[0] ?? 0);
      }
      seen.add(key);
      setOwn(values, key, this.read(pair.value));
    }
    return values;
  }

  #readKey({ key }: Pair): string {
    const value = this.read(key);
    if (value === null) {
      throw new Error('a null stands as a key');
    }
    if (typeof value === 'object') {
      throw new Error(
        'a mapping or list stands as a key; "{{ … }}" needs quotes around it',
      );
    }
    return String(value);
  }

  /** Of several mappings in a list the first one that has a key wins. */
  #merge(target: Values, merged: unknown): void {
    const sources = Array.isArray(merged) ? merged.toReversed() : [merged];
    for (const source of sources) {
      if (
        typeof source !== 'object' ||
        source === null ||
        Array.isArray(source)
      ) {
        throw new Error(
          'Merge sources must be mappings: "<<" names something else',
        );
      }
      for (const [key, value] of Object.entries(source)) {
        setOwn(target, key, value);
      }
    }
  }
}

/**
 * Turns a document into what Kubernetes makes of it: `<<` takes effect where it stands, and
 * the last of equal keys counts.
 *
 * @throws Error for what JSON has not: numbers without end, keys that are no texts, a value
 * inside of itself; for an alias of nothing, and for aliases that make too much of it.
 */
export function readDocument(document: Document.Parsed): DocumentValue {
  const reading = new Reading();
  return {
    value: reading.read(document.contents),
    repeatedKeys: reading.repeatedKeys,
  };
}

function valueOf({ value, tag }: Scalar): unknown {
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw new Error('a number stands there that JSON does not know');
  }
  return typeof value === 'string' && tag !== undefined
    ? unquotedNegation(tag, value) ?? value
    : value ?? null;
}

function isMerge({ key }: Pair): boolean {
  return isScalar(key) && key.type === Scalar.PLAIN && key.value === '<<';
}

/** Sets a member, also one that is named `__proto__`. */
function setOwn(target: Values, key: string, value: unknown): void {
  Object.defineProperty(target, key, {
    value,
    ...{ writable: true, enumerable: true, configurable: true },
  });
}
