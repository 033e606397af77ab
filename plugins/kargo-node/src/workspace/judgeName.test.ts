import { assertUsable, isGitName, makesRepository } from './judgeName';

describe('isGitName', () => {
  it.each([
    '.git',
    '.GIT',
    '.Git',
    '.git.',
    '.git . .',
    '.git::$INDEX_ALLOCATION',
    '.git:stream',
    'git~1',
    'GIT~1',
    '.g\u200cit',
    '.git\ufeff',
    'a\\.git',
    '.git\\config',
  ])('takes %j for .git', name => {
    expect(isGitName(name)).toBe(true);
  });

  it.each([
    '.github',
    '.gitignore',
    '.gitmodules',
    'git',
    'a.git',
    'git~2',
    '',
  ])('leaves %j alone', name => {
    expect(isGitName(name)).toBe(false);
  });
});

describe('assertUsable', () => {
  it.each([
    [['.git'], '".git"'],
    [['a', '.git', 'config'], '".git"'],
    [['.kargo'], 'reserved for the engine'],
    [['.KARGO', 'x'], 'reserved for the engine'],
  ])('refuses %j', (parts, message) => {
    expect(() => assertUsable(parts, 'p')).toThrow(message);
  });

  it.each([[[]], [['a', '.kargo']], [['.kargos']]])('allows %j', parts => {
    expect(() => assertUsable(parts, 'p')).not.toThrow();
  });
});

describe('makesRepository', () => {
  it.each([
    ['refs', ['HEAD', 'objects', 'x'], true],
    ['HEAD', ['objects', 'refs'], true],
    ['head', ['Objects', 'REFS'], true],
    ['refs', ['HEAD'], false],
    ['x', ['HEAD', 'objects', 'refs'], false],
    ['HEAD', [], false],
  ])('of %j beside %j says %j', (name, siblings, expected) => {
    expect(makesRepository(name, siblings)).toBe(expected);
  });
});
