import { diffToMergePatch, isEqualJson } from './mergePatch';

const shared = { a: { b: [1] } };

describe('diffToMergePatch', () => {
  it.each([
    ['equal objects need no patch', { a: 1 }, { a: 1 }, undefined],
    ['a changed key is sent alone', { a: 1, b: 2 }, { a: 1, b: 3 }, { b: 3 }],
    ['a removed key is sent as null', { a: 1, b: 2 }, { a: 1 }, { b: null }],
    [
      'an undefined value counts as removed',
      { a: 1 },
      { a: undefined },
      { a: null },
    ],
    [
      'objects are compared key by key',
      { m: { x: 1, y: 2 } },
      { m: { x: 1, y: 3, z: 4 } },
      { m: { y: 3, z: 4 } },
    ],
    ['arrays are replaced whole', { l: [1, 2] }, { l: [1, 3] }, { l: [1, 3] }],
    [
      'equal arrays are left out',
      { l: [{ a: 1 }] },
      { l: [{ a: 1 }] },
      undefined,
    ],
    ['a value replaces an object', { a: { b: 1 } }, { a: 2 }, { a: 2 }],
    [
      'members that every object has are names like others',
      { m: {} },
      { m: { constructor: 'x' } },
      { m: { constructor: 'x' } },
    ],
    [
      'what is the same object is left out',
      { s: shared },
      { s: shared },
      undefined,
    ],
  ])('%s', (_, before, after, patch) => {
    expect(diffToMergePatch(before, after)).toEqual(patch && { patch });
  });

  it.each([
    ['a new one', {}, { a: null }, [['a']]],
    ['one in place of a value', { a: 1 }, { a: null }, [['a']]],
    ['one in a new object', {}, { a: { b: null, c: 1 } }, [['a', 'b']]],
    [
      'one in an object in place of a list',
      { a: [1] },
      { a: { b: null } },
      [['a', 'b']],
    ],
    ['one beside one that stays', { a: null }, { a: null, b: null }, [['b']]],
    ['one that stays', { a: null, b: 1 }, { a: null, b: 2 }, undefined],
    ['one in a list', { a: [1] }, { a: [null, { b: null }] }, undefined],
    ['one that is taken away', { a: null }, {}, undefined],
    [
      'one whose name every object has',
      { a: {} },
      { a: { constructor: null } },
      [['a', 'constructor']],
    ],
  ])('tells of null as a value: %s', (_, before, after, nulls) => {
    expect(diffToMergePatch(before, after)?.nulls).toEqual(nulls);
  });
});

describe('isEqualJson', () => {
  it.each<[string, unknown, unknown, boolean]>([
    ['the order of keys', { a: 1, b: [2] }, { b: [2], a: 1 }, true],
    ['absent against undefined', { a: 1 }, { a: 1, b: undefined }, true],
    ['another value', { a: 1 }, { a: 2 }, false],
    ['a key more', { a: 1 }, { a: 1, b: 2 }, false],
    ['the order of a list', [1, 2], [2, 1], false],
    ['an item more', [1], [1, 2], false],
    ['null against nothing in it', null, {}, false],
    ['a list against an object', [], {}, false],
  ])('%s', (_, a, b, expected) => {
    expect(isEqualJson(a, b)).toBe(expected);
    expect(isEqualJson(b, a)).toBe(expected);
  });
});
