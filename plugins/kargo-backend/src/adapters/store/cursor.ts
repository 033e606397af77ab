import { InputError } from '@backstage/errors';
import { z } from 'zod';

/** Where a page ended: the ordering it belongs to and the values of its last row. */
export interface Cursor {
  orderBy: string;
  descending: boolean;
  /** Value of the sort key; empty when ordered by name. */
  value: string;
  name: string;
  namespace: string;
}

/** PostgreSQL has no NUL to look for. */
const Part = z.string().refine(value => !value.includes('\0'));

const Encoded = z.tuple([Part, z.boolean(), Part, Part, Part]);

/** The opaque text of a cursor. */
export function formatCursor(cursor: Cursor): string {
  const { orderBy, descending, value, name, namespace } = cursor;
  return Buffer.from(
    JSON.stringify([orderBy, descending, value, name, namespace]),
  ).toString('base64url');
}

/** @throws InputError when the text is no cursor of a list with this ordering. */
export function parseCursor(
  text: string,
  ordering: { orderBy: string; descending: boolean },
): Cursor {
  const parsed = Encoded.safeParse(readJson(text));
  if (!parsed.success) {
    throw new InputError('The cursor of the list is not valid');
  }
  const [orderBy, descending, value, name, namespace] = parsed.data;
  if (orderBy !== ordering.orderBy || descending !== ordering.descending) {
    throw new InputError('The cursor belongs to a list with another ordering');
  }
  return { orderBy, descending, value, name, namespace };
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  } catch {
    // Not JSON: the schema refuses undefined and says so.
    return undefined;
  }
}
