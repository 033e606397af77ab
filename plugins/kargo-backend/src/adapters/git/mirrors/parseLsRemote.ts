import { Slices } from '../../../logic/slices';
import { RemoteRef, RemoteRefs } from '../../../ports/GitClient';

/** Lines that are read in one step. */
const SLICE = 256;

const SYMREF = /^ref: refs\/heads\/(.+)\tHEAD$/;
/** Git forbids ASCII blanks in names, and no others. */
const REF = /^([0-9a-f]{40,64})\t([^\t ]+)$/;
const PEELED = '^{}';

/** Reads what `git ls-remote --symref` prints; refs other than HEAD, branches and tags are dropped. */
export function* parseLsRemote(text: string): Slices<RemoteRefs> {
  const refs = new Map<string, RemoteRef>();
  let defaultBranch: string | undefined;
  for (const [index, line] of text.split('\n').entries()) {
    if (index % SLICE === 0) yield;
    const [, id, name] = REF.exec(line) ?? [];
    if (!name) {
      defaultBranch = SYMREF.exec(line)?.[1] ?? defaultBranch;
    } else if (name.endsWith(PEELED)) {
      const tag = refs.get(name.slice(0, -PEELED.length));
      if (tag) {
        tag.peeled = id;
      }
    } else if (name === 'HEAD' || /^refs\/(heads|tags)\//.test(name)) {
      refs.set(name, { name, id });
    }
  }
  return { refs: [...refs.values()], defaultBranch };
}
