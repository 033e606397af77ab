import { Operation } from '../api/operation';
import { KargoRequestError } from './KargoRequestError';

/** A value behind `?`; several values are several parameters of the name. */
export type QueryValue = string | number | boolean | string[] | undefined;

/** Where a request goes and what it sends. */
export interface HttpRequest {
  /** Below `/v1beta1`, escaped. */
  path: string;
  query: Record<string, QueryValue>;
  /** `undefined` for no body. */
  body: unknown;
}

/**
 * Puts a request for an operation into the form of HTTP: what the path names goes there,
 * `body` is sent, and the rest stands behind `?`.
 */
export function operationRequest(
  operation: Operation,
  request: object,
): HttpRequest {
  const rest: Record<string, unknown> = { ...request };
  const path = operation.path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const part = String(rest[name]);
    delete rest[name];
    return pathPart(part);
  });
  let body: unknown;
  if (operation.body) {
    body = rest.body;
    delete rest.body;
  }
  return { path, query: rest as Record<string, QueryValue>, body };
}

/** Half of a character: no address can hold it. */
const HALF = /\p{Surrogate}/u;

/**
 * A name as one part of a path.
 *
 * @throws KargoRequestError for what would lead to another path: whoever sends a request takes
 * `..` for the way up, be it escaped or not, and `DELETE /projects/a/stages/..` for
 * `/projects/a/`; and for what no path can hold
 */
export function pathPart(name: string): string {
  if (['', '.', '..'].includes(name) || HALF.test(name)) {
    throw new KargoRequestError(400, `'${name}' is no name of anything`);
  }
  return encodeURIComponent(name);
}

/** The text behind a path, `?` included; empty without parameters. */
export function formatQuery(query: Record<string, QueryValue>): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const item of Array.isArray(value) ? value : [value]) {
      if (item !== undefined) {
        params.append(name, String(item));
      }
    }
  }
  const text = params.toString();
  return text === '' ? '' : `?${text}`;
}
