import { InputError, isError } from '@backstage/errors';
import { UpstreamUnavailableError } from 'backstage-plugin-kargo-node';
import { EgressRefusedError } from './guardedConnector';

const UNTRUSTED =
  'presented a certificate of an authority that the portal does not trust; an operator adds one with NODE_EXTRA_CA_CERTS';

const REASONS: Record<string, string> = {
  CERT_HAS_EXPIRED: 'presented a certificate that has expired',
  ERR_TLS_CERT_ALTNAME_INVALID:
    'presented a certificate of another host; check the host name',
  DEPTH_ZERO_SELF_SIGNED_CERT: UNTRUSTED,
  SELF_SIGNED_CERT_IN_CHAIN: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNTRUSTED,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNTRUSTED,
  EAI_AGAIN: 'could not be resolved; the name service does not answer',
  ENOTFOUND: 'could not be resolved; check the host name',
  ECONNREFUSED: 'refused the connection; check host and port',
  EHOSTUNREACH: 'could not be reached; there is no route to it',
  ENETUNREACH: 'could not be reached; there is no route to it',
  ETIMEDOUT: 'did not accept the connection in time',
  UND_ERR_CONNECT_TIMEOUT: 'did not accept the connection in time',
  PROXY_HUNG_UP: 'could not be reached: the proxy dropped the connection',
  UND_ERR_HEADERS_TIMEOUT: 'accepted the request and did not answer in time',
  UND_ERR_BODY_TIMEOUT: 'stopped sending in the middle of its answer',
  UND_ERR_SOCKET: 'dropped the connection before its answer was complete',
  ECONNRESET: 'dropped the connection before its answer was complete',
  EPIPE: 'dropped the connection before its answer was complete',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH:
    'sent an answer of another length than it announced',
  Z_BUF_ERROR: 'sent a compressed answer that ends too early',
  Z_DATA_ERROR: 'sent a compressed answer that cannot be read',
  EPROTO: 'does not speak TLS on this port; check scheme and port',
  ERR_SSL_WRONG_VERSION_NUMBER:
    'does not speak TLS on this port; check scheme and port',
  ERR_SSL_PACKET_LENGTH_TOO_LONG:
    'does not speak TLS on this port; check scheme and port',
};

/** A proxy ended the connection instead of opening a tunnel. */
export class ProxyHungUpError extends Error {
  readonly code = 'PROXY_HUNG_UP';

  constructor(cause: unknown) {
    super('the proxy dropped the connection', { cause });
  }
}

/** A proxy answered, and did not open a tunnel or pass on a request. */
export class ProxyRefusedError extends Error {
  constructor(status: number) {
    super(
      status === 407
        ? 'the proxy wants a user name and password, or other ones (status 407)'
        : `the proxy does not open a connection to it (status ${status})`,
    );
  }
}

/** A proxy could not be connected to. */
export class ProxyUnreachableError extends Error {
  constructor(cause: unknown) {
    super(`the proxy ${reasonOf(cause)}`, { cause });
  }
}

/** Code of a failed connection, looked for through causes and aggregated attempts. */
function findErrorCode(error: unknown): string | undefined {
  let current: unknown = error;
  for (let depth = 0; depth < 5 && isError(current); depth++) {
    const { code } = current as { code?: unknown };
    if (typeof code === 'string') return code;
    current = (current as { errors?: unknown[] }).errors?.[0] ?? current.cause;
  }
  return undefined;
}

/** Whether a connection broke before the answer; asking again on a new one may succeed. */
export function isBrokenConnection(error: unknown): boolean {
  const code = findErrorCode(error);
  return code === 'UND_ERR_SOCKET' || code === 'ECONNRESET' || code === 'EPIPE';
}

/** Whether a host answered a TLS greeting with something else, as plain HTTP servers do. */
export function isNotTls(error: unknown): boolean {
  const code = findErrorCode(error) ?? '';
  return code === 'EPROTO' || code.startsWith('ERR_SSL_');
}

/**
 * Says what kept a host from answering, for people.
 *
 * @param redirectedFrom - Host that sent us there; a refused address is then its fault and not the user's.
 */
export function toTransportError(
  error: unknown,
  host: string,
  redirectedFrom?: string,
): Error {
  if (error instanceof EgressRefusedError) {
    return redirectedFrom
      ? new UpstreamUnavailableError(
          redirectedFrom,
          `${redirectedFrom} redirects to an address that is not allowed: ${error.message}; an operator can allow it in kargo.egress`,
        )
      : new InputError(
          `${error.message}, which the portal does not connect to; an operator can allow it in kargo.egress`,
        );
  }
  // Requests cannot be sent at all: it says why.
  if (error instanceof InputError) return error;
  const proxyError = findProxyError(error);
  return new UpstreamUnavailableError(host, `${host} ${reasonOf(error)}`, {
    // What is told already would be told twice.
    cause: proxyError ? proxyError.cause : error,
  });
}

function reasonOf(error: unknown): string {
  const proxyError = findProxyError(error);
  if (proxyError) return `could not be reached: ${proxyError.message}`;
  return REASONS[findErrorCode(error) ?? ''] ?? 'could not be asked';
}

function findProxyError(
  error: unknown,
): ProxyRefusedError | ProxyUnreachableError | undefined {
  let current: unknown = error;
  for (let depth = 0; depth < 5 && isError(current); depth++) {
    if (
      current instanceof ProxyRefusedError ||
      current instanceof ProxyUnreachableError
    ) {
      return current;
    }
    // As undici tells of the answer to a request without TLS, which has no tunnel.
    if (/^Proxy Authentication Required/.test(current.message)) {
      return new ProxyRefusedError(407);
    }
    current = current.cause;
  }
  return undefined;
}
