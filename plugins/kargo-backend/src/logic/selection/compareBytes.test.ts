import { inOneTurn } from '../../testing/inOneTurn';
import { compareBytes } from './compareBytes';
import { findBestLexical, sortLexical } from './lexical';

describe('compareBytes', () => {
  it.each([
    ['', 'a'],
    ['10', '9'],
    ['A', 'B'],
    ['B', '_'],
    ['_', 'a'],
    ['a', 'aa'],
    ['z', 'é'],
    ['é', '～'],
    ['～', '😀'],
    ['😀a', '😀b'],
    ['😀', '😁'],
  ])('puts %j before %j', (a, b) => {
    expect(Math.sign(compareBytes(a, b))).toBe(-1);
    expect(Math.sign(compareBytes(b, a))).toBe(1);
    expect(Math.sign(Buffer.compare(Buffer.from(a), Buffer.from(b)))).toBe(-1);
  });

  it('finds equal texts equal', () => {
    expect(compareBytes('v1.0', 'v1.0')).toBe(0);
  });
});

describe('sortLexical', () => {
  it.each([
    ['a B b A 10 9', 'b a B A 9 10'],
    ['v1.9.0 v1.10.0 v1.2.0', 'v1.9.0 v1.2.0 v1.10.0'],
    [
      '1.0.0 sha256-0f0e.sig v1 latest Zed _x',
      'v1 sha256-0f0e.sig latest _x Zed 1.0.0',
    ],
    ['é z 😀 ～ a', '😀 ～ é z a'],
  ])('sorts %s as %s', (tags, expected) => {
    const sorted = inOneTurn(sortLexical(tags.split(' ')));
    expect(sorted.join(' ')).toBe(expected);
    expect(inOneTurn(findBestLexical(tags.split(' ')))).toBe(sorted[0]);
  });
});
