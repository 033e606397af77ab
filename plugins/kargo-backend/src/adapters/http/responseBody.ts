import { pipeline, Readable, Transform } from 'node:stream';
import { finished } from 'node:stream/promises';
import { createGunzip, createInflate, createInflateRaw } from 'node:zlib';
import { UpstreamUnavailableError } from 'backstage-plugin-kargo-node';
import { HttpHeaders } from '../../ports/HttpClient';

/** In the low half of the first byte of a zlib stream (RFC 1950). */
const ZLIB_METHOD = 8;

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
  const unpack = unpackerFor(encoding);
  return unpack
    ? pipeline(
        body,
        source => unpackAll(source, unpack),
        limit,
        () => {},
      )
    : pipeline(body, limit, () => {});
}

/** Makes what unpacks a body, by its first bytes. */
type Unpacker = (start: Buffer) => Transform;

function unpackerFor(encoding: string | undefined): Unpacker | undefined {
  switch (encoding?.trim().toLowerCase()) {
    case 'gzip':
    case 'x-gzip':
      return () => createGunzip();
    case 'deflate':
      // Some servers leave the head of the format out (RFC 9110, 8.4.1.2).
      return ([first]) =>
        first % 16 === ZLIB_METHOD ? createInflate() : createInflateRaw();
    default:
      return undefined;
  }
}

/** Of a body that is empty nothing is left to unpack, whatever its encoding. */
async function* unpackAll(
  source: AsyncIterable<Buffer>,
  unpack: Unpacker,
): AsyncGenerator<Buffer> {
  const chunks = source[Symbol.asyncIterator]();
  const { value: start, done } = await chunks.next();
  if (done) return;
  async function* all() {
    yield start;
    yield* { [Symbol.asyncIterator]: () => chunks };
  }
  yield* pipeline(Readable.from(all()), unpack(start), () => {});
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
