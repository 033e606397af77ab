import { FileChange, GitChanges } from 'backstage-plugin-kargo-common';

/** What a person can still look through, and a browser show. */
const DIFF_LIMITS = { fileBytes: 64 * 1024, totalBytes: 1024 * 1024 };

/**
 * Leaves out of the diffs what is too long: the end of a long one, and those after many. Cuts
 * between lines. Files stay listed.
 */
export function limitDiffs(
  changes: readonly GitChanges[],
  limits: typeof DIFF_LIMITS = DIFF_LIMITS,
): GitChanges[] {
  let left = limits.totalBytes;
  const limit = (file: FileChange): FileChange => {
    const { diff, ...rest } = file;
    if (diff === undefined) {
      return file;
    }
    const kept = cutLines(diff, Math.min(limits.fileBytes, left));
    left -= kept.length;
    return {
      ...rest,
      ...(kept !== '' && { diff: kept }),
      ...((file.isCut || kept.length < diff.length) && { isCut: true }),
    };
  };
  return changes.map(change => ({
    ...change,
    files: change.files.map(limit),
  }));
}

function cutLines(text: string, length: number): string {
  return text.length <= length
    ? text
    : text.slice(0, text.lastIndexOf('\n', length - 1) + 1);
}
