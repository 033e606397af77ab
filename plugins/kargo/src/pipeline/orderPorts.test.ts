import { orderPorts } from './orderPorts';

const origins = ['a', 'b', 'c'];
const positions = {
  'warehouse/a': { x: 0, y: 200 },
  'warehouse/b': { x: 0, y: 100 },
};

it.each([
  ['as the Warehouses stand', [0, 1], [1, 0]],
  ['what has no Warehouse to the end', [2, 0, 1], [1, 0, 2]],
  ['nothing', [], []],
])('orders %s', (_, originIndexes, expected) => {
  expect(orderPorts({ originIndexes }, origins, positions)).toEqual(expected);
});
