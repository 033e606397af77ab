import { HclError } from './HclError';
import { HclValue, readLiteral, writeLiteral } from './literals';
import { Body, Expression, readHcl, readList, readObject } from './readHcl';

/** A key and what it is to be. */
export interface HclUpdate {
  key: string;
  value: HclValue;
}

/**
 * A text with values replaced and every other character as it is.
 *
 * @remarks
 * A key leads through types and labels of blocks, names of attributes and keys of objects,
 * and indexes of lists and of blocks that are alike: `module.web.version`,
 * `locals.images.web`, `resource.aws_instance.web.ebs_block_device.0.volume_size`. A value
 * that is the same already stays as it is written.
 *
 * @throws HclError when the text is no HCL, or a key leads to nothing, to several values, or
 * to something else than one value
 */
export function editHcl(text: string, updates: readonly HclUpdate[]): string {
  return updates.reduce((edited, { key, value }) => {
    const { start, end } = findValue(edited, key);
    return readLiteral(edited.slice(start, end)) === value
      ? edited
      : edited.slice(0, start) + writeLiteral(value) + edited.slice(end);
  }, text);
}

function findValue(text: string, key: string): Expression {
  const found = findInBody(text, readHcl(text), splitKey(key), key);
  if (found.length !== 1) {
    throw new HclError(
      found.length === 0
        ? `key "${key}" was not found`
        : `key "${key}" is there ${found.length} times; say which with an index`,
    );
  }
  const [value] = found;
  if ('{['.includes(text[value.start])) {
    throw new HclError(`key "${key}" leads to an object or a list`);
  }
  return value;
}

/** `\.` is a dot within a part. */
function splitKey(key: string): string[] {
  const parts = [''];
  for (const [piece, escaped] of key.matchAll(/\\(.)|[^\\]|\\$/gs)) {
    if (piece === '.') {
      parts.push('');
    } else {
      parts.push(`${parts.pop()}${escaped ?? piece}`);
    }
  }
  if (parts.includes('')) {
    throw new HclError(`key "${key}" has an empty part`);
  }
  return parts;
}

function findInBody(
  text: string,
  { attributes, blocks }: Body,
  [first, ...rest]: readonly string[],
  key: string,
): Expression[] {
  const named = attributes
    .filter(({ name }) => name === first)
    .flatMap(({ value }) => findInValue(text, value, rest));
  const alike = blocks.filter(
    ({ type, labels }) =>
      type === first && labels.every((label, at) => label === rest[at]),
  );
  const inBlocks = alike.flatMap(({ body, labels }) => {
    const inner = rest.slice(labels.length);
    if (inner.length === 0) {
      throw new HclError(`key "${key}" leads to a block`);
    }
    const index = indexOf(inner[0]);
    const same = alike.filter(other => other.labels.length === labels.length);
    if (index === undefined) {
      return findInBody(text, body, inner, key);
    }
    return same[index]?.body === body
      ? findInBody(text, body, inner.slice(1), key)
      : [];
  });
  return [...named, ...inBlocks];
}

function findInValue(
  text: string,
  value: Expression,
  [first, ...rest]: readonly string[],
): Expression[] {
  if (first === undefined) {
    return [value];
  }
  switch (text[value.start]) {
    case '{':
      return readObject(text, value)
        .filter(({ name }) => name === first)
        .flatMap(attribute => findInValue(text, attribute.value, rest));
    case '[': {
      const element = readList(text, value)[indexOf(first) ?? -1];
      return element ? findInValue(text, element, rest) : [];
    }
    default:
      return [];
  }
}

/** No name of HCL begins with a digit. */
function indexOf(part: string): number | undefined {
  return /^\d+$/.test(part) ? Number(part) : undefined;
}
