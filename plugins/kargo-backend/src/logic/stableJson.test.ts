import { toStableJson } from './stableJson';

describe('toStableJson', () => {
  it.each([
    [{ b: 1, a: 2, c: 3 }, '{"a":2,"b":1,"c":3}'],
    [{ b: { d: 1, c: null }, a: undefined }, '{"b":{"c":null,"d":1}}'],
    [[3, { b: 1, a: [2, 1] }], '[3,{"a":[2,1],"b":1}]'],
    ['text', '"text"'],
    [null, 'null'],
  ])('of %j is %s', (value, text) => {
    expect(toStableJson(value as Parameters<typeof toStableJson>[0])).toBe(
      text,
    );
  });
});
