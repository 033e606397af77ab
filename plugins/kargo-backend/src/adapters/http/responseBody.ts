import { pipeline, Readable, Transform } from 'node:stream';
import { finished } from 'node:stream/promises';
import { createGunzip, createInflate } from 'node:zlib';
import { UpstreamUnavailableError } from 'backstage-plugin-kargo-node';
import { HttpHeaders } from '../../ports/HttpClient';

/** @throws UpstreamUnavailableError for a body that says that it is too large */
export function refuseAnnouncedSize(
  headers: HttpHeaders,
  maxBytes: number,
  host: string,
  body: Readable,
): void {
  if (!(Number(headers['content-length']?.[0]) > maxBytes)) return;
  // Destroying without a listener would surface as an unhandled error.
  body.on('error', () => {});
  body.destroy();
  throw tooLarge(host, maxBytes);
}

interface DecodeContext {
  encoding: string | undefined;
  maxBytes: number;
  host: string;
  fail(error: unknown): unknown;
}

/** Decompresses, counts and names the failures of a body. */
export function decode(body: Readable, context: DecodeContext): Readable {
  const { encoding, maxBytes, host, fail } = context;
  let total = 0;
  const limit = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      total += chunk.length;
      if (total > maxBytes) done(tooLarge(host, maxBytes));
      else done(null, chunk);
    },
    destroy(error, done) {
      const isNamed = error?.name === 'UpstreamUnavailableError';
      done(error && !isNamed ? (fail(error) as Error) : error);
    },
  });
  const decoder = decoderFor(encoding);
  return decoder
    ? pipeline(body, decoder, limit, () => {})
    : pipeline(body, limit, () => {});
}

function decoderFor(encoding: string | undefined): Transform | undefined {
  switch (encoding?.trim().toLowerCase()) {
    case 'gzip':
    case 'x-gzip':
      return createGunzip();
    case 'deflate':
      return createInflate();
    default:
      return undefined;
  }
}

/** A whole body. */
export async function readBody(body: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** Reads the body of a redirect away, so that its connection can be used again. */
export async function discard(body: Readable): Promise<void> {
  body.resume();
  await finished(body).catch(() => {
    // What a redirect has in its body, whole or broken, is of no interest.
  });
}

function tooLarge(host: string, maxBytes: number): UpstreamUnavailableError {
  const limit =
    maxBytes >= 1024 * 1024
      ? `${Math.floor(maxBytes / 1024 / 1024)} MiB`
      : `${maxBytes} bytes`;
  return new UpstreamUnavailableError(
    host,
    `${host} sent an answer larger than the ${limit} that are accepted here`,
  );
}
