import {
  applyEdits,
  lineBreakOf,
  lineEnd,
  lineStart,
  nextLine,
} from './textEdits';

describe('applyEdits', () => {
  it('replaces, removes and inserts, in whatever order it is told', () => {
    expect(
      applyEdits('abcdef', [
        { start: 3, end: 5, replacement: '' },
        { start: 3, end: 3, replacement: '1' },
        { start: 0, end: 1, replacement: 'A' },
        { start: 3, end: 3, replacement: '2' },
        { start: 5, end: 5, replacement: '3' },
        { start: 6, end: 6, replacement: '!' },
      ]),
    ).toBe('Abc123f!');
  });

  it('leaves a text alone without edits', () => {
    expect(applyEdits('abc', [])).toBe('abc');
  });

  it('refuses edits that overlap', () => {
    const edits = [
      { start: 0, end: 2, replacement: 'x' },
      { start: 1, end: 3, replacement: 'y' },
    ];
    expect(() => applyEdits('abc', edits)).toThrow('overlap');
  });

  it('takes time in proportion to the text', () => {
    const text = 'x'.repeat(100_000);
    const edits = [...text].map((_, start) => ({
      start,
      end: start + 1,
      replacement: 'y',
    }));
    expect(applyEdits(text, edits)).toBe('y'.repeat(100_000));
  });
});

describe('lines', () => {
  it.each<[string, number, number, number, number]>([
    ['ab\ncd\n', 1, 0, 2, 3],
    ['ab\ncd\n', 3, 3, 5, 6],
    ['ab\ncd', 4, 3, 5, 5],
    ['ab\r\ncd', 0, 0, 2, 4],
    ['ab\r\ncd', 2, 0, 2, 4],
    ['ab\r\ncd', 3, 0, 2, 4],
    ['\r\n', 0, 0, 0, 2],
    ['', 0, 0, 0, 0],
  ])('of %j around %d', (text, offset, start, end, next) => {
    expect([
      lineStart(text, offset),
      lineEnd(text, offset),
      nextLine(text, offset),
    ]).toEqual([start, end, next]);
  });

  it.each([
    ['a\nb\r\n', '\n'],
    ['a\r\nb\n', '\r\n'],
    ['a', '\n'],
    ['\n', '\n'],
  ])('of %j break with %j', (text, lineBreak) => {
    expect(lineBreakOf(text)).toBe(lineBreak);
  });
});
