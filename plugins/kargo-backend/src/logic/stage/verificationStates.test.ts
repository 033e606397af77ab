import {
  Stage,
  StageStatus,
  VerificationPhase,
} from 'backstage-plugin-kargo-common';
import { aCollection, aStage } from '../../testing/resourceBuilders';
import { decideVerification } from './decideVerification';

interface Situation {
  health?: 'Healthy' | 'Unhealthy';
  abort?: string;
  reverify?: string;
  promotes?: boolean;
}

/** What is asked of a Stage, and how it is. */
const SITUATIONS = {
  'nothing is asked': {},
  'it is ill': { health: 'Unhealthy' },
  'somebody aborts it': { abort: 'v1' },
  'somebody aborts another one': { abort: 'v0' },
  'somebody verifies it again': { reverify: 'v1' },
  'somebody verifies it again while the Stage is ill': {
    reverify: 'v1',
    health: 'Unhealthy',
  },
  'somebody verifies another one again': { reverify: 'v0' },
  'a Promotion runs': { reverify: 'v1', abort: 'v1', promotes: true },
} satisfies Record<string, Situation>;

const RUNS =
  'observe observe abort observe observe observe observe promotion-active';
const ENDED =
  'already-ended already-ended already-ended already-ended start waiting-for-health already-ended promotion-active';

/** By the phase of the newest verification, what is done in each situation, in their order. */
const TABLE: Array<[phase: VerificationPhase | 'none', choices: string]> = [
  [
    'none',
    'start waiting-for-health start start start waiting-for-health start promotion-active',
  ],
  ['', RUNS],
  ['Pending', RUNS],
  ['Running', RUNS],
  ['Successful', ENDED],
  ['Failed', ENDED],
  ['Error', ENDED],
  ['Inconclusive', ENDED],
  ['Aborted', ENDED],
];

const CASES = TABLE.flatMap(([phase, choices]) =>
  choices
    .split(' ')
    .map(
      (
        choice,
        index,
      ): [VerificationPhase | 'none', keyof typeof SITUATIONS, string] => [
        phase,
        Object.keys(SITUATIONS)[index] as keyof typeof SITUATIONS,
        choice,
      ],
    ),
);

function decide(
  phase: VerificationPhase | 'none',
  { health = 'Healthy', abort, reverify, promotes }: Situation,
  verification?: Stage['spec']['verification'],
): string {
  const status: StageStatus = {
    health: { status: health },
    freightHistory: [
      aCollection('f1', phase === 'none' ? [] : [{ id: 'v1', phase }]),
    ],
    ...(promotes && { currentPromotion: { name: 'p1' } }),
  };
  const stage = aStage({ spec: { verification } });
  stage.metadata.annotations = {
    ...(abort && { 'kargo.akuity.io/abort': abort }),
    ...(reverify && { 'kargo.akuity.io/reverify': reverify }),
  };
  const decision = decideVerification(stage, status);
  return decision.kind === 'nothing' ? decision.reason : decision.kind;
}

describe('a verification in each of its states', () => {
  it.each(CASES)('%s, %s: %s', (phase, situation, choice) => {
    expect(
      decide(phase, SITUATIONS[situation], { analysisTemplates: [] }),
    ).toBe(choice);
  });

  it.each(CASES)(
    '%s, %s, of a Stage that measures nothing: it succeeds where others start (%s)',
    (phase, situation, choice) => {
      expect(decide(phase, SITUATIONS[situation])).toBe(
        choice === 'start' ? 'succeed-implicitly' : choice,
      );
    },
  );
});
