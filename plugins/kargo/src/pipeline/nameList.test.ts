import { parseNames, toggleName } from './nameList';

it.each([
  ['', 'uat', 'uat'],
  ['uat', 'prod', 'uat,prod'],
  ['uat,prod', 'uat', 'prod'],
  ['uat', 'uat', ''],
])('toggles in "%s" the name %s', (list, name, expected) => {
  expect(toggleName(list, name)).toBe(expected);
});

it('reads no name from an empty list', () => {
  expect(parseNames('').size).toBe(0);
});
