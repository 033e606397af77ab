import { isEditError } from './EditError';
import { findIndex, notFound, parseDocumentPath } from './documentPath';

describe('parseDocumentPath', () => {
  it.each<[string, string[]]>([
    ['a', ['a']],
    ['image.tag', ['image', 'tag']],
    ['example\\.com/v', ['example.com/v']],
    ['a\\:b', ['a:b']],
    ['ports.8080', ['ports', '8080']],
    ['ports.:8080', ['ports', '8080']],
    ['  a.b ', ['a', 'b']],
    ['a.[0]', ['a', '[0]']],
    ['имя', ['имя']],
  ])('reads %j', (key, expected) => {
    expect(parseDocumentPath(key)).toEqual(expected);
  });

  it.each(['', ' ', 'a..b', '.a', 'a.', 'a:b', 'a\\x', 'a\\', ':', '::a'])(
    'refuses %j',
    key => {
      let thrown: unknown;
      try {
        parseDocumentPath(key);
      } catch (error) {
        thrown = error;
      }
      expect(isEditError(thrown) && thrown.code).toBe('bad-path');
    },
  );
});

describe('findIndex', () => {
  it.each<[string, number | undefined]>([
    ['0', 0],
    ['12', 12],
    ['-1', -1],
    ['[0]', undefined],
    ['1.5', undefined],
    ['x', undefined],
  ])('of %j is %j', (part, expected) => {
    expect(findIndex(part)).toBe(expected);
  });
});

describe('notFound', () => {
  it.each([
    ['a.b', undefined, 'key "a.b" was not found'],
    ['a.b', 'why', 'key "a.b" was not found: why'],
    [
      'a[0].b[12]',
      undefined,
      'key "a[0].b[12]" was not found; elements of lists are written with dots: "a.0.b.12"',
    ],
    [
      'a.[0]',
      'why',
      'key "a.[0]" was not found: why; elements of lists are written with dots: "a.0"',
    ],
  ])('of %j', (key, why, message) => {
    expect(notFound(key, why)).toMatchObject({ code: 'not-found', message });
  });
});
