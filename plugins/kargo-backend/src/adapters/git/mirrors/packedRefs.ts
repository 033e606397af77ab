import { RemoteRefs } from '../../../ports/GitClient';
import { isRefName } from '../worktrees/refs';

/** Without `sorted`, so that git sorts what a server may have sorted otherwise. */
const HEADER = '# pack-refs with: peeled fully-peeled \n';
const SHA_1 = /^[0-9a-f]{40}$/;

/** Ids that stand in a file `packed-refs`, those that tags lead to among them. */
export function readPackedIds(packedRefs: string): ReadonlySet<string> {
  return new Set(packedRefs.match(/^\^?[0-9a-f]{40}(?= |$)/gm)?.map(plain));
}

/** A tag's target stands as `^id`. */
function plain(id: string): string {
  return id.replace('^', '');
}

/** Files by which git knows the refs of a bare clone. */
export interface RefFiles {
  readonly head: string;
  readonly packedRefs: string;
}

/**
 * The refs of a clone as files of git.
 *
 * @returns `undefined` when git itself has to make them: nothing is checked out by default,
 * or a name or an id is none that it would write there
 */
export function toRefFiles({
  refs,
  defaultBranch,
}: RemoteRefs): RefFiles | undefined {
  const named = refs.filter(({ name }) => name !== 'HEAD');
  const head = `refs/heads/${defaultBranch}`;
  const isPlain = named.every(
    ({ name, id, peeled = id }) =>
      isRefName(name) && SHA_1.test(id) && SHA_1.test(peeled),
  );
  if (!isPlain || !named.some(({ name }) => name === head)) {
    return undefined;
  }
  const lines = named.map(
    ({ name, id, peeled }) =>
      `${id} ${name}\n${peeled === undefined ? '' : `^${peeled}\n`}`,
  );
  return { head: `ref: ${head}\n`, packedRefs: HEADER + lines.join('') };
}

/** A file `packed-refs` in which a branch has moved; `undefined` when it is not there. */
export function movePackedRef(
  packedRefs: string,
  { ref, from, to }: { ref: string; from: string; to: string },
): string | undefined {
  const line = `${from} ${ref}\n`;
  const at = packedRefs.indexOf(line);
  const startsLine = at === 0 || packedRefs[at - 1] === '\n';
  if (at < 0 || !startsLine) {
    return undefined;
  }
  const rest = packedRefs.slice(at + line.length);
  return `${packedRefs.slice(0, at)}${to} ${ref}\n${rest}`;
}
