import { pipeline, Readable, Writable } from 'node:stream';
import { pipeline as finishPipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { FileEntry, StepFiles } from 'backstage-plugin-kargo-node';
import { Header, Pack, pack } from 'tar-stream';
import { ArchiveSize } from '../shared/archiveLimits';
import { IgnoreTest } from '../shared/ignorePatterns';

/** What goes into an archive. */
export interface ArchiveSource {
  files: StepFiles;
  inPath: string;
  /** Where the archive goes, which is not part of itself; from the Promotion's folder. */
  outPath: string;
  isIgnored: IgnoreTest;
  gzip: boolean;
}

/** The bytes of an archive; the same files give the same bytes. */
export async function* writeArchive(
  source: ArchiveSource,
): AsyncGenerator<Buffer, void, undefined> {
  const archive = pack();
  const filling = fill(archive, source).then(
    () => archive.finalize(),
    (error: Error) => archive.destroy(error),
  );
  // Typed by a library of streams of its own, which are Node's in all that is used here.
  const packed = archive as unknown as Readable;
  const output: Readable = source.gzip
    ? pipeline(packed, createGzip(), () => {})
    : packed;
  try {
    yield* output as AsyncIterable<Buffer>;
    await filling;
  } finally {
    archive.destroy();
  }
}

async function fill(archive: Pack, source: ArchiveSource): Promise<void> {
  const { files, inPath, isIgnored, outPath } = source;
  const size = new ArchiveSize();
  const info = await files.find(inPath);
  if (info?.kind !== 'folder') {
    const name = (info?.path ?? inPath).split('/').pop() ?? inPath;
    await addFile(archive, files, inPath, name, size);
    return;
  }
  const enter = ({ relativePath }: FileEntry) => !isIgnored(relativePath, true);
  for await (const entry of files.walk(inPath, { enter })) {
    const isFolder = entry.kind === 'folder';
    const isOut = entry.path === outPath;
    if (!isOut && !isIgnored(entry.relativePath, isFolder)) {
      await add(archive, files, entry, size);
    }
  }
}

async function add(
  archive: Pack,
  files: StepFiles,
  { kind, path, relativePath: name, mode }: FileEntry,
  size: ArchiveSize,
): Promise<void> {
  switch (kind) {
    case 'folder':
      archive.entry(header({ name: `${name}/`, type: 'directory', mode }));
      return;
    case 'link':
      archive.entry(
        header({
          name,
          type: 'symlink',
          linkname: await files.readLink(path),
          mode,
        }),
      );
      return;
    case 'file':
      await addFile(archive, files, path, name, size);
      return;
    default:
    // Pipes and devices are nothing to hand on.
  }
}

async function addFile(
  archive: Pack,
  files: StepFiles,
  path: string,
  name: string,
  size: ArchiveSize,
): Promise<void> {
  const { info, stream } = await files.open(path);
  try {
    size.add(name, info.size);
    const entry = archive.entry(
      header({ name, type: 'file', size: info.size, mode: info.mode }),
    );
    await finishPipeline(stream, entry as unknown as Writable);
  } finally {
    stream.destroy();
  }
}

function header<T extends Partial<Header>>(fields: T): T & { mtime: Date } {
  return { ...fields, mtime: new Date(0) };
}
