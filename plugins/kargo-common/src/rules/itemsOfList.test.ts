import { itemsOfList } from './itemsOfList';

describe('itemsOfList', () => {
  const stage = { kind: 'Stage', metadata: { name: 'a' } };
  it.each([
    ['a list', { apiVersion: 'v1', kind: 'List', items: [stage] }, [stage]],
    ['a list of one kind', { kind: 'StageList', items: [stage] }, [stage]],
    ['an empty list', { kind: 'List', items: [] }, []],
    ['a resource', stage, [stage]],
    ['a list without items', { kind: 'List' }, [{ kind: 'List' }]],
    [
      'items of something else',
      { kind: 'Stage', items: [1] },
      [{ kind: 'Stage', items: [1] }],
    ],
    ['nothing', null, [null]],
    ['a text', 'List', ['List']],
  ])('takes %s apart, or not', (_, manifest, expected) => {
    expect(itemsOfList<unknown>(manifest)).toEqual(expected);
  });
});
