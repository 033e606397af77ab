import { findCommitURL, GitHost } from './commitURL';

describe('findCommitURL', () => {
  it.each<[string, GitHost | undefined, string | undefined]>([
    [
      'https://github.com/O/R.git',
      undefined,
      'https://github.com/O/R/commit/abc',
    ],
    ['git@github.com:o/r.git', undefined, 'https://github.com/o/r/commit/abc'],
    [
      'ssh://git@github.com:22/o/r',
      undefined,
      'https://github.com/o/r/commit/abc',
    ],
    [
      'https://u:p@github.example.com/o/r/',
      undefined,
      'https://github.example.com/o/r/commit/abc',
    ],
    [
      'https://gitlab.com/g/sub/r.git',
      undefined,
      'https://gitlab.com/g/sub/r/-/commit/abc',
    ],
    [
      'https://git.example.com:8443/o/r',
      'gitea',
      'https://git.example.com:8443/o/r/commit/abc',
    ],
    [
      'http://git.example.com/o/r',
      'gitea',
      'https://git.example.com/o/r/commit/abc',
    ],
    [
      'https://bitbucket.org/o/r',
      undefined,
      'https://bitbucket.org/o/r/commits/abc',
    ],
    [
      'https://dev.azure.com/o/p/_git/r',
      undefined,
      'https://dev.azure.com/o/p/_git/r/commit/abc',
    ],
    [
      'git@ssh.dev.azure.com:v3/o/p/r',
      undefined,
      'https://dev.azure.com/o/p/_git/r/commit/abc',
    ],
    ['https://git.example.com/o/r', undefined, undefined],
    ['not a url', 'github', undefined],
  ])('of %s (%s) is %s', (repoURL, provider, expected) => {
    expect(findCommitURL(repoURL, 'abc', provider)).toBe(expected);
  });
});
