import { holdsPassword } from './urlPassword';

describe('passwords in URLs', () => {
  it.each([
    'https://jo:hunter2@git.example/a',
    'https://:hunter2@git.example/a',
    'oci://jo:a:b@registry.example/c',
  ])('%s has one', url => {
    expect(holdsPassword(url)).toBe(true);
  });

  it.each([
    'https://git.example/a',
    'https://jo@git.example/a',
    'https://git.example:8443/a@b',
    'ssh://git@git.example:22/a',
    'git@git.example:a/b',
    'https://git.example/a?x=b:c@d',
    'no URL: at all @ there',
  ])('%s has none', url => {
    expect(holdsPassword(url)).toBe(false);
  });

  it('looks at no more than the longest URL that works', () => {
    expect(holdsPassword(`https://${'a'.repeat(1_000_000)}:b@c`)).toBe(false);
  });
});
