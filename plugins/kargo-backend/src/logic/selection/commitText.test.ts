import { cutSubject, formatPerson } from './commitText';

describe('formatPerson', () => {
  it.each([
    ['Jo Doe', 'jo@example.com', 'Jo Doe <jo@example.com>'],
    ['', 'jo@example.com', ' <jo@example.com>'],
    ['', '', ' <>'],
  ])('writes %j and %j as %j', (name, email, expected) => {
    expect(formatPerson(name, email)).toBe(expected);
  });
});

describe('cutSubject', () => {
  const a = (count: number) => 'a'.repeat(count);
  it.each([
    ['a short one', 'fix: x', 'fix: x'],
    ['80 bytes', a(80), a(80)],
    ['81 bytes', a(81), `${a(77)}...`],
    ['40 characters of two bytes', 'é'.repeat(40), 'é'.repeat(40)],
    ['41 characters of two bytes', 'é'.repeat(41), `${'é'.repeat(38)}...`],
    ['20 characters of four bytes', '😀'.repeat(20), '😀'.repeat(20)],
    ['21 characters of four bytes', '😀'.repeat(21), `${'😀'.repeat(19)}...`],
    [
      'a character of four bytes across the cut',
      `${a(75)}😀${a(9)}`,
      `${a(75)}...`,
    ],
    [
      'a character of three bytes up to the cut',
      `${a(74)}～${a(9)}`,
      `${a(74)}～...`,
    ],
  ])('of %s', (_name, subject, expected) => {
    expect(cutSubject(subject)).toBe(expected);
    expect(Buffer.byteLength(cutSubject(subject))).toBeLessThanOrEqual(80);
  });
});
