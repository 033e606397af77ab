import { findChallenge } from './challenge';

const bearer = { scheme: 'bearer', realm: 'https://auth.example/token' };

describe('findChallenge', () => {
  it.each([
    ['no field', undefined, undefined],
    ['Basic', ['Basic realm="x"'], { scheme: 'basic' }],
    ['Basic without parameters', ['Basic'], { scheme: 'basic' }],
    [
      'Bearer with all parameters',
      [
        'Bearer realm="https://auth.example/token",service="registry.example",scope="repository:a/b:pull,push"',
      ],
      {
        ...bearer,
        service: 'registry.example',
        scope: 'repository:a/b:pull,push',
      },
    ],
    [
      'spaces, other case and an unquoted value',
      ['BEARER  Realm = "https://auth.example/token" , service=abc'],
      { ...bearer, service: 'abc' },
    ],
    [
      'escaped quotes',
      ['Bearer realm="https://auth.example/token",service="a\\"b"'],
      { ...bearer, service: 'a"b' },
    ],
    [
      'several challenges in one field, the first known counts',
      ['Negotiate, Bearer realm="https://auth.example/token", Basic realm="y"'],
      bearer,
    ],
    [
      'several fields',
      ['Digest realm="z", nonce="1"', 'Basic realm="y"'],
      { scheme: 'basic' },
    ],
    ['Bearer without a realm', ['Bearer service="x"'], undefined],
    ['noise', ['"""', '==='], undefined],
  ])('reads %s', (_name, fields, expected) => {
    expect(findChallenge(fields)).toEqual(expected);
  });
});
