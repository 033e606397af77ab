import { durationToMilliseconds } from 'backstage-plugin-kargo-common';
import { marksOf, soakMark } from './soakMarks';

describe('soakMark', () => {
  it.each([
    ['0s', '0s'],
    ['9s', '0s'],
    ['10s', '10s'],
    ['59m59s', '45m'],
    ['1h', '1h'],
    ['100m', '90m'],
    ['47h', '36h'],
    ['720h', '720h'],
    ['10000h', '720h'],
  ])('a stay of %s has reached %s', (stay, mark) => {
    expect(soakMark(durationToMilliseconds(stay))).toBe(mark);
  });
});

describe('marksOf', () => {
  it.each<[string, string[], boolean]>([
    ['720h', ['720h'], true],
    ['504h', ['504h', '720h'], true],
    ['505h', ['504h', '720h'], false],
    ['1000h', ['720h'], false],
  ])('at least %s is found under %j', (required, marks, isExact) => {
    expect(marksOf(durationToMilliseconds(required))).toEqual({
      marks,
      isExact,
    });
  });

  it.each(['1s', '30s', '7m', '1h', '25h'])(
    'every stay of at least %s is found, and where that is exact no other',
    required => {
      const requiredMs = durationToMilliseconds(required);
      const { marks, isExact } = marksOf(requiredMs);
      expect(marks).toContain(soakMark(requiredMs));
      expect(marks).toContain(soakMark(requiredMs * 50));
      expect(marks.includes(soakMark(requiredMs - 1))).toBe(!isExact);
    },
  );
});
