import { Freight, Promotion } from 'backstage-plugin-kargo-common';
import { aFreight, aPromotion, aStage } from '../../dev/testing/builders';
import { findRollbacks } from './rollbacks';

const test = aStage('test');
const uat = aStage('uat');
const old = aFreight('old', { minutesOld: 60 });
const recent = aFreight('recent', { minutesOld: 10 });
const config = aFreight('config', { minutesOld: 90, warehouse: 'config' });

const all = new Map(
  [old, recent, config].map(each => [each.metadata.name, each]),
);

function promoted(name: string, freight: Freight, stage = test): Promotion {
  return aPromotion(name, stage, freight, { phase: 'Succeeded' });
}

describe('findRollbacks', () => {
  it('finds what went back to older Freight, and not what went on again', () => {
    const promotions = [
      promoted('on-again', recent),
      promoted('back', old),
      promoted('on', recent),
      promoted('first', old),
    ];
    expect([...findRollbacks(promotions, all)]).toEqual(['back']);
  });

  it('compares within a Stage and a Warehouse', () => {
    const promotions = [
      promoted('other-warehouse', config),
      promoted('other-stage', old, uat),
      promoted('on', recent),
    ];
    expect([...findRollbacks(promotions, all)]).toEqual([]);
  });

  it('compares with what a Stage got, not with what failed', () => {
    const failed = aPromotion('failed', test, recent, { phase: 'Failed' });
    const promotions = [promoted('again', old), failed, promoted('first', old)];
    expect([...findRollbacks(promotions, all)]).toEqual([]);
  });

  it('says nothing of Freight that was deleted', () => {
    const promotions = [promoted('back', old), promoted('on', recent)];
    const left = new Map([...all].filter(([name]) => name !== 'old'));
    expect([...findRollbacks(promotions, left)]).toEqual([]);
  });
});
