import { JsonValue } from 'backstage-plugin-kargo-common';
import { parseYaml } from './parseYaml';

describe('parseYaml', () => {
  it.each<[string, JsonValue]>([
    ['a: 1\nb: [x, 1.5]\n', { a: 1, b: ['x', 1.5] }],
    ['a: yes\nb: on\nc: off\n', { a: true, b: true, c: false }],
    ['a: 012\nb: 0x10\n', { a: 10, b: 16 }],
    ['a: 2024-01-01\nb: 1:30\n', { a: '2024-01-01', b: '1:30' }],
    ['a: &x {k: v}\nb: *x\n', { a: { k: 'v' }, b: { k: 'v' } }],
    ['a: .inf\nb: ~\n', { a: null, b: null }],
    ['# head\n---\na: 1\n---\nb: [\n', { a: 1 }],
    ['a: 1\n...\n{{\n', { a: 1 }],
    ['1: x\n', { '1': 'x' }],
    ['[1]', [1]],
    ['', null],
  ])('reads %j as %j', (text, expected) => {
    expect(parseYaml(text)).toEqual(expected);
  });

  it.each(['a: [', 'a: *none', 'a: b: c'])('refuses %j', text => {
    expect(() => parseYaml(text)).toThrow();
  });

  it('refuses aliases that multiply', () => {
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
    for (let level = 1; level < 8; level++) {
      const refs = Array(10)
        .fill(`*a${level - 1}`)
        .join(', ');
      lines.push(`a${level}: &a${level} [${refs}]`);
    }
    expect(() => parseYaml(lines.join('\n'))).toThrow('alias');
  });
});
