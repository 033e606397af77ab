import { InputError } from '@backstage/errors';

/** Folder at the root of a Promotion's files that belongs to the engine. */
const RESERVED_FOLDER = '.kargo';

/** What makes a folder a git repository for git, whatever its name; in lower case. */
const REPOSITORY_ENTRIES = ['head', 'objects', 'refs'];

// Some file systems take names for equal that differ in these.
const INVISIBLE = /[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g;

/**
 * Whether some file system takes a name for `.git`: in another case, in its short form,
 * with dots, blanks or a stream behind it, or with characters in it that nobody sees.
 *
 * @remarks
 * The same names that git refuses to have in a tree.
 */
export function isGitName(name: string): boolean {
  return name.split('\\').some(part => {
    const [plain] = part.replace(INVISIBLE, '').toLowerCase().split(':');
    const base = withoutTail(plain);
    return base === '.git' || base === 'git~1';
  });
}

/** Whether steps do not see an entry. */
export function isHidden(parts: readonly string[]): boolean {
  return parts.some(isGitName) || isReserved(parts);
}

/**
 * Refuses a path that steps may not use.
 *
 * @param parts - of the path from the root, as far as it is resolved
 * @throws InputError
 */
export function assertUsable(parts: readonly string[], userPath: string): void {
  if (parts.some(isGitName)) {
    throw new InputError(
      `path "${userPath}" leads into ".git", which belongs to git alone`,
    );
  }
  if (isReserved(parts)) {
    throw new InputError(
      `path "${userPath}" leads into "${RESERVED_FOLDER}", which is reserved for the engine`,
    );
  }
}

/** Whether an entry is one of those that make a folder a git repository, together. */
export function isRepositoryPart(name: string): boolean {
  return REPOSITORY_ENTRIES.includes(name.toLowerCase());
}

/** Whether a new entry would make git take its folder for a repository. */
export function makesRepository(
  name: string,
  siblings: readonly string[],
): boolean {
  return (
    isRepositoryPart(name) &&
    REPOSITORY_ENTRIES.every(entry =>
      [name, ...siblings].some(other => other.toLowerCase() === entry),
    )
  );
}

function isReserved([first]: readonly string[]): boolean {
  // Some file systems take `.KARGO` for the same folder.
  return first?.toLowerCase() === RESERVED_FOLDER;
}

/** Without the dots and blanks that some file systems leave away at the end. */
function withoutTail(name: string): string {
  let end = name.length;
  while (end > 0 && (name[end - 1] === '.' || name[end - 1] === ' ')) {
    end--;
  }
  return name.slice(0, end);
}
