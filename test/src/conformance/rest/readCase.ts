/** What is sent. */
export interface CaseRequest {
  method: string;
  path: string;
  /** A text is sent as it is, anything else as JSON. */
  body?: unknown;
  contentType?: string;
  headers?: Record<string, string>;
}

/** What is sent before, and what of its answer the rest of the case needs. */
export interface CaseSetup extends CaseRequest {
  /** Names for values of the answer, by their place in it: `{"promotion": "metadata.name"}`. */
  save?: Record<string, string>;
  /** What its answer must hold at least; it is sent again until it does, for a minute. */
  until?: unknown;
}

/**
 * One case: requests that prepare it, the request, and what its answer must be.
 *
 * @remarks `{{name}}` in a path or body stands for a saved value. Without an `authorization`
 * header a request is sent with the token of the run; an empty one sends none.
 */
export interface RestCase {
  setup: CaseSetup[];
  request: CaseRequest;
  expect: {
    status: number;
    /** What the body must hold at least. */
    body?: unknown;
    /** Texts that headers must hold. */
    headers: Record<string, string>;
  };
}

/** @throws Error that names what is wrong with a case. */
export function readCase(value: unknown): RestCase {
  const { setup = [], request, expect } = fieldsOf(value, 'the case');
  if (!Array.isArray(setup)) {
    throw new Error('setup: expected a list of requests');
  }
  const { status, body, headers = {} } = fieldsOf(expect, 'expect');
  if (typeof status !== 'number') {
    throw new Error('expect.status: expected a number');
  }
  return {
    setup: setup.map((step, index) => readRequest(step, `setup[${index}]`)),
    request: readRequest(request, 'request'),
    expect: {
      status,
      body,
      headers: fieldsOf(headers, 'expect.headers') as Record<string, string>,
    },
  };
}

function readRequest(value: unknown, place: string): CaseRequest {
  const request = fieldsOf(value, place);
  for (const name of ['method', 'path']) {
    if (typeof request[name] !== 'string') {
      throw new Error(`${place}.${name}: expected a text`);
    }
  }
  return request as unknown as CaseRequest;
}

function fieldsOf(value: unknown, place: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Error(`${place}: expected an object`);
  }
  return value as Record<string, unknown>;
}
