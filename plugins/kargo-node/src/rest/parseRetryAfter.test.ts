import { parseRetryAfter } from './parseRetryAfter';

const now = Date.parse('2026-01-01T00:00:00Z');

describe('parseRetryAfter', () => {
  it.each([
    ['seconds', '120', now + 120_000],
    ['zero seconds', '0', now],
    ['an HTTP date', 'Thu, 01 Jan 2026 00:01:00 GMT', now + 60_000],
    ['no more than a day', '9999999', now + 86_400_000],
    [
      'nothing for a date that has passed',
      'Wed, 31 Dec 2025 23:00:00 GMT',
      undefined,
    ],
    ['nothing for other dates', '2026-01-01T00:01:00Z', undefined],
    ['nothing for words', 'soon', undefined],
    ['nothing for negative numbers', '-5', undefined],
    ['nothing for no field', undefined, undefined],
  ])('reads %s', (_name, value, expected) => {
    expect(parseRetryAfter(value, now)).toBe(expected);
  });
});
