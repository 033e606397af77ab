import { findNextPage } from './pagination';

const current = new URL('https://registry.example/v2/a/tags/list?n=2');

describe('findNextPage', () => {
  it.each([
    ['no field', undefined, undefined],
    ['a path', ['</v2/a/tags/list?n=2&last=b>; rel="next"'], '?n=2&last=b'],
    ['an unquoted relation', ['</v2/x?last=b>;rel=next'], '?last=b'],
    [
      'a URL of the host',
      ['<https://registry.example/v2/x?last=c>; rel="next"'],
      '?last=c',
    ],
    [
      'a URL that lost its TLS behind a proxy',
      ['<http://registry.example/v2/x?a=1>; rel="next"'],
      '?a=1',
    ],
    [
      'the right one of several',
      ['</v2/p>; rel="prev", </v2/x?a=2>; title="a, b"; rel="next"'],
      '?a=2',
    ],
    ['another relation', ['</v2/p>; rel="prev"'], undefined],
    [
      'one of several relations',
      ['</v2/x?last=b>; rel="last next"'],
      '?last=b',
    ],
    [
      'a relation that begins alike',
      ['</v2/x?last=b>; rel="next-up"'],
      undefined,
    ],
    ['no relation, but a position', ['</v2/x?n=2&last=b>'], '?n=2&last=b'],
    ['neither', ['</v2/>; title="registry"'], undefined],
    ['an empty field', [' '], undefined],
  ])('reads %s', (_name, fields, expected) => {
    expect(findNextPage(fields, current)).toBe(expected);
  });

  it.each([
    '<https://evil.example/v2/x>; rel="next"',
    '<http://[>; rel="next"',
  ])('refuses %s', field => {
    expect(() => findNextPage([field], current)).toThrow(
      'registry.example continues its list on another host, which is not followed: Link http',
    );
  });

  it('refuses what is no link', () => {
    const field = '/v2/a/tags/list?n=2&last=b; rel="next"';
    expect(() => findNextPage([field], current)).toThrow(
      'registry.example continues its list by something that is no link: /v2/a',
    );
  });

  it.each(['</v2/x>; rel="next"', '</v2/a/tags/list?n=2>; rel="next"'])(
    'refuses %s, which leads nowhere',
    field => {
      expect(() => findNextPage([field], current)).toThrow(
        'registry.example continues its list without saying where: Link /v2/',
      );
    },
  );
});
