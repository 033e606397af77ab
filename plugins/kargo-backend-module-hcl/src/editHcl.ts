import { HclValues } from './HclValues';
import { HclValue, readLiteral, writeLiteral } from './literals';
import { Expression } from './readHcl';

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
 * that is the same already stays as it is written. The text is read once, and other work
 * goes on between the updates.
 *
 * @throws HclError when the text is no HCL, or a key leads to nothing, to several values, or
 * to something else than one value
 */
export async function editHcl(
  text: string,
  updates: readonly HclUpdate[],
  { signal }: { signal?: AbortSignal } = {},
): Promise<string> {
  const values = new HclValues(text, signal);
  // What an update changes leads to no other value, so all of them stand in the same text.
  const written = new Map<number, WrittenValue>();
  for (const { key, value } of updates) {
    const { start, end } = await values.get(key);
    const before = written.get(start)?.literal ?? text.slice(start, end);
    if (readLiteral(before) !== value) {
      written.set(start, { start, end, literal: writeLiteral(value) });
    }
  }
  return replaceValues(text, [...written.values()]);
}

interface WrittenValue extends Expression {
  literal: string;
}

function replaceValues(text: string, values: WrittenValue[]): string {
  const pieces: string[] = [];
  let at = 0;
  for (const { start, end, literal } of values.sort(
    (a, b) => a.start - b.start,
  )) {
    pieces.push(text.slice(at, start), literal);
    at = end;
  }
  return [...pieces, text.slice(at)].join('');
}
