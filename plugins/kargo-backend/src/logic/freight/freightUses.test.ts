import { Freight, Stage } from 'backstage-plugin-kargo-common';
import {
  aCollection,
  aPromotion,
  aStage,
} from '../../testing/resourceBuilders';
import {
  describeFreightUses,
  freightUses,
  promotedFreight,
} from './freightUses';

const WEB = { kind: 'Warehouse', name: 'web' } as Freight['origin'];
const hold = {
  freightName: 'f1',
  origin: WEB,
  promotionName: 'p1',
  createdAt: '2026-01-01T00:00:00Z',
};
const request = (name: string) => ({
  origin: { kind: 'Warehouse' as const, name },
  sources: { direct: true },
});
const last = { name: 'p0', status: { freightCollection: aCollection('f1') } };

describe('freightUses', () => {
  it.each<[string, Stage, Array<[string, string]>]>([
    ['an empty Stage needs nothing', aStage(), []],
    [
      'what is there',
      aStage({ status: { freightHistory: [aCollection('f1')] } }),
      [['f1', 'current']],
    ],
    [
      'what was there before is history',
      aStage({
        status: { freightHistory: [aCollection('f2'), aCollection('f1')] },
      }),
      [['f2', 'current']],
    ],
    [
      'what the acknowledged Promotion brings, also when it has just ended',
      aStage({
        status: {
          currentPromotion: {
            name: 'p1',
            status: {
              phase: 'Succeeded',
              freightCollection: aCollection('f1'),
            },
          },
        },
      }),
      [['f1', 'promoting']],
    ],
    [
      'what automation is to leave there',
      aStage({ status: { autoPromotionHolds: { 'Warehouse/web': hold } } }),
      [['f1', 'held']],
    ],
    [
      'what a queued Promotion makes it leave there',
      aStage({
        status: { effectiveAutoPromotionHolds: { 'Warehouse/web': hold } },
      }),
      [['f1', 'held']],
    ],
    [
      'what the next Promotion of another origin takes along',
      aStage({
        spec: { requestedFreight: [request('web'), request('config')] },
        status: { lastPromotion: last },
      }),
      [['f1', 'inherited']],
    ],
    [
      'a Stage of one origin takes nothing along',
      aStage({ status: { lastPromotion: last } }),
      [],
    ],
  ])('%s', (_, stage, expected) => {
    expect([...freightUses(stage)]).toEqual(expected);
  });
});

describe('promotedFreight', () => {
  it.each([
    ['Pending', ['f1', 'f2']],
    ['Running', ['f1', 'f2']],
    ['Succeeded', []],
    ['Aborted', []],
  ] as const)('of a Promotion that is %s', (phase, expected) => {
    const status = { phase, freightCollection: aCollection('f2') };
    expect(promotedFreight(aPromotion('p1', { status }))).toEqual(expected);
  });
});

describe('describeFreightUses', () => {
  it('names everything that needs it', () => {
    const stage = aStage({ status: { freightHistory: [aCollection('f1')] } });
    expect(describeFreightUses('f1', [stage], [aPromotion('p1')])).toBe(
      "Freight 'f1' cannot be deleted while it is in Stage 'test', is promoted to Stage 'test' by Promotion 'p1'",
    );
  });

  it('says nothing when nobody does', () => {
    expect(describeFreightUses('f9', [aStage()], [])).toBeUndefined();
  });
});
