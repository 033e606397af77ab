import { InputError } from '@backstage/errors';
import { FolderHandle, using } from './FolderHandle';
import { isHidden } from './judgeName';

/**
 * What git keeps in a folder must not get to another place by a move of the folder.
 *
 * @throws InputError
 */
export async function assertNothingHidden(
  folder: FolderHandle,
  parts: readonly string[],
  userPath: string,
): Promise<void> {
  for (const name of await folder.names()) {
    const own = [...parts, name];
    if (isHidden(own)) {
      throw new InputError(
        `"${userPath}" cannot be moved: it holds a checkout of git`,
      );
    }
    if ((await folder.stat(name)).isDirectory()) {
      await using(await folder.openFolder(name), inner =>
        assertNothingHidden(inner, own, userPath),
      );
    }
  }
}
