import { holdsPassword, maskPasswords } from './urlPassword';

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

describe('what is shown of URLs', () => {
  it.each([
    ['https://jo:hunter2@git.example/a', 'https://jo:[redacted]@git.example/a'],
    ['https://:hunter2@git.example', 'https://:[redacted]@git.example'],
    ['oci://jo:a:b@h:1/c', 'oci://jo:[redacted]@h:1/c'],
    ['https://jo:p@ss@h/c', 'https://jo:[redacted]@h/c'],
    [
      'clone https://a:bcde@h/x failed, not https://a:bcde@h/y.',
      'clone https://a:[redacted]@h/x failed, not https://a:[redacted]@h/y.',
    ],
    [
      '{"a":"https://jo:pw@h","b":"c@d"}',
      '{"a":"https://jo:[redacted]@h","b":"c@d"}',
    ],
  ])('%s is shown as %s', (text, shown) => {
    expect(maskPasswords(text)).toBe(shown);
    expect(maskPasswords(shown)).toBe(shown);
  });

  it.each([
    'https://git.example/a',
    'https://jo@git.example:443/a',
    'https://jo:@git.example/a',
    'https://git.example:8443/a@b',
    'https://git.example?x=b:c@d',
    '{"url":"https://git.example","mail":"a:b@c"}',
    'git@git.example:a/b',
    '://',
  ])('%s is shown as it is', text => {
    expect(maskPasswords(text)).toBe(text);
  });

  it('takes time in proportion to the text', () => {
    const text = '://a:b'.repeat(200_000);
    expect(maskPasswords(text)).toBe(text);
  });
});
