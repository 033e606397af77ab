import { isEditError } from './EditError';
import { findIndex, parseDocumentPath } from './documentPath';

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
