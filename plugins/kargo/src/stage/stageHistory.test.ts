import { originKey, Stage } from 'backstage-plugin-kargo-common';
import { aFreight, aStage, holding, NOW_MS } from '../../dev/testing/builders';
import { stageHistory } from './stageHistory';

const [one, two, three] = ['f1', 'f2', 'f3'].map(name => aFreight(name));
const content = aFreight('c1', { warehouse: 'content' });

/** A Stage that held sets of Freight, the newest first. */
function held(...sets: Array<ReturnType<typeof aFreight>[]>): Stage {
  const history = sets.flatMap(set => holding(...set).freightHistory ?? []);
  return aStage('test', {
    warehouses: ['web', 'content'],
    status: { freightHistory: history },
  });
}

const names = (stage: Stage, freight = [one, two, three, content]) =>
  stageHistory(stage, freight, NOW_MS).map(
    ({ reference, mayReturn }) =>
      `${reference.name}${mayReturn ? '' : ' without a way back'}`,
  );

describe('what ran in a Stage before', () => {
  it.each<[string, Stage, string[]]>([
    ['is nothing where nothing ran', held(), []],
    ['is nothing where the first still runs', held([one]), []],
    ['is the newest first', held([three], [two], [one]), ['f2', 'f1']],
    [
      'has no way back to what runs again',
      held([one], [two], [one]),
      ['f2', 'f1 without a way back'],
    ],
    [
      'is twice what ran twice',
      held([three], [one], [two], [one]),
      ['f1', 'f2', 'f1'],
    ],
    [
      'is only what changed, of several Warehouses',
      held([two, content], [one, content], [one]),
      ['f1'],
    ],
  ])('%s', (_, stage, expected) => {
    expect(names(stage)).toEqual(expected);
  });

  it('says what is not there any more', () => {
    expect(names(held([three], [two], [one]), [three, two])).toEqual([
      'f2',
      'f1 without a way back',
    ]);
  });

  it('tells how it was verified', () => {
    const [past] = stageHistory(held([two], [one]), [one], NOW_MS);
    expect(past.verification).toBe('Successful');
    expect(past.reference.origin).toEqual(one.origin);
    expect(originKey(past.reference.origin)).toBe('Warehouse/web');
  });
});
