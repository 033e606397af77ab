import { inOneTurn } from '../../testing/inOneTurn';
import { sortLexical } from './lexical';
import { sortNewestTags } from './newestTag';

const tags = [
  // Of a tree: git knows no date of it.
  { tag: 'a-tree', creatorDate: '' },
  { tag: 'lw-old', creatorDate: '2024-01-01T10:00:00Z' },
  { tag: 'lw-a', creatorDate: '2024-01-07T10:00:00Z' },
  { tag: 'nested', creatorDate: '2024-02-05T10:00:00Z' },
  { tag: 'lw-b', creatorDate: '2024-01-07T10:00:00Z' },
  // The same second, told from another time zone.
  { tag: 'an-z', creatorDate: '2024-01-07T12:00:00+02:00' },
  // Made late, on an old commit: the tagger's date counts.
  { tag: 'an-new-on-old', creatorDate: '2024-02-01T10:00:00Z' },
];

describe('sortNewestTags', () => {
  it.each([
    [
      'newest first, equal dates by name ascending',
      '',
      'nested an-new-on-old an-z lw-a lw-b lw-old a-tree',
    ],
    ['the same among some', 'lw-', 'lw-a lw-b lw-old'],
  ])('sorts %s', (_name, prefix, expected) => {
    const some = tags.filter(({ tag }) => tag.startsWith(prefix));
    expect(
      inOneTurn(sortNewestTags(some))
        .map(({ tag }) => tag)
        .join(' '),
    ).toBe(expected);
  });

  it('differs from Lexical, which is descending by name', () => {
    const names = tags
      .map(({ tag }) => tag)
      .filter(tag => tag.startsWith('lw-'));
    expect(inOneTurn(sortLexical(names)).join(' ')).toBe('lw-old lw-b lw-a');
  });
});
