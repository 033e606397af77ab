import { setImmediate } from 'node:timers/promises';
import { HclError } from './HclError';
import {
  Attribute,
  Body,
  Expression,
  readHcl,
  readList,
  readObject,
} from './readHcl';

/** A key by its parts. */
interface Key {
  written: string;
  parts: readonly string[];
}

/** A value on the way, and the part of the key that leads on from it. */
interface Lead {
  value: Expression;
  next: number;
}

/** The values of an HCL text by their keys. */
export class HclValues {
  readonly #text: string;
  readonly #body: Body;
  readonly #signal: AbortSignal | undefined;
  /** By where their object or list begins: what is asked again is not read again. */
  readonly #members = new Map<number, Members>();

  /** @throws HclError when the text is no HCL */
  constructor(text: string, signal: AbortSignal | undefined) {
    this.#text = text;
    this.#body = readHcl(text);
    this.#signal = signal;
  }

  /** @throws HclError when the key does not lead to one value */
  async get(written: string): Promise<Expression> {
    await this.#letOthersGoOn();
    const key = { written, parts: splitKey(written) };
    const found: Expression[] = [];
    for (const lead of findInBody(this.#body, key, 0)) {
      for (const value of await this.#follow(lead, key)) found.push(value);
    }
    if (found.length !== 1) {
      throw new HclError(
        found.length === 0
          ? `key "${written}" was not found`
          : `key "${written}" is there ${found.length} times; say which with an index`,
      );
    }
    const [value] = found;
    if ('{['.includes(this.#text[value.start])) {
      throw new HclError(`key "${written}" leads to an object or a list`);
    }
    return value;
  }

  async #follow({ value, next }: Lead, { parts }: Key): Promise<Expression[]> {
    let values = [value];
    for (const part of parts.slice(next)) {
      const inner: Expression[][] = [];
      for (const holder of values) {
        const { byName, elements } = await this.#membersOf(holder);
        const element = elements?.[indexOf(part) ?? -1];
        inner.push(byName?.get(part) ?? (element ? [element] : []));
      }
      values = inner.flat();
    }
    return values;
  }

  async #membersOf(holder: Expression): Promise<Members> {
    const known = this.#members.get(holder.start);
    if (known) {
      return known;
    }
    await this.#letOthersGoOn();
    const members = readMembers(this.#text, holder);
    this.#members.set(holder.start, members);
    return members;
  }

  /** Reading an object, or looking through all blocks, may take as long as reading the text. */
  async #letOthersGoOn(): Promise<void> {
    await setImmediate(undefined, { signal: this.#signal });
  }
}

/** What an object, or a list, holds; nothing of everything else. */
interface Members {
  byName?: ReadonlyMap<string, Expression[]>;
  elements?: readonly Expression[];
}

function readMembers(text: string, holder: Expression): Members {
  switch (text[holder.start]) {
    case '{':
      return { byName: valuesByName(readObject(text, holder)) };
    case '[':
      return { elements: readList(text, holder) };
    default:
      return {};
  }
}

function valuesByName(
  attributes: readonly Attribute[],
): Map<string, Expression[]> {
  const values = new Map<string, Expression[]>();
  for (const { name, value } of attributes) {
    const same = values.get(name);
    if (same) {
      same.push(value);
    } else {
      values.set(name, [value]);
    }
  }
  return values;
}

/** Values of a body that have the name of a part of the key, or are in blocks that have. */
function findInBody(
  { attributes, blocks }: Body,
  key: Key,
  position: number,
): Lead[] {
  const { written, parts } = key;
  const first = position + 1;
  const found = attributes
    .filter(({ name }) => name === parts[position])
    .map(({ value }): Lead => ({ value, next: first }));
  const counts = new Map<number, number>();
  for (const { type, labels, body } of blocks) {
    const isMeant =
      type === parts[position] &&
      labels.every((label, at) => label === parts[first + at]);
    if (isMeant) {
      const inner = first + labels.length;
      if (inner >= parts.length) {
        throw new HclError(`key "${written}" leads to a block`);
      }
      const count = counts.get(labels.length) ?? 0;
      counts.set(labels.length, count + 1);
      const index = indexOf(parts[inner]);
      if (index === undefined) {
        for (const lead of findInBody(body, key, inner)) found.push(lead);
      } else if (index === count) {
        for (const lead of findInBody(body, key, inner + 1)) found.push(lead);
      }
    }
  }
  return found;
}

/** `\.` is a dot within a part. */
function splitKey(key: string): string[] {
  const parts = [''];
  for (let at = 0; at < key.length; at++) {
    if (key[at] === '.') {
      parts.push('');
      continue;
    }
    const isEscape = key[at] === '\\' && at + 1 < key.length;
    at += isEscape ? 1 : 0;
    parts[parts.length - 1] += key[at];
  }
  if (parts.includes('')) {
    throw new HclError(`key "${key}" has an empty part`);
  }
  return parts;
}

/** No name of HCL begins with a digit. */
function indexOf(part: string): number | undefined {
  return /^\d+$/.test(part) ? Number(part) : undefined;
}
