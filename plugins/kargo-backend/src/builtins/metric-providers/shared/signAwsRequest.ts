import { createHash, createHmac } from 'node:crypto';
import { MetricEnvironment } from './MetricEnvironment';

/** A request to be signed; the body is what is sent. */
export interface AwsRequest {
  url: URL;
  method: 'GET' | 'POST';
  headers: Record<string, string>;
  body: string;
  region: string;
  service: string;
}

/**
 * Headers of a request with Signature Version 4 of AWS, by the credentials of the
 * environment (`AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN`).
 *
 * @param nowMs - epoch milliseconds
 * @throws Error when there are none
 */
export function signAwsRequest(
  request: AwsRequest,
  environment: MetricEnvironment,
  nowMs: number,
): Record<string, string> {
  const {
    AWS_ACCESS_KEY_ID: id,
    AWS_SECRET_ACCESS_KEY: secret,
    AWS_SESSION_TOKEN: session,
  } = environment;
  if (!id || !secret) {
    throw new Error(
      'the portal has no AWS credentials: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set',
    );
  }
  const { url, method, body, region, service } = request;
  const time = new Date(nowMs).toISOString().replace(/[-:]|\.\d{3}/g, '');
  const headers: Record<string, string> = {
    ...request.headers,
    host: url.host,
    'x-amz-date': time,
    ...(session && { 'x-amz-security-token': session }),
  };
  const names = Object.keys(headers).sort();
  const signed = names.join(';');
  const canonical = [
    method,
    url.pathname,
    url.search.slice(1),
    ...names.map(name => `${name}:${headers[name].trim()}`),
    '',
    signed,
    sha256(body),
  ].join('\n');
  const scope = [time.slice(0, 8), region, service, 'aws4_request'];
  const toSign = [
    'AWS4-HMAC-SHA256',
    time,
    scope.join('/'),
    sha256(canonical),
  ].join('\n');
  const key = scope.reduce<string | Buffer>(
    (current, part) => hmac(current, part),
    `AWS4${secret}`,
  );
  const signature = hmac(key, toSign).toString('hex');
  // Set by who sends; it is part of the signature all the same.
  const { host: _, ...sent } = headers;
  return {
    ...sent,
    authorization: `AWS4-HMAC-SHA256 Credential=${id}/${scope.join(
      '/',
    )}, SignedHeaders=${signed}, Signature=${signature}`,
  };
}

function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text, 'utf8').digest();
}
