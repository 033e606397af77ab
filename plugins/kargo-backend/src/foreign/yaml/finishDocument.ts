import { ForeignInputError } from '../ForeignInputError';
import { Json, setOwn } from '../jsonValue';
import { Limits } from '../limits';
import { MERGE_KEY, NULL, NULL_KEY } from './marks';

/** What the parser makes of a mapping as a key. */
const OBJECT_KEY = String({});

class Finishing {
  #nodes = 0;
  #characters = 0;

  constructor(private readonly limits: Limits) {}

  finish(value: unknown, depth: number): Json {
    this.#nodes += 1;
    if (this.#nodes > this.limits.nodes) {
      throw new ForeignInputError(
        `it has more than ${this.limits.nodes} values`,
      );
    }
    if (value === NULL || value === undefined || value === null) {
      return null;
    }
    if (typeof value === 'symbol') {
      return '<<';
    }
    if (typeof value === 'string') {
      this.#countCharacters(value);
      return value;
    }
    if (typeof value === 'number' && !Number.isFinite(value)) {
      throw new ForeignInputError('it has a number that JSON does not know');
    }
    return typeof value === 'object'
      ? this.#finishCollection(value, depth + 1)
      : (value as number | boolean);
  }

  #finishCollection(value: object, depth: number): Json {
    if (depth > this.limits.depth) {
      throw new ForeignInputError(
        `it is nested more than ${this.limits.depth} levels deep`,
      );
    }
    if (Array.isArray(value)) {
      return value.map(element => this.finish(element, depth));
    }
    const target: Record<string, Json> = {};
    for (const [key, member] of Object.entries(value)) {
      if (key.startsWith(MERGE_KEY)) {
        this.#merge(target, this.finish(member, depth));
      } else if (key === NULL_KEY) {
        throw new ForeignInputError('it has a null as a key');
      } else if (key === OBJECT_KEY) {
        throw new ForeignInputError(
          'it has a mapping as a key; "{{ … }}" needs quotes around it',
        );
      } else {
        this.#countCharacters(key);
        setOwn(target, key, this.finish(member, depth));
      }
    }
    return target;
  }

  /** Of several mappings in a list the first one that has a key wins. */
  #merge(target: Record<string, Json>, value: Json): void {
    for (const source of Array.isArray(value) ? value.reverse() : [value]) {
      if (
        typeof source !== 'object' ||
        source === null ||
        Array.isArray(source)
      ) {
        throw new ForeignInputError(
          'it has a "<<" that names no mapping or list of mappings',
        );
      }
      for (const [key, member] of Object.entries(source)) {
        setOwn(target, key, member);
      }
    }
  }

  #countCharacters(text: string): void {
    this.#characters += text.length;
    if (this.#characters > this.limits.bytes) {
      throw new ForeignInputError(
        `its aliases make more than ${this.limits.bytes} characters of it`,
      );
    }
  }
}

/**
 * Turns what the parser built into JSON as the YAML library of Kubernetes does: `<<` takes
 * effect where it stands, and an alias is a copy of what it names.
 *
 * @remarks
 * What aliases repeat counts each time, so that a small text cannot become a large value;
 * a value that contains itself is too deep. Work is bounded by the limit of nodes.
 *
 * @throws ForeignInputError when it is too much, or JSON has nothing of the kind.
 */
export function finishDocument(value: unknown, limits: Limits): Json {
  return new Finishing(limits).finish(value, 0);
}
