import { createStep, StepFiles } from 'backstage-plugin-kargo-node';
import { ArchiveSize } from '../shared/archiveLimits';
import { compileIgnorePatterns } from '../shared/ignorePatterns';
import { UntarConfig } from './config';
import { EntryVerdict, judgeEntry } from './judgeEntry';
import { ArchiveEntry, readArchive } from './readArchive';

const FOLDER_MODE = 0o750;
const REASONS = {
  name: 'a name that leads elsewhere',
  dot: 'a name that starts with ./, which one more of stripComponents takes away',
  short: 'a name of which stripComponents leaves nothing',
  link: 'a link that leads elsewhere',
  type: 'neither a file, a folder nor a link',
};

/** Unpacks an archive into a folder, in place of what is there. */
export const untarStep = createStep({
  id: 'untar',
  description: 'Unpacks a tar archive.',
  config: UntarConfig,
  needs: ['files'],
  workspace: 'writes',
  async run({ inPath, outPath, stripComponents, ignore }, { files }) {
    const isIgnored = compileIgnorePatterns(ignore ?? '');
    await assertFolder(files, outPath);
    const folder = await findFreeName(files);
    const size = new ArchiveSize();
    const leftOut = new Map<string, number>();
    try {
      await files.makeFolder(folder);
      const { info, stream } = await files.open(inPath);
      if (info.size === 0) {
        stream.destroy();
        throw new Error(`"${inPath}" is empty; expected a tar archive`);
      }
      for await (const entry of readArchive(stream)) {
        const verdict = judgeEntry(entry.header, {
          stripComponents,
          isIgnored,
        });
        if (verdict.kind === 'left-out' && verdict.because !== 'ignored') {
          const reason = REASONS[verdict.because];
          leftOut.set(reason, (leftOut.get(reason) ?? 0) + 1);
        }
        await unpack(files, folder, verdict, entry, size);
      }
      await files.move(folder, outPath);
    } finally {
      await files.remove(folder);
    }
    const message = describeLeftOut(leftOut);
    return { kind: 'succeeded', ...(message && { message }) };
  },
});

/** @throws Error for a file that a folder would take the place of, the archive for one. */
async function assertFolder(files: StepFiles, path: string): Promise<void> {
  const found = await files.find(path);
  if (found && found.kind !== 'folder') {
    throw new Error(`"${path}" exists and is not a folder`);
  }
}

async function unpack(
  files: StepFiles,
  folder: string,
  verdict: EntryVerdict,
  entry: ArchiveEntry,
  size: ArchiveSize,
): Promise<void> {
  const { mode = 0o600, size: bytes = 0, name } = entry.header;
  if (verdict.kind === 'file') {
    size.add(name, bytes);
    await files.write(`${folder}/${verdict.path}`, contentOf(entry), {
      mode: mode & 0o777,
    });
    return;
  }
  entry.resume();
  if (verdict.kind === 'folder') {
    await files.makeFolder(`${folder}/${verdict.path}`, { mode: FOLDER_MODE });
  } else if (verdict.kind === 'link') {
    await files.makeLink(`${folder}/${verdict.path}`, verdict.target);
  }
}

async function* contentOf(entry: ArchiveEntry): AsyncGenerator<Uint8Array> {
  try {
    yield* entry;
  } catch (error) {
    throw new Error(`the archive breaks off within "${entry.header.name}"`, {
      cause: error,
    });
  }
}

/** A folder of its own beside everything else; what a killed attempt left is not in the way. */
async function findFreeName(files: StepFiles): Promise<string> {
  for (let count = 0; ; count += 1) {
    const name = `.untar-${count}`;
    if (!(await files.find(name, { followLinks: false }))) {
      return name;
    }
  }
}

function describeLeftOut(leftOut: ReadonlyMap<string, number>): string {
  const counts = [...leftOut].map(([reason, count]) => `${count} × ${reason}`);
  return counts.length === 0
    ? ''
    : `left out of the archive: ${counts.join(', ')}`;
}
