import path from 'node:path';
import { promisify } from 'node:util';
import { inflate } from 'node:zlib';
import { localFiles } from 'backstage-plugin-kargo-node/capabilities';

const MAX_COMMITS = 20;
const MAX_COMMIT_BYTES = 1024 * 1024;
const OBJECT = /^commit \d+\0/;
const PARENT = /^parent ([0-9a-f]{40})$/;

/**
 * Whether a commit was made on top of another one, by few commits that this clone made:
 * they are files of their own until they are packed.
 *
 * @returns `false` also when it cannot be told without git, or both are the same
 */
export async function isBuiltUpon(
  repository: string,
  commit: string,
  base: string,
): Promise<boolean> {
  const pending = [commit];
  const seen = new Set<string>();
  while (pending.length > 0 && seen.size < MAX_COMMITS) {
    const next = pending.shift()!;
    const parents = seen.has(next) ? [] : await readParents(repository, next);
    seen.add(next);
    if (parents.includes(base)) {
      return true;
    }
    pending.push(...parents);
  }
  return false;
}

/** None of a commit that is packed. */
async function readParents(repository: string, id: string): Promise<string[]> {
  const file = path.join(repository, 'objects', id.slice(0, 2), id.slice(2));
  const stored = await localFiles
    .readBytes(file, MAX_COMMIT_BYTES)
    .catch(() => undefined);
  const object =
    stored &&
    (await promisify(inflate)(stored, {
      maxOutputLength: MAX_COMMIT_BYTES,
    }).catch(() => undefined));
  const text = object?.toString('latin1') ?? '';
  if (!OBJECT.test(text)) {
    return [];
  }
  const [head] = text.replace(OBJECT, '').split('\n\n');
  return head.split('\n').flatMap(line => PARENT.exec(line)?.[1] ?? []);
}
