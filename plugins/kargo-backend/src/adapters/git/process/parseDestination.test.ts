import { parseDestination } from './parseDestination';

describe('parseDestination', () => {
  it.each([
    ['https://Git.Example.com/a/b.git', 'https', 'git.example.com', 443],
    ['http://git.example.com:8080/a', 'http', 'git.example.com', 8080],
    ['https://user:p%40ss@git.example.com/a', 'https', 'git.example.com', 443],
    ['ssh://git@git.example.com:2222/a.git', 'ssh', 'git.example.com', 2222],
    ['ssh://git.example.com/a.git', 'ssh', 'git.example.com', 22],
    ['git@git.example.com:a/b.git', 'ssh', 'git.example.com', 22],
    ['git.example.com:a/b.git', 'ssh', 'git.example.com', 22],
    ['https://git.example.com', 'https', 'git.example.com', 443],
  ])('reads %s', (url, protocol, host, port) => {
    expect(parseDestination(url)).toEqual({
      protocol,
      host,
      port,
      isAddress: false,
    });
  });

  it.each([
    ['http://127.0.0.1:3000/a', '127.0.0.1'],
    ['http://127.1/a', '127.0.0.1'],
    ['http://0x7f000001/a', '127.0.0.1'],
    ['http://2130706433/a', '127.0.0.1'],
    ['http://0177.0.0.1/a', '127.0.0.1'],
    ['https://[::1]:3000/a', '::1'],
    ['https://[::ffff:10.0.0.1]/a', '::ffff:a00:1'],
    ['git@10.0.0.1:a.git', '10.0.0.1'],
    ['git@[fd00::1]:a.git', 'fd00::1'],
  ])('recognises the address in %s', (url, host) => {
    expect(parseDestination(url)).toMatchObject({ host, isAddress: true });
  });

  it.each([
    'file:///etc/passwd',
    'git://git.example.com/a',
    'ext::sh -c id',
    '/srv/repos/a',
    '../a.git',
    '',
    'https:///a',
    // Programs disagree about where the host of these is.
    'https://public.example\\@10.0.0.1/a',
    'https://public.example#@10.0.0.1/a',
    'https://public.example?@10.0.0.1/a',
    'https://public.example@10.0.0.1@other/a',
    'https://%31%30.0.0.1/a',
    'https://public.example:80x/a',
    'https://public.example:443:22/a',
    'https://ⓟublic.example/a',
    'ssh://-oProxyCommand=id/a',
    'ssh://public.example%2f@10.0.0.1/a',
    'ssh://a@b@c/d',
    '-oProxyCommand=id:a',
  ])('does not guess about %s', url => {
    expect(parseDestination(url)).toBeUndefined();
  });
});
