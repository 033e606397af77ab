import {
  FreightSources,
  Stage,
  StageStatus,
} from 'backstage-plugin-kargo-common';
import { aCollection, aFreight, aStage } from '../../testing/resourceBuilders';
import { NewerFreight, undecidedRequests, waitingItems } from './waitingItems';

const image = { repoURL: 'registry.example/web', tag: '1.1.0', digest: 'x' };
const newest = { ...aFreight('f2'), images: [image] };
const enters: NewerFreight = { freight: newest, isAvailable: true };
const needsApproval: NewerFreight = { freight: newest, isAvailable: false };

const holding: StageStatus = { freightHistory: [aCollection('f1')] };
const failed: StageStatus = {
  ...holding,
  lastPromotion: { name: 'p1', status: { phase: 'Failed' } },
};
const unverified: StageStatus = {
  freightHistory: [
    {
      ...aCollection('f1'),
      verificationHistory: [{ id: 'v1', phase: 'Inconclusive' }],
    },
  ],
};
const promoting: StageStatus = { ...holding, currentPromotion: { name: 'p1' } };
const automatic: StageStatus = { ...holding, autoPromotionEnabled: true };
const held: StageStatus = {
  ...automatic,
  autoPromotionHolds: {
    'Warehouse/web': {
      freightName: 'f1',
      origin: { kind: 'Warehouse', name: 'web' },
      promotionName: 'p1',
      createdAt: '2026-03-01T00:00:00Z',
    },
  },
};

function told(stage: Stage, ...newer: NewerFreight[]): string[] {
  return waitingItems(stage, newer).map(({ kind, failed: what, version }) =>
    [kind, what, version].filter(Boolean).join(' '),
  );
}

describe('waitingItems', () => {
  it.each<[string, string[], string[]]>([
    [
      'newer Freight that nobody takes waits to be promoted',
      told(aStage({ status: holding }), enters),
      ['promote 1.1.0'],
    ],
    [
      'nothing waits to be promoted to a Stage that selects targets',
      told(
        aStage({ spec: { targets: {} }, status: held }),
        enters,
        needsApproval,
      ),
      [],
    ],
    [
      'its failures do',
      told(aStage({ spec: { targets: {} }, status: failed }), needsApproval),
      ['failed promotion'],
    ],
    ['so does the first of all', told(aStage(), enters), ['promote 1.1.0']],
    ['nothing waits where nothing is newer', told(aStage()), []],
    [
      'what automation takes waits for nobody',
      told(aStage({ status: automatic }), enters),
      [],
    ],
    [
      'automation that was paused waits to be resumed',
      told(aStage({ status: held }), enters),
      ['held 1.1.0'],
    ],
    [
      'what only an approval lets in waits for one, also where automation is on',
      told(aStage({ status: automatic }), needsApproval),
      ['approve 1.1.0'],
    ],
    [
      'a failure waits, whatever is newer',
      told(aStage({ status: failed }), enters),
      ['failed promotion'],
    ],
    [
      'so does a verification that did not pass, and says that it was that',
      told(aStage({ status: unverified }), enters),
      ['failed verification'],
    ],
    [
      'nothing waits while something is promoted',
      told(aStage({ status: promoting }), enters, needsApproval),
      [],
    ],
    [
      'nothing waits in a Stage that only lets through',
      told(aStage({ spec: { promotionTemplate: undefined } }), enters),
      [],
    ],
  ])('%s', (_, found, expected) => {
    expect(found).toEqual(expected);
  });

  it('names the Freight that it is about', () => {
    expect(waitingItems(aStage(), [enters])).toEqual([
      { kind: 'promote', stage: 'test', freight: 'f2', version: '1.1.0' },
    ]);
  });
});

describe('undecidedRequests', () => {
  const asks = (sources: FreightSources, status: StageStatus) =>
    undecidedRequests(
      aStage({
        spec: {
          requestedFreight: [
            { origin: { kind: 'Warehouse', name: 'web' }, sources },
          ],
        },
        status,
      }),
    ).length > 0;

  it.each<[string, FreightSources, StageStatus, boolean]>([
    ['where nothing promotes by itself', { direct: true }, holding, true],
    ['where automation is on', { direct: true }, automatic, false],
    ['where automation is on and only approvals let in', {}, automatic, true],
    ['where automation is paused', { direct: true }, held, true],
    ['where a promotion failed', { direct: true }, failed, false],
    ['where a promotion runs', {}, promoting, false],
  ])('%s', (_, sources, status, expected) => {
    expect(asks(sources, status)).toBe(expected);
  });
});
