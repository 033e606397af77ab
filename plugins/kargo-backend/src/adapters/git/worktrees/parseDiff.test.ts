import { parseChangedFiles, parsePatch } from './parseDiff';

describe('parseChangedFiles', () => {
  it.each<[string, string, object[]]>([
    ['nothing', '', []],
    [
      'a file that changed',
      ':100644 100644 87ae6b6 22f6b3b M\0a b\0' + '1\t2\ta b\0',
      [{ kind: 'M', path: 'a b', added: 1, removed: 2 }],
    ],
    [
      'what is no text',
      ':000000 100644 0000000 22f6b3b A\0b\0' + '-\t-\tb\0',
      [{ kind: 'A', path: 'b' }],
    ],
    [
      'one that was moved, beside another',
      ':100644 100644 c51e7d1 c51e7d1 R100\0old\0new\0' +
        ':100644 000000 c51e7d1 0000000 D\0z\0' +
        '0\t0\t\0old\0new\0' +
        '0\t7\tz\0',
      [
        {
          kind: 'R',
          path: 'new',
          previousPath: 'old',
          added: 0,
          removed: 0,
        },
        { kind: 'D', path: 'z', added: 0, removed: 7 },
      ],
    ],
    [
      'a name that holds a line end',
      ':100644 100644 87ae6b6 22f6b3b M\0a\nb\0' + '1\t1\ta\nb\0',
      [{ kind: 'M', path: 'a\nb', added: 1, removed: 1 }],
    ],
  ])('reads %s', (_, output, expected) => {
    expect(parseChangedFiles(output)).toEqual(expected);
  });
});

describe('parsePatch', () => {
  it('tells the hunks of each file, and none of one that is only moved', () => {
    const hunk = '@@ -1 +1 @@\n-diff --git a/x b/x\n+@@ no hunk\n';
    expect(
      parsePatch(
        `diff --git a/a b/a\nindex 1..2 100644\n--- a/a\n+++ b/a\n${hunk}` +
          'diff --git a/old b/new\nsimilarity index 100%\nrename from old\nrename to new\n' +
          'diff --git a/z b/z\n--- a/z\n+++ b/z\n@@ -0,0 +1 @@\n+one\n',
      ),
    ).toEqual([hunk, '', '@@ -0,0 +1 @@\n+one\n']);
  });

  it('takes no other line end in a file for one of git', () => {
    const hunk = '@@ -0,0 +1 @@\n+one\rdiff --git a/b b/b\u2028@@ two\n';
    expect(
      parsePatch(`diff --git a/a b/a\n--- /dev/null\n+++ b/a\n${hunk}`),
    ).toEqual([hunk]);
  });

  it('has nothing to tell of nothing', () => {
    expect(parsePatch('')).toEqual([]);
  });
});
