import { Freight } from '../model/Freight';
import { Promotion, PromotionStatus } from '../model/Promotion';
import { Stage, StageSpec, StageStatus } from '../model/Stage';
import {
  describeFreightUses,
  freightUses,
  promotedFreight,
} from './freightUses';

const WEB = { kind: 'Warehouse', name: 'web' } as Freight['origin'];

function metadata(name: string) {
  return {
    name,
    namespace: 'shop',
    uid: name,
    resourceVersion: '1',
    generation: 1,
    creationTimestamp: '2026-03-01T00:00:00Z',
  };
}

function aStage(
  over: { spec?: Partial<StageSpec>; status?: StageStatus } = {},
): Stage {
  return {
    apiVersion: 'kargo.akuity.io/v1alpha1',
    kind: 'Stage',
    metadata: metadata('test'),
    spec: { requestedFreight: [request('web')], ...over.spec },
    status: over.status ?? {},
  };
}

function aPromotion(
  name: string,
  over: { status?: PromotionStatus } = {},
): Promotion {
  return {
    apiVersion: 'kargo.akuity.io/v1alpha1',
    kind: 'Promotion',
    metadata: metadata(name),
    spec: { stage: 'test', freight: 'f1' },
    status: over.status ?? {},
  };
}

function aCollection(freight: string) {
  return {
    id: freight,
    items: { 'Warehouse/web': { name: freight, origin: WEB } },
  };
}

const hold = {
  freightName: 'f1',
  origin: WEB,
  promotionName: 'p1',
  createdAt: '2026-01-01T00:00:00Z',
};
function request(name: string) {
  return {
    origin: { kind: 'Warehouse' as const, name },
    sources: { direct: true },
  };
}
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
      'what the acknowledged Promotion is to bring, before it has begun',
      aStage({
        status: {
          currentPromotion: {
            name: 'p1',
            freight: { name: 'f1', origin: WEB },
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
      'nothing of an origin that it requests no more',
      aStage({
        spec: { requestedFreight: [request('api'), request('config')] },
        status: { lastPromotion: last },
      }),
      [],
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
