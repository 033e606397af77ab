import {
  CredentialsRejectedError,
  UpstreamUnavailableError,
} from 'backstage-plugin-kargo-node';
import { z } from 'zod';
import { HttpResponse } from '../../ports/HttpClient';

const ErrorBody = z.object({
  errors: z
    .array(
      z.object({
        code: z.string().optional().catch(undefined),
        message: z.string().optional().catch(undefined),
      }),
    )
    .min(1),
});

const LONGEST_DETAIL = 200;

/** What a request was about, for messages. */
export interface RequestSubject {
  host: string;
  /** As the manifest writes it. */
  repoURL: string;
  /** Completes "when asked for …". */
  what: string;
  hasCredentials: boolean;
}

/** The error that an answer other than success or "not found" amounts to, for people. */
export function toStatusError(
  response: HttpResponse,
  subject: RequestSubject,
  retryAt?: number,
): Error {
  const { host, repoURL, what, hasCredentials } = subject;
  const { status } = response;
  const detail = describeBody(response.body);
  if (status === 401 || status === 403) {
    return new CredentialsRejectedError(
      hasCredentials
        ? `${host} refuses the credentials for ${repoURL}${detail}; check the Secret with this repoURL`
        : `${host} wants credentials for ${repoURL} and none are configured${detail}; add a Secret with this repoURL, or check the name`,
    );
  }
  if (status === 429) return toThrottledError(host, retryAt);
  return new UpstreamUnavailableError(
    host,
    status >= 500
      ? `${host} failed with status ${status} when asked for ${what}${detail}; it will be asked again later`
      : `${host} answered with status ${status} when asked for ${what}${detail}`,
    { retryAt },
  );
}

/** The error for a host that has asked not to be asked. */
export function toThrottledError(
  host: string,
  retryAt: number | undefined,
): UpstreamUnavailableError {
  const until = retryAt
    ? `until ${new Date(retryAt).toISOString().slice(0, 19)}Z`
    : 'for a while';
  return new UpstreamUnavailableError(
    host,
    `${host} has had too many requests and is left alone ${until}; credentials with a higher limit or a longer interval help`,
    { retryAt },
  );
}

/** What the registry itself says. */
function describeBody(body: Buffer): string {
  return describeErrors(parseJson(body)) ?? '';
}

/**
 * What an answer says in the error format of the distribution specification, in parentheses;
 * empty where its errors say nothing, and `undefined` where it is none.
 */
export function describeErrors(answer: unknown): string | undefined {
  const parsed = ErrorBody.safeParse(answer).data;
  if (!parsed) {
    return undefined;
  }
  const { code, message } = parsed.errors[0];
  const text = [code, message].filter(Boolean).join(': ');
  const plain = text.replace(/[\p{C}\s]+/gu, ' ').slice(0, LONGEST_DETAIL);
  return plain ? ` (${plain})` : '';
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    // Proxies answer in HTML; the status says enough.
    return undefined;
  }
}
