/** A line of a diff as a person reads it. */
export interface DiffLine {
  kind: 'hunk' | 'same' | 'added' | 'removed';
  text: string;
  /** Its number before and after; absent where the line is not. */
  before?: number;
  after?: number;
}

const HUNK = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@/;

/** The lines of the hunks of a unified diff, with their numbers. */
export function diffLines(diff: string): DiffLine[] {
  let before = 0;
  let after = 0;
  return diff
    .split('\n')
    .filter(line => line !== '')
    .flatMap((line): DiffLine[] => {
      const hunk = HUNK.exec(line);
      if (hunk) {
        before = Number(hunk[1]);
        after = Number(hunk[2]);
        return [{ kind: 'hunk', text: line }];
      }
      const text = line.slice(1).replace(/\r$/, '');
      switch (line.charAt(0)) {
        case '+':
          return [{ kind: 'added', text, after: after++ }];
        case '-':
          return [{ kind: 'removed', text, before: before++ }];
        case '\\':
          // That the file has no line end at its end is nothing to decide by.
          return [];
        default:
          return [{ kind: 'same', text, before: before++, after: after++ }];
      }
    });
}
