import { PromotionPhase } from 'backstage-plugin-kargo-common';
import { aFreight, aPromotion, aStage } from '../../testing/resourceBuilders';
import { decidePromotion } from './decidePromotion';
import { PromotionSnapshot } from './PromotionSnapshot';

const NOW_MS = Date.parse('2026-01-01T12:00:00Z');
const ABORT = { 'kargo.akuity.io/abort': 'terminate' };

/** What differs from a Promotion that its Stage acknowledges and whose Freight may enter. */
const SITUATIONS = {
  acknowledged: {},
  'another one is acknowledged': {
    stage: aStage({ status: { currentPromotion: { name: 'p0' } } }),
  },
  'no Stage': { stage: undefined },
  'no Freight': { freight: undefined },
  'Freight may not enter': {
    stage: aStage({
      spec: {
        requestedFreight: [
          {
            origin: { kind: 'Warehouse', name: 'web' },
            sources: { stages: ['dev'] },
          },
        ],
      },
      status: { currentPromotion: { name: 'p1' } },
    }),
  },
} satisfies Record<string, Partial<PromotionSnapshot>>;

type Situation = keyof typeof SITUATIONS;

/** By phase, what is done in each situation, in their order. */
const TABLE: Array<[phase: PromotionPhase | undefined, choices: string]> = [
  [undefined, 'run wait refuse refuse refuse'],
  ['Pending', 'run wait refuse refuse refuse'],
  ['Running', 'run wait refuse refuse refuse'],
  ['Succeeded', 'ended ended ended ended ended'],
  ['Failed', 'ended ended ended ended ended'],
  ['Errored', 'ended ended ended ended ended'],
  ['Aborted', 'ended ended ended ended ended'],
];

const CASES = TABLE.flatMap(([phase, choices]) =>
  choices
    .split(' ')
    .map((choice, index): [string, Situation, string] => [
      phase ?? 'new',
      Object.keys(SITUATIONS)[index] as Situation,
      choice,
    ]),
);

function decide(
  phase: string,
  situation: Situation,
  annotations: Record<string, string>,
): string {
  const promotion = aPromotion('p1', {
    annotations,
    ...(phase !== 'new' && { status: { phase: phase as PromotionPhase } }),
  });
  const snapshot: PromotionSnapshot = {
    promotion,
    stage: aStage({ status: { currentPromotion: { name: 'p1' } } }),
    freight: aFreight('f1'),
    queue: [promotion],
    ...SITUATIONS[situation],
  };
  return decidePromotion(snapshot, NOW_MS).kind;
}

describe('a Promotion in each of its states', () => {
  it.each(CASES)('%s, %s: %s', (phase, situation, choice) => {
    expect(decide(phase, situation, {})).toBe(choice);
  });

  it.each(CASES)(
    '%s, %s, and somebody aborts it: that comes first, unless it has ended (%s)',
    (phase, situation, choice) => {
      expect(decide(phase, situation, ABORT)).toBe(
        choice === 'ended' ? 'ended' : 'abort',
      );
    },
  );
});
