import { formatAge } from './formatAge';

const S = 1000;
const M = 60 * S;
const H = 60 * M;
const D = 24 * H;

describe('formatAge', () => {
  it.each<[string, number]>([
    ['0s', 0],
    ['0s', -5 * S],
    ['119s', 119 * S],
    ['2m', 2 * M],
    ['9m59s', 10 * M - S],
    ['10m', 10 * M + 30 * S],
    ['179m', 179 * M],
    ['3h', 3 * H],
    ['7h59m', 8 * H - M],
    ['47h', 47 * H],
    ['2d', 2 * D],
    ['7d23h', 8 * D - H],
    ['8d', 8 * D + 3 * H],
    ['729d', 729 * D],
    ['2y', 730 * D],
    ['2y5d', 735 * D],
    ['8y', 8 * 365 * D + 20 * D],
  ])('is %s after %d ms', (text, age) => {
    const now = new Date('2026-03-01T12:00:00Z');
    const then = new Date(now.getTime() - age).toISOString();
    expect(formatAge(then, now)).toBe(text);
  });

  it.each([undefined, '', 'yesterday'])('does not know the age of %p', text => {
    expect(formatAge(text, new Date(0))).toBe('<unknown>');
  });
});
