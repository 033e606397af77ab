import { Stage } from 'backstage-plugin-kargo-common';
import { aStage } from '../../../testing/resourceBuilders';
import { stageIndexes } from './indexes';

const REQUESTS: Stage['spec']['requestedFreight'] = [
  { origin: { kind: 'Warehouse', name: 'web' }, sources: { direct: true } },
  {
    origin: { kind: 'Warehouse', name: 'api' },
    sources: { stages: ['qa', 'test'] },
  },
];

function stage(autoPromotionEnabled?: boolean, spec: object = {}): Stage {
  return aStage({
    spec: { requestedFreight: REQUESTS, ...spec },
    status: { autoPromotionEnabled },
  });
}

describe('stageIndexes', () => {
  it.each<[string, Stage, string[], string[]]>([
    ['nobody has looked at yet', stage(), ['Warehouse/web'], ['qa', 'test']],
    ['is automated', stage(true), ['Warehouse/web'], ['qa', 'test']],
    ['is promoted to by hand', stage(false), [], []],
    [
      'lets Freight through',
      stage(false, { promotionTemplate: undefined }),
      ['Warehouse/web'],
      ['qa', 'test'],
    ],
  ])('of a Stage that %s hold whose Freight it awaits', (_, a, origins, by) => {
    expect(stageIndexes.awaitedOrigin(a)).toEqual(origins);
    expect(stageIndexes.awaitedStage(a)).toEqual(by);
    expect(stageIndexes.upstreamStage(a)).toEqual(['qa', 'test']);
  });
});
