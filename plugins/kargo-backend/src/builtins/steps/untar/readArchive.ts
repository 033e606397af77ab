import { pipeline, Readable, Transform, Writable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { extract, Header } from 'tar-stream';
import { MAX_TOTAL_BYTES } from '../shared/archiveLimits';

/** A file, folder or whatever it is, with its content. */
export interface ArchiveEntry extends AsyncIterable<Uint8Array> {
  header: Header;
  resume(): unknown;
}

/** What the names and heads of an archive may take beside its files. */
const MAX_ARCHIVE_BYTES = MAX_TOTAL_BYTES + 32 * 1024 * 1024;
const GZIP = [0x1f, 0x8b];

/**
 * The entries of an archive, compressed or not; each must be read or resumed.
 *
 * @throws Error when it is no archive, or has far too many bytes.
 */
export async function* readArchive(
  stream: Readable,
): AsyncGenerator<ArchiveEntry, void, undefined> {
  const start = await readStart(stream);
  const isCompressed = GZIP.every((byte, index) => start[index] === byte);
  const whole = Readable.from(withStart(start, stream), { objectMode: false });
  const archive = extract();
  const stages = isCompressed ? [createGunzip()] : [];
  const done = new Promise<Error | undefined>(resolve => {
    pipeline(
      [whole, ...stages, limited(), archive as unknown as Writable],
      error => resolve(error ?? undefined),
    );
  });
  try {
    yield* archive as AsyncIterable<unknown> as AsyncIterable<ArchiveEntry>;
  } catch (error) {
    throw (await done) ?? error;
  } finally {
    archive.destroy();
    whole.destroy();
  }
}

async function readStart(stream: Readable): Promise<Buffer> {
  const iterator = stream.iterator({ destroyOnReturn: false });
  const { value } = await iterator.next();
  await iterator.return?.();
  return (value as Buffer | undefined) ?? Buffer.alloc(0);
}

async function* withStart(
  start: Buffer,
  rest: Readable,
): AsyncGenerator<Buffer> {
  yield start;
  yield* rest;
}

/** A small archive can become a large one, also outside of its files. */
function limited(): Transform {
  let bytes = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      done(
        bytes > MAX_ARCHIVE_BYTES
          ? new Error(
              `the archive has more than ${MAX_ARCHIVE_BYTES} bytes unpacked`,
            )
          : null,
        chunk,
      );
    },
  });
}
