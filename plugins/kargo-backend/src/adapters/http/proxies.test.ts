import {
  compileProxies,
  Proxies,
  proxyForGit,
  readProxies,
  toProxyTarget,
} from './proxies';

describe('readProxies', () => {
  it.each([
    ['nothing', {}, undefined],
    ['exceptions alone', { NO_PROXY: 'corp' }, undefined],
    ['an empty proxy', { HTTPS_PROXY: '' }, undefined],
    [
      'upper case',
      { HTTP_PROXY: 'http://a', HTTPS_PROXY: 'http://b', NO_PROXY: 'corp' },
      { http: 'http://a', https: 'http://b', except: 'corp' },
    ],
    [
      'lower case first',
      { https_proxy: 'http://b', HTTPS_PROXY: 'http://c', no_proxy: 'corp' },
      { http: undefined, https: 'http://b', except: 'corp' },
    ],
  ])('reads %s', (_name, environment, expected) => {
    expect(readProxies(environment)).toEqual(expected);
  });
});

describe('compileProxies', () => {
  const PROXY = 'http://proxy.corp:3128';
  const find = (proxies: Proxies | undefined, url: string) =>
    compileProxies(proxies)(toProxyTarget(new URL(url)))?.href;

  it.each<[string, Proxies | undefined, string, string | undefined]>([
    ['none', undefined, 'https://a.example', undefined],
    ['one for https', { https: PROXY }, 'https://a.example', `${PROXY}/`],
    ['one for https, of http', { https: PROXY }, 'http://a.example', undefined],
    ['one for http', { http: PROXY }, 'http://a.example', `${PROXY}/`],
    ['one for http, of https', { http: PROXY }, 'https://a.example', undefined],
    ['this machine', { http: PROXY }, 'http://localhost:5000', undefined],
    ['its address', { http: PROXY }, 'http://127.0.0.2:5000', undefined],
    ['its address of IPv6', { http: PROXY }, 'http://[::1]:5000', undefined],
    ['no scheme', { http: 'proxy.corp:3128' }, 'http://a.example', `${PROXY}/`],
    [
      'user and password',
      { http: 'u:p%23@proxy.corp' },
      'http://a.example',
      'http://u:p%23@proxy.corp/',
    ],
  ])('with %s', (_name, proxies, url, expected) => {
    expect(find(proxies, url)).toBe(expected);
  });

  it.each([
    ['*', 'http://a.example', true],
    ['a.corp, *', 'http://a.example', true],
    ['example.com', 'http://example.com', true],
    ['example.com', 'http://EXAMPLE.com.', true],
    ['example.com', 'http://git.example.com', true],
    ['example.com', 'http://anexample.com', false],
    ['EXAMPLE.com', 'http://git.example.com', true],
    ['.example.com', 'http://git.example.com', true],
    ['.example.com', 'http://example.com', false],
    ['*.example.com', 'http://a.git.example.com', true],
    ['*.example.com', 'http://example.com', false],
    ['a.corp,example.com', 'http://example.com', true],
    ['a.corp example.com', 'http://example.com', true],
    ['example.com:8080', 'http://example.com:8080', true],
    ['example.com:8080', 'http://example.com', false],
    ['example.com:80', 'http://example.com', true],
    ['10.0.0.0/8', 'http://10.2.3.4:5000', true],
    ['10.0.0.0/8', 'http://11.2.3.4', false],
    ['10.0.0.0/8', 'http://10.example.com', false],
    ['10.0.0.1', 'http://10.0.0.1', true],
    ['10.0.0.1:5000', 'http://10.0.0.1:5000', true],
    ['10.0.0.1:5000', 'http://10.0.0.1', false],
    ['fd00::/8', 'http://[fd12::1]', true],
    ['fd12:0::1', 'http://[fd12::1]', true],
    ['[fd12::1]:81', 'http://[fd12::1]:81', true],
    ['[fd12::1]:81', 'http://[fd12::1]', false],
    ['10.0.0.0/99', 'http://10.0.0.1', false],
    ['corp/8', 'http://corp', false],
    [':80', 'http://a.example', false],
    ['', 'http://a.example', false],
    [', ,', 'http://a.example', false],
  ])('with the exceptions "%s" %s: %s', (except, url, isDirect) => {
    const found = find({ http: PROXY, except }, url);
    expect(found === undefined).toBe(isDirect);
  });

  it.each(['http://u:s3cret#1@proxy:3128', 'ftp://u:s3cret@proxy', '://'])(
    'refuses %s without repeating it',
    value => {
      const ask = () => find({ https: value }, 'https://a.example');
      expect(ask).toThrow(
        'HTTPS_PROXY of the portal names no proxy; an operator writes http://host:port there',
      );
      expect(ask).not.toThrow('s3cret');
    },
  );

  it.each([
    ['proxy.corp', 'http://proxy.corp:80'],
    ['http://u@proxy.corp:3128', 'http://u:@proxy.corp:3128'],
    ['https://u:p%40@proxy.corp', 'https://u:p%40@proxy.corp:443'],
    ['socks5://[fd00::1]', 'socks5://[fd00::1]:1080'],
  ])('tells git %s as %s', (http, told) => {
    const proxy = compileProxies({ http })(
      toProxyTarget(new URL('http://a.example')),
    );
    expect(proxy && proxyForGit(proxy)).toBe(told);
  });
});
