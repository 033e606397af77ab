import { InputError } from '@backstage/errors';

/**
 * Checks the parts of a path that a route names.
 *
 * @throws InputError that names a part with a character that no name has.
 */
export function checkPathParts(params: Record<string, string>): void {
  for (const [name, value] of Object.entries(params)) {
    if (value.includes('\0')) {
      throw new InputError(`The part {${name}} of the path holds a NUL`);
    }
  }
}

/**
 * The parameters behind the `?` of an address.
 *
 * @throws InputError that names a parameter whose text cannot be decoded or holds a NUL.
 */
export function readSearch(address: string): URLSearchParams {
  const start = address.indexOf('?');
  const search = start < 0 ? '' : address.slice(start + 1);
  for (const parameter of search.split('&')) {
    const [name] = parameter.split('=', 1);
    const decoded = decode(parameter);
    if (decoded === undefined || decoded.includes('\0')) {
      throw new InputError(
        `Parameter '${decode(name) ?? name}' ${
          decoded === undefined
            ? 'is not valid percent-encoded UTF-8'
            : 'holds a NUL'
        }`,
      );
    }
  }
  return new URLSearchParams(search);
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    // The answer, not a fault: the caller names the parameter.
    return undefined;
  }
}
