import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { WebhookRefusal, WebhookRequest } from 'backstage-plugin-kargo-node';

const UNAUTHORIZED: WebhookRefusal = {
  kind: 'refused',
  status: 401,
  message: 'unauthorized',
};

/**
 * Refuses a request whose header is not the HMAC-SHA256 of its body, in hexadecimal.
 *
 * @param prefix - what stands before the digits. Differs: Kargo takes `sha1=` and `sha512=`
 * in the same header; SHA-1 is not good enough, and nobody sends the other.
 */
export function demandHmac(
  request: WebhookRequest,
  secret: Uint8Array,
  { header, prefix = '' }: { header: string; prefix?: string },
): WebhookRefusal | undefined {
  const given = request.header(header);
  if (given === '') {
    return { kind: 'refused', status: 401, message: 'missing signature' };
  }
  const digits = createHmac('sha256', secret)
    .update(request.body)
    .digest('hex');
  return isSame(given, prefix + digits) ? undefined : UNAUTHORIZED;
}

/** Refuses a request whose header is not the secret itself. */
export function demandSecret(
  request: WebhookRequest,
  secret: Uint8Array,
  { header, missing }: { header: string; missing?: string },
): WebhookRefusal | undefined {
  const given = request.header(header);
  if (given === '') {
    return {
      kind: 'refused',
      status: 401,
      ...(missing !== undefined && { message: missing }),
    };
  }
  return isSame(given, secret) ? undefined : UNAUTHORIZED;
}

/** Whether two texts are equal, in a time that tells nothing of where they differ, nor of their lengths. */
function isSame(given: string, wanted: string | Uint8Array): boolean {
  return timingSafeEqual(digest(given), digest(wanted));
}

function digest(text: string | Uint8Array): Buffer {
  return createHash('sha256').update(text).digest();
}
