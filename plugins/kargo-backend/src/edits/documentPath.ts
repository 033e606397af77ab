import { EditError } from './EditError';

/** Keys and indexes from the root of a document to a value. */
export type DocumentPath = readonly string[];

/**
 * Reads the key of an update: parts divided by dots, `\.` and `\:` for literal dots and
 * colons.
 *
 * @remarks
 * A colon in front of a part says that a number is a key of a mapping and is dropped: the
 * document decides anyway. Space around the whole key is not part of it.
 *
 * @throws EditError `bad-path` for an empty part, another escape or a colon elsewhere.
 */
export function parseDocumentPath(key: string): DocumentPath {
  const parts: string[] = [];
  let part = '';
  let length = 0;
  const text = key.trim();
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '.') {
      parts.push(closePart(part, key));
      part = '';
      length = 0;
      continue;
    }
    if (character === '\\') {
      at++;
      part += readEscape(text[at], key);
    } else if (character !== ':') {
      part += character;
    } else if (length > 0) {
      throw new EditError(
        'bad-path',
        `key "${key}" has an unescaped colon inside a part; write "\\:" for a literal colon`,
      );
    }
    length++;
  }
  parts.push(closePart(part, key));
  return parts;
}

/** The list index that a part names, or `undefined` if it is not a whole number. */
export function findIndex(part: string): number | undefined {
  return /^-?\d+$/.test(part) ? Number(part) : undefined;
}

/**
 * That a key leads to nothing.
 *
 * @param why - what stands in its way, where more can be said
 */
export function notFound(key: string, why?: string): EditError {
  const dotted = key.replace(/\.?\[(\d+)\]/g, '.$1');
  const said = `key "${key}" was not found${why ? `: ${why}` : ''}`;
  return new EditError(
    'not-found',
    dotted === key
      ? said
      : `${said}; elements of lists are written with dots: "${dotted}"`,
  );
}

function readEscape(character: string | undefined, key: string): string {
  if (character === '.' || character === ':') {
    return character;
  }
  throw new EditError(
    'bad-path',
    `key "${key}" has the unknown escape "\\${
      character ?? ''
    }"; only "\\." and "\\:" exist`,
  );
}

function closePart(part: string, key: string): string {
  if (part === '') {
    throw new EditError(
      'bad-path',
      `key "${key}" has an empty part; parts are divided by single dots`,
    );
  }
  return part;
}
