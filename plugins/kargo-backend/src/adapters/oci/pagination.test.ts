import { findNextPage } from './pagination';

const current = new URL('https://registry.example/v2/a/tags/list?n=2');

describe('findNextPage', () => {
  it.each([
    ['no field', undefined, undefined],
    [
      'a path',
      ['</v2/a/tags/list?n=2&last=b>; rel="next"'],
      '/v2/a/tags/list?n=2&last=b',
    ],
    ['an unquoted relation', ['</v2/x?last=b>;rel=next'], '/v2/x?last=b'],
    [
      'a URL of the host',
      ['<https://registry.example/v2/x>; rel="next"'],
      '/v2/x',
    ],
    [
      'a URL that lost its TLS behind a proxy',
      ['<http://registry.example/v2/x?a=1>; rel="next"'],
      '/v2/x?a=1',
    ],
    [
      'the right one of several',
      ['</v2/p>; rel="prev", </v2/x>; title="a, b"; rel="next"'],
      '/v2/x',
    ],
    ['another relation', ['</v2/p>; rel="prev"'], undefined],
  ])('reads %s', (_name, fields, expected) => {
    const next = findNextPage(fields, current);
    expect(next?.href).toBe(expected && `https://registry.example${expected}`);
  });

  it.each([
    '<https://evil.example/v2/x>; rel="next"',
    '<http://[>; rel="next"',
  ])('refuses %s', field => {
    expect(() => findNextPage([field], current)).toThrow(
      'registry.example continues its list on another host',
    );
  });
});
