import {
  access,
  appendFile,
  mkdir,
  open,
  rm,
  writeFile,
} from 'node:fs/promises';
import path from 'node:path';

/** Beside the records of a checkout that leaves files out, which are git's own. */
const MARK = 'leaves-files-out';
/** What `git add` looks up in folders above a file. Git itself would take it from the index. */
const ALWAYS = '.gitattributes\n.gitignore\n';

/**
 * How git treats a checkout that leaves files out (gitrepository-layout(5),
 * git-sparse-checkout(1)); no configuration of the clone says so, whose other checkouts may be whole.
 */
const SETTINGS = {
  'core.sparseCheckout': 'true',
  'core.sparseCheckoutCone': 'false',
};

/** Makes a checkout, whose records are made and whose files are not, leave them out. */
export async function leaveFilesOut(gitDir: string): Promise<void> {
  await mkdir(path.join(gitDir, 'info'), { recursive: true });
  await writeFile(patternsOf(gitDir), ALWAYS);
  await writeFile(path.join(gitDir, MARK), '');
}

/** The settings for every call of git in a checkout: none where it is whole. */
export async function settingsOf(
  gitDir: string,
): Promise<Readonly<Record<string, string>>> {
  return (await leavesFilesOut(gitDir)) ? SETTINGS : {};
}

/** Whether files of a checkout may be missing. */
export function leavesFilesOut(gitDir: string): Promise<boolean> {
  return access(path.join(gitDir, MARK)).then(
    () => true,
    () => false,
  );
}

/**
 * Adds to what belongs to a checkout; git puts it there when it is told to apply that.
 *
 * @param name - of a file or a folder, from the top of the checkout; empty for all
 */
export async function include(
  gitDir: string,
  name: string,
  kind: 'file' | 'folder',
): Promise<void> {
  const pattern =
    name === '' || name.includes('\n')
      ? '/*'
      : `/${escape(name)}${kind === 'folder' ? '/' : ''}`;
  await appendFile(patternsOf(gitDir), `${pattern}\n`);
}

/** Says that a checkout is whole, once it is. */
export async function forgetLeftOut(gitDir: string): Promise<void> {
  await rm(path.join(gitDir, MARK), { force: true });
  await rm(patternsOf(gitDir), { force: true });
}

/** How many files a checkout has, those that it leaves out among them (gitformat-index(5)). */
export async function countFiles(gitDir: string): Promise<number> {
  const index = await open(path.join(gitDir, 'index'));
  try {
    const { buffer } = await index.read(Buffer.alloc(12), 0, 12, 0);
    return buffer.readUInt32BE(8);
  } finally {
    await index.close();
  }
}

function patternsOf(gitDir: string): string {
  return path.join(gitDir, 'info', 'sparse-checkout');
}

/** As gitignore(5) reads it. */
function escape(name: string): string {
  return name.replaceAll(/[\\*?[ ]/g, String.raw`\$&`);
}
