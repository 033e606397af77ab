import { inOneTurn } from '../../../testing/inOneTurn';
import { parseLsRemote } from './parseLsRemote';

const id = (digit: string) => digit.repeat(40);

describe('parseLsRemote', () => {
  it.each<[name: string, lines: string[], refs: object[]]>([
    [
      'branches and tags, and nothing else',
      [
        `${id('1')}\tHEAD`,
        `${id('1')}\trefs/heads/main`,
        `${id('2')}\trefs/pull/1/head`,
        `${id('3')}\trefs/tags/v1`,
      ],
      [
        { name: 'HEAD', id: id('1') },
        { name: 'refs/heads/main', id: id('1') },
        { name: 'refs/tags/v1', id: id('3') },
      ],
    ],
    [
      'where a tag leads to',
      [`${id('1')}\trefs/tags/v1`, `${id('2')}\trefs/tags/v1^{}`],
      [{ name: 'refs/tags/v1', id: id('1'), peeled: id('2') }],
    ],
    [
      'names with blanks that git allows',
      [`${id('1')}\trefs/tags/v1\u3000beta`, `${id('2')}\trefs/heads/a\u00a0b`],
      [
        { name: 'refs/tags/v1\u3000beta', id: id('1') },
        { name: 'refs/heads/a\u00a0b', id: id('2') },
      ],
    ],
    ['no other lines', ['warning: a b', `${id('1')} refs/heads/a`, ''], []],
  ])('reads %s', (_, lines, refs) => {
    expect(inOneTurn(parseLsRemote(lines.join('\n'))).refs).toEqual(refs);
  });

  it('reads the default branch', () => {
    const text = `ref: refs/heads/trunk\tHEAD\n${id('1')}\tHEAD\n`;
    expect(inOneTurn(parseLsRemote(text)).defaultBranch).toBe('trunk');
  });
});
