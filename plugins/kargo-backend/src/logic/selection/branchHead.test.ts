import { cutAtSince, nextBatchSize, selectFromBatch } from './branchHead';
import { compilePathFilter } from './pathFilters';

/** A branch, newest first: h6 is a merge, h4 is empty, h3 a move, h1 the root. */
const history = [
  { id: 'h6', paths: ['docs/feat'], commitDate: '2024-01-06T00:00:00Z' },
  { id: 'h5', paths: ['docs/é file.txt'], commitDate: '2024-01-05T00:00:00Z' },
  { id: 'h4', paths: [], commitDate: '2024-01-04T00:00:00Z' },
  {
    id: 'h3',
    paths: ['apps/a/f', 'apps/g'],
    commitDate: '2024-01-03T00:00:00Z',
  },
  { id: 'h2', paths: ['apps/a/f'], commitDate: '2024-01-02T00:00:00Z' },
  {
    id: 'h1',
    paths: ['apps/a/f', 'docs/x'],
    commitDate: '2024-01-01T00:00:00Z',
  },
];

function ids(commits: readonly { id: string }[]): string {
  return commits.map(({ id }) => id).join(' ');
}

describe('selectFromBatch', () => {
  it.each([
    ['', '', 20, 'h6 h5 h4 h3 h2 h1'],
    ['', '', 2, 'h6 h5'],
    ['docs', '', 20, 'h6 h5 h1'],
    ['', 'docs', 20, 'h3 h2 h1'],
    ['apps/a', '', 20, 'h3 h2 h1'],
    ['apps/a', '', 1, 'h3'],
    ['apps', 'apps/a', 20, 'h3'],
    ['nowhere', '', 20, ''],
  ])(
    'including %j, excluding %j, at most %i: %s',
    (include, exclude, limit, expected) => {
      const filter = compilePathFilter({
        includePaths: include ? [include] : [],
        excludePaths: exclude ? [exclude] : [],
      });
      const { commits } = selectFromBatch<(typeof history)[0]>([], history, {
        limit,
        accepts: ({ paths }) => filter.accepts(paths),
      });
      expect(ids(commits)).toBe(expected);
    },
  );

  it('goes on over batches until the limit or the end', () => {
    const options = { limit: 3, accepts: () => true };
    const first = selectFromBatch([], ['a', 'b'], options);
    expect(first).toEqual({ commits: ['a', 'b'], isComplete: false });
    expect(selectFromBatch(first.commits, ['c', 'd'], options)).toEqual({
      commits: ['a', 'b', 'c'],
      isComplete: true,
    });
    expect(selectFromBatch(first.commits, [], options)).toEqual({
      commits: ['a', 'b'],
      isComplete: true,
    });
  });
});

describe('nextBatchSize', () => {
  it('starts at the limit and doubles up to a thousand', () => {
    const sizes: number[] = [];
    for (let i = 0; i < 8; i++) sizes.push(nextBatchSize(20, sizes[i - 1]));
    expect(sizes).toEqual([20, 40, 80, 160, 320, 640, 1000, 1000]);
  });
});

describe('cutAtSince', () => {
  it.each([
    ['2024-01-03T00:00:00Z', 'h6 h5 h4 h3'],
    ['2024-01-03T01:00:00.5+01:00', 'h6 h5 h4 h3'],
    ['2024-01-03T00:00:01Z', 'h6 h5 h4'],
    ['2025-01-01T00:00:00Z', ''],
    ['2020-01-01T00:00:00Z', 'h6 h5 h4 h3 h2 h1'],
  ])('since %s keeps %j', (since, expected) => {
    expect(ids(cutAtSince(history, since))).toBe(expected);
  });

  it('hides what is below a back-dated commit', () => {
    const skewed = history.map(commit =>
      commit.id === 'h5'
        ? { ...commit, commitDate: '2023-01-01T00:00:00Z' }
        : commit,
    );
    expect(ids(cutAtSince(skewed, '2024-01-03T00:00:00Z'))).toBe('h6');
  });
});
