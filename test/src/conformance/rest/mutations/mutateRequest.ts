import { pick } from 'backstage-plugin-kargo-backend/src/testing/seededRandom';
import { type CaseRequest } from '../readCase';
import { type Body, mutateBody } from './mutateBody';
import { ODD_PARAMETERS, ODD_PARTS } from './oddities';

/** A request as it is sent, byte by byte. */
export interface RawRequest extends Body {
  method: string;
  path: string;
}

type Random = () => number;

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD'];
const AUTHORIZATIONS = [
  '',
  'Bearer',
  'Bearer x.y.z',
  'Bearer kargo_',
  'Bearer kargo_eyJhdCI6InZhdWx0L3BsYW50ZWQifQ.0',
  'Basic YTpi',
  'x'.repeat(3_000),
];
const VERSIONED = '/v1beta1';

/** A request like the given one, with one or several things wrong. */
export function mutateRequest(given: CaseRequest, random: Random): RawRequest {
  const { method, path, body, contentType, headers } = given;
  const own = path.startsWith(`${VERSIONED}/`)
    ? path.slice(VERSIONED.length)
    : path;
  const [address, query] = split(own);
  const sent: Body =
    random() < 0.6
      ? mutateBody(body, random)
      : {
          ...(body !== undefined && body !== null && { bytes: bytesOf(body) }),
          headers: { 'content-type': contentType ?? 'application/json' },
        };
  return {
    ...sent,
    method: random() < 0.1 ? pick(random, METHODS) : method,
    path: `${VERSIONED}${
      random() < 0.25 ? mutatePath(address, random) : address
    }${random() < 0.4 ? mutateQuery(query, random) : query}`,
    headers: {
      ...headers,
      ...sent.headers,
      ...(random() < 0.05 && { authorization: pick(random, AUTHORIZATIONS) }),
    },
  };
}

function bytesOf(body: unknown): Uint8Array {
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
}

function split(path: string): [address: string, query: string] {
  const at = path.indexOf('?');
  return at < 0 ? [path, ''] : [path.slice(0, at), path.slice(at)];
}

function mutatePath(path: string, random: Random): string {
  const parts = path.split('/');
  const at = 1 + Math.floor(random() * (parts.length - 1));
  const kind = random();
  if (kind < 0.7) {
    parts[at] = pick(random, ODD_PARTS);
  } else if (kind < 0.8) {
    parts.splice(at, 1);
  } else if (kind < 0.9) {
    parts.splice(at, 0, pick(random, ODD_PARTS));
  } else {
    parts.push('');
  }
  return parts.join('/');
}

function mutateQuery(query: string, random: Random): string {
  const added = pick(random, ODD_PARAMETERS);
  return query === '' || random() < 0.3 ? `?${added}` : `${query}&${added}`;
}
