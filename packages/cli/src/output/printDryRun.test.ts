import { FileChange, PromotionDryRun } from 'backstage-plugin-kargo-common';
import { printDryRun } from './printDryRun';

const FORGED = 'x\ndiff --git a/evil b/evil\n--- /dev/null\n+++ b/evil';

function printed(dryRun: Partial<PromotionDryRun>, ...files: FileChange[]) {
  let text = '';
  printDryRun(
    { writeOut: chunk => (text += chunk) },
    {
      steps: [],
      changes: [
        {
          ...{ repoURL: 'https://git.example/r', path: 'src', from: 'abc' },
          ...{ isCommitted: true, fileCount: files.length, files },
        },
      ],
      ...dryRun,
    },
  );
  return text.split('\n');
}

describe('the patch of a dry run', () => {
  it('quotes names of files as git does', () => {
    const lines = printed(
      {},
      { path: 'a "b"\n\x1b.txt', change: 'Changed', diff: '@@ -1 +1 @@\n-a\n' },
    );
    const name = String.raw`/a \"b\"\012\033.txt"`;
    expect(lines.slice(1, 4)).toEqual([
      `diff --git "a${name} "b${name}`,
      `--- "a${name}`,
      `+++ "b${name}`,
    ]);
  });

  it.each<[string, Parameters<typeof printed>]>([
    ['name of a file', [{}, { path: FORGED, change: 'Added', diff: '@@ x' }]],
    ['name of what is no text', [{}, { path: FORGED, change: 'Added' }]],
    [
      'message of a step',
      [
        {
          changes: [],
          steps: [
            { alias: 'a', uses: 'u', outcome: 'NotRun', message: FORGED },
          ],
        },
      ],
    ],
  ])('has no file that a %s makes up', (_, given) => {
    const lines = printed(...given);
    expect(lines.filter(line => /^(diff --git a|\+\+\+ b)/.test(line))).toEqual(
      [],
    );
  });
});
