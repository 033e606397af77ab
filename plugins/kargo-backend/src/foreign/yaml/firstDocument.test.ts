import { JsonValue } from 'backstage-plugin-kargo-common';
import { DATA_LIMITS } from '../limits';
import { stopThreads } from '../threads/runInThread';
import { readYaml } from '../yaml';

afterAll(() => stopThreads());

const parseYaml = (text: string) => readYaml(text, DATA_LIMITS);

describe('the first document of a YAML text', () => {
  it.each<[string, JsonValue]>([
    ['a: 1\nb: [x, 1.5]\n', { a: 1, b: ['x', 1.5] }],
    ['a: yes\nb: on\nc: off\n', { a: true, b: true, c: false }],
    ['a: 012\nb: 0x10\n', { a: 10, b: 16 }],
    ['a: 2024-01-01\nb: 1:30\n', { a: '2024-01-01', b: '1:30' }],
    ['a: &x {k: v}\nb: *x\n', { a: { k: 'v' }, b: { k: 'v' } }],
    ['a: 0o14\nb: 0X1F\nc: !!float 1\n', { a: 12, b: 31, c: 1 }],
    ['a: 1e400\nb: !!binary aGk=\n', { a: '1e400', b: 'hi' }],
    ['a: 1\na: 2\n', { a: 2 }],
    ['p: &p {k: 1}\nq: {k: 2, <<: *p}\n', { p: { k: 1 }, q: { k: 1 } }],
    ['# head\n---\na: 1\n---\nb: [\n', { a: 1 }],
    ['a: 1\n...\n{{\n', { a: 1 }],
    ['---\n---\na: 1\n', null],
    ['# head\n--- # none\n\n# of it\n---\na: 1\n', null],
    ['%YAML 1.1\n---\n...\na: 1\n', null],
    ['# head\n\n---\n# of it\na: 1\n', { a: 1 }],
    ['1: x\n', { '1': 'x' }],
    ['[1]', [1]],
    ['', null],
  ])('reads %j as %j', async (text, expected) => {
    expect(await parseYaml(text)).toEqual(expected);
  });

  it.each(['a: [', 'a: *none', 'a: b: c', 'a: .inf', 'null: x'])(
    'refuses %j',
    async text => {
      await expect(parseYaml(text)).rejects.toMatchObject({
        name: 'ForeignInputError',
      });
    },
  );

  it('refuses aliases that multiply', async () => {
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
    for (let level = 1; level < 8; level++) {
      const refs = Array(10)
        .fill(`*a${level - 1}`)
        .join(', ');
      lines.push(`a${level}: &a${level} [${refs}]`);
    }
    await expect(parseYaml(lines.join('\n'))).rejects.toThrow('more than');
  });
});
