import { splitForCut } from './MiddleCut';

it.each([
  ['prod', 'prod', ''],
  ['api-wave0-region01', 'api-wave0', '-region01'],
  ['production-eu-central-1', 'production-eu', '-central-1'],
  ['aaaaaaaaaaaaaaaaaaaaaaaa', 'aaaaaaaaaaaa', 'aaaaaaaaaaaa'],
])('keeps the end of %s', (name, head, tail) => {
  expect(splitForCut(name)).toEqual([head, tail]);
});
