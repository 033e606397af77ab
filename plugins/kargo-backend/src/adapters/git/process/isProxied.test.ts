import { isProxied } from './isProxied';

const HTTPS = { protocol: 'https', host: 'git.example.com' } as const;
const HTTP = { ...HTTPS, protocol: 'http' } as const;
const SSH = { ...HTTPS, protocol: 'ssh' } as const;
const PROXY = 'http://proxy.corp:3128';

describe('isProxied', () => {
  it.each([
    ['no variables', HTTPS, {}, false],
    ['https_proxy', HTTPS, { https_proxy: PROXY }, true],
    ['HTTPS_PROXY', HTTPS, { HTTPS_PROXY: PROXY }, true],
    ['https_proxy, for http', HTTP, { https_proxy: PROXY }, false],
    ['http_proxy', HTTP, { http_proxy: PROXY }, true],
    ['http_proxy, for https', HTTPS, { http_proxy: PROXY }, false],
    ['ALL_PROXY', HTTPS, { ALL_PROXY: PROXY }, true],
    ['an empty one', HTTPS, { https_proxy: '', ALL_PROXY: PROXY }, false],
    ['ALL_PROXY, for ssh', SSH, { ALL_PROXY: PROXY }, false],
  ])('%s', (_name, destination, environment, expected) => {
    expect(isProxied(destination, environment)).toBe(expected);
  });

  it.each([
    ['*', false],
    ['git.example.com', false],
    ['GIT.EXAMPLE.COM', false],
    ['example.com', false],
    ['.example.com', false],
    ['*.example.com', false],
    ['localhost, example.com', false],
    ['localhost corp', true],
    ['t.example.com', true],
    ['other.git.example.com', true],
    ['', true],
  ])('with the exceptions "%s": %s', (no_proxy, expected) => {
    const environment = { https_proxy: PROXY, no_proxy };
    expect(isProxied(HTTPS, environment)).toBe(expected);
  });
});
