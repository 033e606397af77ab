import { movePackedRef, readPackedIds, toRefFiles } from './packedRefs';

const A = 'a'.repeat(40);
const B = 'b'.repeat(40);
const C = 'c'.repeat(40);

const PACKED = `# pack-refs with: peeled fully-peeled sorted \n${A} refs/heads/main\n${B} refs/tags/v1\n^${C}\n`;

describe('refs of a clone as files', () => {
  it('are those that the remote named', () => {
    expect(
      toRefFiles({
        defaultBranch: 'main',
        refs: [
          { name: 'HEAD', id: A },
          { name: 'refs/heads/main', id: A },
          { name: 'refs/tags/v1', id: B, peeled: C },
        ],
      }),
    ).toEqual({
      head: 'ref: refs/heads/main\n',
      packedRefs: PACKED.replace('sorted ', ''),
    });
  });

  it.each([
    ['HEAD is detached', { name: 'refs/heads/main', id: A }, undefined],
    ['HEAD has no commit', { name: 'refs/heads/main', id: A }, 'other'],
    ['a name leads elsewhere', { name: 'refs/heads/../x', id: A }, 'main'],
    ['a name holds a space', { name: 'refs/heads/a b', id: A }, 'main'],
    ['an id is SHA-256', { name: 'refs/heads/x', id: `${A}${B}` }, 'main'],
    ['an id is none', { name: 'refs/tags/x', id: A, peeled: 'x' }, 'main'],
  ])('are left to git when %s', (_, ref, defaultBranch) => {
    const main = { name: 'refs/heads/main', id: A };
    expect(toRefFiles({ refs: [main, ref], defaultBranch })).toBeUndefined();
  });

  it('tell what is there, with what tags lead to', () => {
    expect([...readPackedIds(PACKED)]).toEqual([A, B, C]);
    expect([...readPackedIds('# pack-refs with: peeled \n')]).toEqual([]);
  });

  it('move one branch that is where it is said to be', () => {
    const move = { ref: 'refs/heads/main', from: A, to: C };
    expect(movePackedRef(PACKED, move)).toBe(
      PACKED.replace(`${A} refs`, `${C} refs`),
    );
    expect(movePackedRef(PACKED, { ...move, from: B })).toBeUndefined();
    expect(
      movePackedRef(PACKED, { ...move, ref: 'refs/heads/mai' }),
    ).toBeUndefined();
    expect(movePackedRef('', move)).toBeUndefined();
  });
});
