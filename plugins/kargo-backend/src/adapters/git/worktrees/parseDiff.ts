/** A file that differs, as `git diff --raw --numstat` tells it. */
export interface ChangedFile {
  /** Git's letter: `A`, `D`, `M`, `R`, `T`. */
  kind: string;
  path: string;
  /** Of one that is moved. */
  previousPath?: string;
  /** Lines; absent where git sees no text. */
  added?: number;
  removed?: number;
}

/** Reads what `git diff --raw --numstat -z` printed. */
export function parseChangedFiles(output: string): ChangedFile[] {
  const fields = output.split('\0');
  const files: ChangedFile[] = [];
  let index = 0;
  for (; fields[index]?.startsWith(':'); index++) {
    const kind = fields[index].split(' ')[4].charAt(0);
    const previousPath = kind === 'R' ? fields[++index] : undefined;
    const path = fields[++index];
    files.push({
      kind,
      path,
      ...(previousPath !== undefined && { previousPath }),
    });
  }
  const counts = new Map<string, Pick<ChangedFile, 'added' | 'removed'>>();
  for (; index < fields.length; index++) {
    const [, added, removed, path] =
      /^(\d+|-)\t(\d+|-)\t(.*)$/s.exec(fields[index]) ?? [];
    if (path === undefined) {
      continue;
    }
    if (path === '') {
      // One that is moved: both paths follow.
      index += 2;
    }
    counts.set(path || fields[index], {
      ...(added !== '-' && { added: Number(added) }),
      ...(removed !== '-' && { removed: Number(removed) }),
    });
  }
  return files.map(file => ({ ...file, ...counts.get(file.path) }));
}

/**
 * The hunks of each file in what `git diff --patch` printed, in its order; empty for a file
 * that has none, being only moved or of another mode.
 */
export function parsePatch(output: string): string[] {
  // Lines of a file have a blank, a sign or a backslash in front. For git a line ends at a
  // line feed alone, for `^` also at what a line of a file may hold.
  return output
    .split(/(?<![^\n])diff --git [^\n]*\n/)
    .slice(1)
    .map(section => {
      const start = section.search(/(?<![^\n])@@ /);
      return start < 0 ? '' : section.slice(start);
    });
}
