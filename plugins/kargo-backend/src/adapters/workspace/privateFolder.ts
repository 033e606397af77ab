import { Stats } from 'node:fs';
import { chmod, mkdir } from 'node:fs/promises';
import { isError } from '@backstage/errors';
import { localFiles } from 'backstage-plugin-kargo-node/capabilities';

const GROUP_AND_OTHERS = 0o077;

/**
 * Makes a folder that only the portal's own user may enter, or makes sure that it is one.
 *
 * @remarks
 * In a folder for everybody, as the system's temporary one, somebody else may have made it
 * first, or put a link in its place, and would then read and change what is kept there.
 *
 * @throws Error when it is not a folder of the portal's user.
 */
export async function ensurePrivateFolder(folder: string): Promise<void> {
  const stats = (await find(folder)) ?? (await make(folder));
  if (!stats.isDirectory()) {
    throw new Error(`"${folder}" must be a folder, not a link or a file`);
  }
  // Not on Windows, which has other means.
  const user = process.getuid?.();
  if (user !== undefined && stats.uid !== user) {
    throw new Error(
      `"${folder}" belongs to another user; name a folder of the portal's own in kargo.workingDirectory`,
    );
  }
  if (user !== undefined && (stats.mode & GROUP_AND_OTHERS) !== 0) {
    await chmod(folder, 0o700);
  }
}

async function find(folder: string): Promise<Stats | undefined> {
  try {
    return await localFiles.stat(folder);
  } catch (error) {
    if (isError(error) && error.code === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
}

async function make(folder: string): Promise<Stats> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return localFiles.stat(folder);
}
