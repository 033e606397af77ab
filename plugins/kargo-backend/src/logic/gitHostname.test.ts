import { findGitHostname } from './gitHostname';

describe('findGitHostname', () => {
  it.each([
    ['https://github.com/acme/app.git', 'github.com'],
    [' https://user@GitHub.com:8443/acme/app ', 'github.com'],
    ['ssh://git@git.example.com:2222/acme/app', 'git.example.com'],
    ['git@GitHub.com:acme/app.git', 'github.com'],
    [' git@github.com:acme/app.git\n', 'github.com'],
    ['\u00a0https://github.com/acme/app', 'github.com'],
    ['github.com:acme/app:1', 'github.com'],
    ['acme/app', undefined],
    ['/srv/git/app.git', undefined],
    ['file:///srv/git/app.git', undefined],
    ['', undefined],
  ])('of %j is %s', (repoURL, hostname) => {
    expect(findGitHostname(repoURL)).toBe(hostname);
  });
});
