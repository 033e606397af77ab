import { diffLines } from './diffLines';

describe('diffLines', () => {
  it('numbers the lines of both sides, hunk by hunk', () => {
    const lines = diffLines(
      '@@ -1,3 +1,3 @@\n image:\n-  tag: 1.0.0\r\n+  tag: 1.2.3\r\n \n' +
        '@@ -20 +20,2 @@ spec:\n-@@ -1 +1 @@\n+--- a\n++++ b\n\\ No newline at end of file\n',
    );
    expect(
      lines.map(({ kind, before = '', after = '', text }) =>
        [kind, before, after, text].join('|'),
      ),
    ).toEqual([
      'hunk|||@@ -1,3 +1,3 @@',
      'same|1|1|image:',
      'removed|2||  tag: 1.0.0',
      'added||2|  tag: 1.2.3',
      'same|3|3|',
      'hunk|||@@ -20 +20,2 @@ spec:',
      'removed|20||@@ -1 +1 @@',
      'added||20|--- a',
      'added||21|+++ b',
    ]);
  });

  it('has no lines where nothing differs', () => {
    expect(diffLines('')).toEqual([]);
  });
});
