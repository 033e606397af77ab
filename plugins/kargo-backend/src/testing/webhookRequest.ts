import { createHmac } from 'node:crypto';
import { JsonValue } from 'backstage-plugin-kargo-common';
import {
  AnyWebhookReceiverType,
  WebhookReading,
  WebhookRequest,
} from 'backstage-plugin-kargo-node';

/** A request as a receiver sees it. */
export function webhookRequest(options: {
  headers?: Record<string, string>;
  query?: string;
  body?: string | Uint8Array;
}): WebhookRequest {
  const { headers = {}, query = '', body = '' } = options;
  const values = new Map(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
  const header = (name: string) => values.get(name.toLowerCase()) ?? '';
  const search = new URLSearchParams(query);
  return {
    header,
    headers: name => (header(name) ? [header(name)] : []),
    param: name => search.get(name) ?? '',
    body: Buffer.from(body),
  };
}

/** Hexadecimal HMAC-SHA256, as most senders sign with. */
export function hmacOf(body: string | Uint8Array, secret: string): string {
  return createHmac('sha256', secret).update(body).digest('hex');
}

/** Takes a request through all that a receiver asks of it. */
export function runReceiver(
  type: AnyWebhookReceiverType,
  options: {
    headers?: Record<string, string>;
    body?: JsonValue;
    secret?: string;
    config?: object;
  },
): WebhookReading {
  const { headers, body, secret = 's3cr3t', config = {} } = options;
  const request = webhookRequest({
    ...(headers && { headers }),
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return (
    type.screen?.(request) ??
    type.authenticate?.(request, Buffer.from(secret)) ??
    type.read(
      request,
      body,
      type.config.parse({ secretRef: { name: 's' }, ...config }) as never,
    )
  );
}
