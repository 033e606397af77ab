import { Json } from '../jsonValue';
import { toRows, TreeOfRows } from './rows';

describe('rows of a tree', () => {
  it.each<[Json]>([
    [null],
    ['text'],
    [[]],
    [{}],
    [[1, [2, [3]], { a: { b: [] } }, 4]],
    [{ a: [{ b: 1 }, { c: null }], d: false, e: { f: {} } }],
    [JSON.parse('{"__proto__": {"a": 1}, "b": [{"__proto__": null}]}')],
  ])('give it back in pieces of any size: %j', tree => {
    const rows = toRows(tree);
    for (const size of [1, 2, 3, 1000]) {
      const built = new TreeOfRows();
      for (let at = 0; at < rows.length; at += size) {
        // As they arrive from another thread.
        built.add(structuredClone(rows.slice(at, at + size)));
      }
      expect(JSON.stringify(built.root)).toBe(JSON.stringify(tree));
    }
  });
});
