import { findValidators } from './validators';

describe('what asks whether an answer is still the same', () => {
  const date = ['Mon, 02 Nov 2026 10:00:00 GMT'];

  it.each<[string, Record<string, string[]>, object | undefined]>([
    ['the tag of its content', { etag: ['"a"'] }, { 'if-none-match': '"a"' }],
    [
      'a weak tag of its content',
      { etag: ['W/"a"'] },
      { 'if-none-match': 'W/"a"' },
    ],
    [
      'the time of its last change',
      { date, 'last-modified': ['Mon, 02 Nov 2026 09:58:00 GMT'] },
      { 'if-modified-since': 'Mon, 02 Nov 2026 09:58:00 GMT' },
    ],
    [
      'the tag rather than the time',
      {
        date,
        etag: ['"a"'],
        'last-modified': ['Mon, 02 Nov 2026 09:58:00 GMT'],
      },
      { 'if-none-match': '"a"' },
    ],
    [
      'no time that is so new that another change may follow within it',
      { date, 'last-modified': ['Mon, 02 Nov 2026 09:59:30 GMT'] },
      undefined,
    ],
    [
      'no time without the time of the answer',
      { 'last-modified': ['Mon, 02 Nov 2026 09:58:00 GMT'] },
      undefined,
    ],
    ['no time that is none', { date, 'last-modified': ['today'] }, undefined],
    ['nothing', {}, undefined],
  ])('is %s', (_, headers, expected) => {
    expect(findValidators(headers)).toEqual(expected);
  });
});
