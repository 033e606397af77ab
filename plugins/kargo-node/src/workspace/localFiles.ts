import {
  accessSync,
  closeSync,
  constants,
  Dirent,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  readSync,
  realpathSync,
  Stats,
} from 'node:fs';

/** After so many looks others have their turn; together they take about a millisecond. */
const LOOKS_PER_TURN = 100;
let looks = 0;

/**
 * Looks at files and folders of the working directory, each at once.
 *
 * @remarks
 * What the system has in memory is answered in a hundredth of the time that it takes the
 * event loop to hand the question to another thread and to take the answer back; so this
 * holds other requests up less than `node:fs/promises` does, as long as the disk is a local
 * one. Not for what writes, which may wait for the disk, and not for files of any size.
 *
 * Errors are those of `node:fs`, and `ENXIO` for what is neither a file nor a folder.
 * @public
 */
export const localFiles = {
  /** A small file, as UTF-8. */
  readText: (file: string): Promise<string> =>
    look(() => reading(file, descriptor => readFileSync(descriptor, 'utf8'))),
  /** The beginning of a file, of so many bytes at most. */
  readBytes: (file: string, most: number): Promise<Buffer> =>
    look(() => readBeginning(file, most)),
  /** The names in a folder. */
  readNames: (folder: string): Promise<string[]> =>
    look(() => readdirSync(folder)),
  /** The entries of a folder with their kinds. */
  readEntries: (folder: string): Promise<Dirent[]> =>
    look(() => readdirSync(folder, { withFileTypes: true })),
  /** Of the entry itself, also when it is a link. */
  stat: (path: string): Promise<Stats> => look(() => lstatSync(path)),
  /** With its links resolved. */
  realPath: (path: string): Promise<string> =>
    look(() => realpathSync.native(path)),
  readLink: (path: string): Promise<string> => look(() => readlinkSync(path)),
  /** Whether there is anything, which a link that leads nowhere is not. */
  isThere: (path: string): Promise<boolean> =>
    look(() => accessSync(path)).then(
      () => true,
      () => false,
    ),
  /** Opens for reading; answers a descriptor, which the caller closes. */
  open: (path: string, flags: number): Promise<number> =>
    look(() => openSync(path, flags)),
  /** Of what is open. */
  statOpen: (descriptor: number): Promise<Stats> =>
    look(() => fstatSync(descriptor)),
  close: (descriptor: number): Promise<void> =>
    look(() => closeSync(descriptor)),
};

function readBeginning(file: string, most: number): Buffer {
  return reading(file, (descriptor, size) => {
    const bytes = Buffer.alloc(Math.min(size, most));
    return bytes.subarray(0, readSync(descriptor, bytes));
  });
}

/** A pipe in the place of a file, which somebody's program may put there, is not waited for. */
function reading<T>(
  file: string,
  read: (descriptor: number, size: number) => T,
): T {
  const descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stats = fstatSync(descriptor);
    if (!stats.isFile() && !stats.isDirectory()) {
      throw Object.assign(new Error(`ENXIO: no file, read '${file}'`), {
        code: 'ENXIO',
      });
    }
    return read(descriptor, stats.size);
  } finally {
    closeSync(descriptor);
  }
}

async function look<T>(work: () => T): Promise<T> {
  if (looks === 0) {
    setImmediate(() => {
      looks = 0;
    });
  }
  looks++;
  if (looks > LOOKS_PER_TURN) {
    await new Promise(resolve => setImmediate(resolve));
  }
  return work();
}
