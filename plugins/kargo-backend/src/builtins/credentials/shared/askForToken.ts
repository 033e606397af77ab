import { InputError, isError } from '@backstage/errors';
import {
  CredentialProviderContext,
  CredentialsRejectedError,
  UpstreamUnavailableError,
} from 'backstage-plugin-kargo-node';
import { z } from 'zod';
import { parseJson } from './parseJson';

/** One request to a service that gives out tokens. */
export interface TokenRequest<T> {
  url: string;
  method?: 'GET' | 'POST';
  headers?: Record<string, string>;
  body?: string;
  /** Picks what is used of the answer. */
  schema: z.ZodType<T>;
  /** Milliseconds; ten seconds unless told. */
  timeoutMs?: number;
}

/** What a service said: a token, or no for a reason that the status and the code tell. */
export type TokenAnswer<T> =
  | { kind: 'granted'; value: T }
  | {
      kind: 'refused';
      status: number;
      /** Error code of the service, for example `invalid_grant`. */
      code?: string;
      error: CredentialsRejectedError;
    };

type AskContext = Pick<CredentialProviderContext, 'fetch' | 'signal' | 'now'>;

const TIMEOUT_MS = 10_000;
const LONGEST_WAIT_MS = 60 * 60_000;
const MAX_BYTES = 1024 * 1024;

/**
 * Sends a request for a token.
 *
 * @remarks
 * Redirects are not followed: they would carry the proof of identity to a host that
 * nobody chose. Of a refusal only status and error code are told, since free text of the
 * service may repeat what was sent.
 *
 * @throws UpstreamUnavailableError when asking again later may help; InputError when the
 * host must not be reached; the reason of the signal when that fires
 */
export async function askForToken<T>(
  request: TokenRequest<T>,
  context: AskContext,
): Promise<TokenAnswer<T>> {
  const { host } = new URL(request.url);
  const { status, retryAt, json } = await exchange(request, context, host);
  if (status >= 200 && status < 300) {
    const parsed = request.schema.safeParse(json);
    if (parsed.success) {
      return { kind: 'granted', value: parsed.data };
    }
    throw new UpstreamUnavailableError(
      host,
      `${host} answered a request for a token with something else`,
    );
  }
  const code = findErrorCode(json);
  const reason = `${host} answered ${status}${code ? ` (${code})` : ''}`;
  if (isPassing(status, code) || retryAt !== undefined) {
    throw new UpstreamUnavailableError(
      host,
      `${reason} to a request for a token`,
      { retryAt },
    );
  }
  const error = new CredentialsRejectedError(
    `${reason}: it refuses to give a token`,
  );
  return { kind: 'refused', status, code, error };
}

/** AWS throttles with status 400 and a code; GitHub with 403 and the time to come back. */
function isPassing(status: number, code: string | undefined): boolean {
  const isRefusal = status >= 400 && status < 500;
  const isLimit = status === 408 || status === 429;
  return (
    !isRefusal ||
    isLimit ||
    /^(Throttl|RequestLimit|TooManyRequests)/.test(code ?? '')
  );
}

/**
 * As {@link askForToken}, for requests whose refusal ends everything.
 *
 * @throws CredentialsRejectedError, UpstreamUnavailableError
 */
export async function getToken<T>(
  request: TokenRequest<T>,
  context: AskContext,
): Promise<T> {
  const answer = await askForToken(request, context);
  if (answer.kind === 'refused') {
    throw answer.error;
  }
  return answer.value;
}

async function exchange(
  request: TokenRequest<unknown>,
  context: AskContext,
  host: string,
): Promise<{ status: number; retryAt?: number; json: unknown }> {
  const timeout = AbortSignal.timeout(request.timeoutMs ?? TIMEOUT_MS);
  const { signal } = context;
  try {
    const response = await context.fetch(request.url, {
      method: request.method ?? 'POST',
      headers: request.headers,
      body: request.body,
      redirect: 'manual',
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
    const seconds = Number(response.headers.get('retry-after') ?? NaN);
    const waitMs = Math.min(seconds * 1000, LONGEST_WAIT_MS);
    return {
      status: response.status,
      ...(waitMs >= 0 && { retryAt: context.now() + waitMs }),
      json: parseJson(await readText(response)),
    };
  } catch (error) {
    signal?.throwIfAborted();
    const refusal = findEgressRefusal(error);
    if (refusal) {
      throw new InputError(
        `${refusal}, which the portal does not connect to; an operator can allow it in kargo.egress`,
      );
    }
    const reason = timeout.aborted
      ? 'did not answer in time'
      : 'could not be asked';
    throw new UpstreamUnavailableError(host, `${host} ${reason} for a token`, {
      cause: error,
    });
  }
}

/** The guard on addresses refuses within the `fetch`, whose own error says nothing. */
function findEgressRefusal(error: unknown): string | undefined {
  let current = error;
  for (let depth = 0; depth < 5 && isError(current); depth++) {
    if (current.code === 'EGRESS_REFUSED') {
      return current.message;
    }
    current = current.cause;
  }
  return undefined;
}

async function readText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let total = 0;
  for await (const chunk of response.body ?? []) {
    total += chunk.length;
    if (total > MAX_BYTES) {
      throw new Error(`the answer is larger than ${MAX_BYTES} bytes`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

const Code = z.string().regex(/^[\w.:#/-]{1,100}$/);

/** Where OAuth (RFC 6749, 5.2), Google, AWS and registries put the code of an error. */
const ErrorBody = z.union([
  z.object({ error: Code }).transform(body => body.error),
  z
    .object({ error: z.object({ status: Code }) })
    .transform(b => b.error.status),
  z.object({ Error: z.object({ Code }) }).transform(body => body.Error.Code),
  z
    .object({ errors: z.array(z.object({ code: Code })).nonempty() })
    .transform(body => body.errors[0].code),
  z.object({ __type: Code }).transform(body => body.__type.split('#').pop()),
]);

function findErrorCode(json: unknown): string | undefined {
  return ErrorBody.safeParse(json).data;
}
