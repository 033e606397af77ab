import { GitChanges } from 'backstage-plugin-kargo-common';
import { limitDiffs } from './limitDiffs';

function changesOf(...diffs: Array<string | undefined>): GitChanges {
  return {
    repoURL: 'https://git.example/deploy.git',
    path: 'src',
    from: 'a'.repeat(40),
    isCommitted: true,
    fileCount: diffs.length,
    files: diffs.map((diff, index) => ({
      path: `f${index}`,
      change: 'Changed',
      ...(diff !== undefined && { diff }),
    })),
  };
}

describe('limitDiffs', () => {
  const LINES = 'one\ntwo\nthree\n';

  it.each<[string, Array<string | undefined>, object, object[]]>([
    [
      'leaves alone what is short enough, and what has no text',
      [LINES, undefined],
      { fileBytes: 14, totalBytes: 100 },
      [{ diff: LINES }, {}],
    ],
    [
      'cuts a long one between two lines',
      [LINES],
      { fileBytes: 13, totalBytes: 100 },
      [{ diff: 'one\ntwo\n', isCut: true }],
    ],
    [
      'has no text of those after many, and still lists them',
      [LINES, LINES, LINES],
      { fileBytes: 100, totalBytes: 18 },
      [{ diff: LINES }, { diff: 'one\n', isCut: true }, { isCut: true }],
    ],
  ])('%s', (_, diffs, limits, expected) => {
    const [limited] = limitDiffs([changesOf(...diffs)], limits as never);
    expect(limited.files.map(({ path: _path, ...file }) => file)).toEqual(
      expected.map(file => ({ change: 'Changed', ...file })),
    );
    expect(limited.fileCount).toBe(diffs.length);
  });

  it('shares one limit among all checkouts', () => {
    const limited = limitDiffs([changesOf(LINES), changesOf(LINES)], {
      fileBytes: 100,
      totalBytes: 14,
    });
    expect(limited.map(({ files }) => files[0].isCut ?? false)).toEqual([
      false,
      true,
    ]);
  });
});
