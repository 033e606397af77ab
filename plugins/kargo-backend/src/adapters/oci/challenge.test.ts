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

  const TOKEN = 'Bearer realm="https://auth.example/token"';

  it.each([
    [
      'a password first',
      ['Basic realm="y"', TOKEN],
      { scheme: 'basic' },
      bearer,
    ],
    [
      'both in one field',
      [`Basic realm="y", ${TOKEN}`],
      { scheme: 'basic' },
      bearer,
    ],
    ['a token first', [TOKEN, 'Basic realm="y"'], bearer, bearer],
    ['a password alone', ['Basic'], { scheme: 'basic' }, { scheme: 'basic' }],
  ])(
    'takes what a stranger can answer, of %s',
    (_, fields, known, stranger) => {
      expect(findChallenge(fields)).toEqual(known);
      expect(findChallenge(fields, { isStranger: true })).toEqual(stranger);
    },
  );
});
