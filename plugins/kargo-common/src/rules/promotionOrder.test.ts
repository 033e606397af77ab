import { Promotion, PromotionPhase } from '../model/Promotion';
import { compareNewestPromotion, comparePromotions } from './promotionOrder';

function aPromotion(ulid: string, phase: PromotionPhase): Promotion {
  return {
    apiVersion: 'kargo.akuity.io/v1alpha1',
    kind: 'Promotion',
    metadata: {
      name: `prod.${ulid}.abc`,
      uid: ulid,
      resourceVersion: '1',
      generation: 1,
      creationTimestamp: `2026-03-01T00:00:0${ulid}Z`,
    },
    spec: { stage: 'prod' },
    status: { phase },
  };
}

const all = [
  aPromotion('1', 'Succeeded'),
  aPromotion('2', 'Failed'),
  aPromotion('3', ''),
  aPromotion('4', 'Pending'),
  aPromotion('5', 'Running'),
];

it('shows the running one, then the queue, then the past backwards', () => {
  expect([...all].sort(comparePromotions).map(p => p.metadata.uid)).toEqual([
    '5',
    '3',
    '4',
    '2',
    '1',
  ]);
});

it('tells those of one second apart by their names', () => {
  const twins = ['1', '3', '2'].map(ulid => {
    const { metadata, ...promotion } = aPromotion(ulid, 'Succeeded');
    const creationTimestamp = '2026-03-01T00:00:00Z';
    return { ...promotion, metadata: { ...metadata, creationTimestamp } };
  });
  expect(twins.sort(compareNewestPromotion).map(p => p.metadata.uid)).toEqual([
    '3',
    '2',
    '1',
  ]);
});

it('can sort newest first whatever the phase', () => {
  expect(
    [...all].sort(compareNewestPromotion).map(p => p.metadata.uid),
  ).toEqual(['5', '4', '3', '2', '1']);
});
