import { createHash, createHmac, KeyObject, verify } from 'node:crypto';
import { HostRequest } from './FakeHosts';

/**
 * The claims of a JWT whose RS256 signature (RFC 7515) is by the given key.
 *
 * @throws Error when it is not
 */
export function verifyJwt(
  jwt: string,
  publicKey: KeyObject,
): { header: Record<string, unknown>; claims: Record<string, unknown> } {
  const [header, claims, signature] = jwt.split('.');
  const signed = Buffer.from(`${header}.${claims}`);
  const isValid = verify(
    'RSA-SHA256',
    signed,
    publicKey,
    Buffer.from(signature, 'base64url'),
  );
  const parse = (part: string) =>
    JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
  if (!isValid || parse(header).alg !== 'RS256') {
    throw new Error('the signature of the JWT is not valid');
  }
  return { header: parse(header), claims: parse(claims) };
}

/**
 * Checks a request against AWS Signature Version 4 as published, and tells for what it
 * was signed.
 *
 * @throws Error when the signature is not by that key or does not cover host and date
 */
export function verifySigV4(
  request: HostRequest,
  secretAccessKey: string,
): { accessKeyId: string; region: string; service: string; date: string } {
  const { authorization, 'x-amz-date': date } = request.headers;
  const match =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(
      authorization,
    );
  if (!match) {
    throw new Error(`not a signature: ${authorization}`);
  }
  const [, accessKeyId, day, region, service, names, signature] = match;
  const scope = `${day}/${region}/${service}/aws4_request`;
  const stringToSign = [
    'AWS4-HMAC-SHA256',
    date,
    scope,
    sha256(canonicalRequest(request, names.split(';'))),
  ].join('\n');
  const key = [day, region, service, 'aws4_request'].reduce<string | Buffer>(
    (previous, part) => hmac(previous, part),
    `AWS4${secretAccessKey}`,
  );
  if (hmac(key, stringToSign).toString('hex') !== signature) {
    throw new Error('the signature of the request is not valid');
  }
  return { accessKeyId, region, service, date };
}

function canonicalRequest(request: HostRequest, names: string[]): string {
  const { url, headers } = request;
  const required = ['host', 'x-amz-date'];
  if (headers['x-amz-security-token']) required.push('x-amz-security-token');
  if (headers['x-amz-target']) required.push('x-amz-target');
  const missing = required.filter(name => !names.includes(name));
  if (missing.length > 0) {
    throw new Error(`the signature does not cover ${missing.join(', ')}`);
  }
  const lines = names.map(
    name => `${name}:${name === 'host' ? url.host : headers[name].trim()}\n`,
  );
  return [
    request.method,
    url.pathname,
    url.search.slice(1),
    lines.join(''),
    names.join(';'),
    sha256(request.body),
  ].join('\n');
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
