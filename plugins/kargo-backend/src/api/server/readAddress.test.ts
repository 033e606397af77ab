import { checkPathParts, readSearch } from './readAddress';

describe('readSearch', () => {
  it.each([
    ['/a', []],
    ['/a?', []],
    [
      '/a?b=1&b=%C3%BC+x&c',
      [
        ['b', '1'],
        ['b', 'ü x'],
        ['c', ''],
      ],
    ],
  ])('reads %s', (address, expected) => {
    expect([...readSearch(address)]).toEqual(expected);
  });

  it.each([
    ['/a?b=%E0%A4', "Parameter 'b' is not valid percent-encoded UTF-8"],
    ['/a?x=1&b=%', "Parameter 'b' is not valid percent-encoded UTF-8"],
    ['/a?b=1%002', "Parameter 'b' holds a NUL"],
    ['/a?%FF=1', "Parameter '%FF' is not valid percent-encoded UTF-8"],
  ])('refuses %s and names the part', (address, message) => {
    expect(() => readSearch(address)).toThrow(message);
  });
});

it('names a part of the path that holds a NUL', () => {
  expect(() => checkPathParts({ project: 'shop', stage: 'a\0b' })).toThrow(
    'The part {stage} of the path holds a NUL',
  );
  expect(() => checkPathParts({ project: 'shop' })).not.toThrow();
});
