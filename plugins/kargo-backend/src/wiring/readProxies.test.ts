import { readProxies } from './readProxies';

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
