import { InputError } from '@backstage/errors';
import path from 'node:path';
import { ifThere } from './fileError';
import { isHidden } from './judgeName';
import { localFiles } from './localFiles';
import { isInside } from './resolvePath';

/**
 * What the system finds at a path must be what steps may use.
 *
 * @param root - with its links resolved
 * @param own - a path from the root
 * @param link - what must lead somewhere; other paths may be of what does not exist
 * @throws InputError
 */
export async function assertLeadsInside(
  root: string,
  own: string,
  link?: string,
): Promise<void> {
  const target = await ifThere(() => localFiles.realPath(path.join(root, own)));
  const shown = link ?? own.slice(1);
  if (target === undefined ? link : !isWithin(root, target)) {
    throw new InputError(
      `the link "${shown}" leads to nothing inside the work folder`,
    );
  }
  if (
    target !== undefined &&
    isHidden(path.relative(root, target).split(path.sep))
  ) {
    throw new InputError(`the link "${shown}" leads to what steps may not use`);
  }
}

function isWithin(root: string, target: string): boolean {
  return target === root || isInside(root, target);
}
