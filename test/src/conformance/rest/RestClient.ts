import { type CaseRequest } from './readCase';

/** An API to send cases to. */
export interface RestTarget {
  /** Address in front of `/v1beta1`. */
  readonly api: string;
  readonly token: string;
}

/** An answer; the body is what its JSON says, or its text. */
export interface RestAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

const LIMIT_MS = 30_000;

/** Sends a request of a case. Of a stream only the head is read. */
export async function sendRequest(
  { api, token }: RestTarget,
  { method, path, body, contentType, headers = {} }: CaseRequest,
): Promise<RestAnswer> {
  const given = new Headers({
    authorization: `Bearer ${token}`,
    ...(contentType && { 'content-type': contentType }),
    ...headers,
  });
  if (given.get('authorization') === '') {
    given.delete('authorization');
  }
  const end = new AbortController();
  const response = await fetch(`${api}${versioned(path)}`, {
    method,
    headers: given,
    signal: AbortSignal.any([end.signal, AbortSignal.timeout(LIMIT_MS)]),
    ...(body !== undefined &&
      body !== null && {
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
  });
  const { status } = response;
  const type = response.headers.get('content-type') ?? '';
  if (type.startsWith('text/event-stream')) {
    end.abort();
    return { status, headers: response.headers, body: undefined };
  }
  return {
    status,
    headers: response.headers,
    body: parse(await response.text()),
  };
}

function versioned(path: string): string {
  return path.startsWith('/v1beta1/') ? path : `/v1beta1${path}`;
}

function parse(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    // A text is an answer too; the case says whether it is the right one.
    return text;
  }
}

/** An answer in short. */
export function tellAnswer({ status, body }: RestAnswer): string {
  return `${status} ${JSON.stringify(body) ?? ''}`.slice(0, 600);
}
