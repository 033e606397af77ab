import { parseRemoteBase, RemoteBase } from './remoteBase';

describe('parseRemoteBase', () => {
  it.each<[string, Partial<RemoteBase>]>([
    // In the forms of Kustomize's own pages.
    [
      'https://github.com/kubernetes-sigs/kustomize//examples/multibases/dev/?timeout=120&ref=v3.3.1',
      {
        repoURL: 'https://github.com/kubernetes-sigs/kustomize',
        folder: 'examples/multibases/dev/',
        revision: 'v3.3.1',
        timeoutMs: 120_000,
      },
    ],
    [
      'https://github.com/acme/base//x?ref=v1&timeout=90s&submodules=false',
      {
        repoURL: 'https://github.com/acme/base',
        folder: 'x',
        revision: 'v1',
        timeoutMs: 90_000,
        submodules: false,
      },
    ],
    [
      'github.com/acme/base/x/y?version=main',
      {
        repoURL: 'https://github.com/acme/base',
        folder: 'x/y',
        revision: 'main',
        isMarked: false,
      },
    ],
    [
      'GitHub.com:acme/base//x',
      { repoURL: 'https://github.com/acme/base', folder: 'x' },
    ],
    [
      'git@github.com:acme/base.git//x?ref=v1',
      { repoURL: 'git@github.com:acme/base.git', folder: 'x', revision: 'v1' },
    ],
    [
      'git@github.com/acme/base//x',
      { repoURL: 'git@github.com:acme/base', folder: 'x' },
    ],
    [
      'ssh://git@github.com/acme/base',
      { repoURL: 'git@github.com:acme/base', folder: '' },
    ],
    [
      'ssh://github.com/acme/base',
      { repoURL: 'git@github.com:acme/base', folder: '' },
    ],
    [
      'ssh://git@git.example.com:2222/acme/base.git/x',
      { repoURL: 'ssh://git@git.example.com:2222/acme/base.git', folder: 'x' },
    ],
    [
      'git@git.example.com:group/sub/base.git//x',
      { repoURL: 'git@git.example.com:group/sub/base.git', folder: 'x' },
    ],
    [
      'git::https://git.example.com/group/sub/base.git/x?ref=0a1b',
      {
        repoURL: 'https://git.example.com/group/sub/base.git',
        folder: 'x',
        revision: '0a1b',
      },
    ],
    [
      'HTTP://git.example.com/acme/base',
      { repoURL: 'http://git.example.com/acme/base', folder: '' },
    ],
    [
      'https://me@dev.azure.com/acme/shop/_git/base/x/y?ref=main',
      {
        repoURL: 'https://me@dev.azure.com/acme/shop/_git/base',
        folder: 'x/y',
        revision: 'main',
      },
    ],
    [
      'https://dev.azure.com/acme/shop/_git/base',
      { repoURL: 'https://dev.azure.com/acme/shop/_git/base', folder: '' },
    ],
    [
      'https://me:secret@git.example.com/acme/base//x',
      { repoURL: 'https://me:secret@git.example.com/acme/base', folder: 'x' },
    ],
    // What the query says.
    [
      'https://h.example/a/b?version=one&ref=two',
      { revision: 'two', repoURL: 'https://h.example/a/b' },
    ],
    ['https://h.example/a/b?ref=&version=one', { revision: 'one' }],
    ['https://h.example/a/b?ref=feat%2Fx', { revision: 'feat/x' }],
    ['https://h.example/a/b?submodules=0', { submodules: false }],
    ['https://h.example/a/b?submodules=perhaps', { submodules: true }],
    ['https://h.example/a/b?timeout=1m30s', { timeoutMs: 90_000 }],
    // A name that only begins like the end of a repository.
    [
      'https://github.com/acme/acme.github.io/x',
      { repoURL: 'https://github.com/acme/acme.github.io', folder: 'x' },
    ],
    // What looks like leaving and stays.
    ['https://h.example/a/b//x/../y', { folder: 'x/../y' }],
  ])('reads %s', (text, expected) => {
    expect(parseRemoteBase(text)).toMatchObject(expected);
  });

  it.each(['0', '-1s', 'soon', ''])('does not count the time %p', time => {
    expect(
      parseRemoteBase(`https://h.example/a/b?timeout=${time}`),
    ).not.toHaveProperty('timeoutMs');
  });

  it.each([
    ['a path', 'base'],
    ['a path that leads up', '../base'],
    ['an absolute path', '/srv/base'],
    ['a host without a scheme', 'git.example.com/acme/base'],
    ['a scheme that Kustomize does not know', 'git://git.example.com/a/b'],
    ['a repository of the disk', 'file:///srv/git/base.git'],
    ['a file of the web', 'https://example.com/all.yaml'],
    ['a host alone', 'https://example.com'],
    ['a folder outside of the repository', 'https://h.example/a/b//../../x'],
    ['no repository', 'https://h.example///x'],
    ['a plugin on one line', '{apiVersion: builtin, kind: PatchTransformer}'],
  ])('takes %s for none', (_, text) => {
    expect(parseRemoteBase(text)).toBeUndefined();
  });
});
