import {
  Freight,
  FreightRequest,
  Promotion,
  PromotionPhase,
  StageStatus,
} from 'backstage-plugin-kargo-common';
import {
  aCollection,
  aFreight,
  aPromotion,
  aStage,
} from '../../testing/resourceBuilders';
import { decideAutoPromotion, selectCandidate } from './decideAutoPromotion';

const NOW = Date.parse('2026-01-01T12:00:00Z');
const ORIGIN = 'Warehouse/web';

describe('selectCandidate', () => {
  const verifiedIn = (...stages: string[]) =>
    Object.fromEntries(
      stages.map(name => [name, { verifiedAt: '2026-01-01T01:00:00Z' }]),
    );
  const since = '2026-01-01T11:30:00Z';

  it.each<[string, FreightRequest['sources'], Freight[], string | undefined]>([
    ['nothing is offered', { direct: true }, [], undefined],
    [
      'the newest by discovery',
      { direct: true },
      [
        aFreight('old', { discoveredAt: '2026-01-01T01:00:00Z' }),
        aFreight('new', { discoveredAt: '2026-01-01T02:00:00Z' }),
      ],
      'new',
    ],
    [
      'of equally new ones the last by name',
      { direct: true },
      [aFreight('a'), aFreight('c'), aFreight('b')],
      'c',
    ],
    [
      'only what was verified upstream',
      { direct: false, stages: ['dev'] },
      [
        aFreight('new', { discoveredAt: '2026-01-01T02:00:00Z' }),
        aFreight('old', { status: { verifiedIn: verifiedIn('dev') } }),
      ],
      'old',
    ],
    [
      'with All only what was verified in all',
      { direct: false, stages: ['a', 'b'], availabilityStrategy: 'All' },
      [
        aFreight('new', {
          discoveredAt: '2026-01-01T02:00:00Z',
          status: { verifiedIn: verifiedIn('a') },
        }),
        aFreight('old', { status: { verifiedIn: verifiedIn('a', 'b', 'c') } }),
      ],
      'old',
    ],
    [
      'newer Freight that has not soaked does not hide older that has',
      { direct: false, stages: ['dev'], requiredSoakTime: '1h' },
      [
        aFreight('new', {
          discoveredAt: '2026-01-01T02:00:00Z',
          status: {
            verifiedIn: verifiedIn('dev'),
            currentlyIn: { dev: { since } },
          },
        }),
        aFreight('old', {
          status: {
            verifiedIn: {
              dev: { verifiedAt: since, longestSoak: '1h0m0s' },
            },
          },
        }),
      ],
      'old',
    ],
    [
      'a long stay in another Stage does not count',
      { direct: false, stages: ['dev'], requiredSoakTime: '1h' },
      [
        aFreight('f', {
          status: {
            verifiedIn: {
              dev: { verifiedAt: since },
              lab: { verifiedAt: since, longestSoak: '9h0m0s' },
            },
          },
        }),
      ],
      undefined,
    ],
    [
      'approved Freight need not be verified',
      { direct: false, stages: ['dev'] },
      [
        aFreight('f', {
          status: { approvedFor: { test: { approvedAt: since } } },
        }),
      ],
      'f',
    ],
    [
      'with MatchUpstream what is upstream now, though it is older',
      {
        direct: false,
        stages: ['dev'],
        autoPromotionOptions: { selectionPolicy: 'MatchUpstream' },
      },
      [
        aFreight('new', {
          discoveredAt: '2026-01-01T02:00:00Z',
          status: { verifiedIn: verifiedIn('dev') },
        }),
        aFreight('old', {
          status: {
            verifiedIn: verifiedIn('dev'),
            currentlyIn: { dev: { since } },
          },
        }),
      ],
      'old',
    ],
    [
      'with MatchUpstream nothing while two are upstream',
      {
        direct: false,
        stages: ['dev'],
        autoPromotionOptions: { selectionPolicy: 'MatchUpstream' },
      },
      ['a', 'b'].map(name =>
        aFreight(name, {
          status: {
            verifiedIn: verifiedIn('dev'),
            currentlyIn: { dev: { since } },
          },
        }),
      ),
      undefined,
    ],
  ])('%s', (_, sources, offered, expected) => {
    const request: FreightRequest = {
      origin: { kind: 'Warehouse', name: 'web' },
      sources,
    };
    const stage = aStage({ spec: { requestedFreight: [request] } });
    const candidate = selectCandidate(stage, request, offered, NOW);
    expect(candidate?.metadata.name).toBe(expected);
  });
});

describe('decideAutoPromotion', () => {
  const automatic: StageStatus = { autoPromotionEnabled: true };
  const promotion = (
    name: string,
    phase: PromotionPhase,
    createdAt?: string,
  ): Promotion => aPromotion(name, { status: { phase }, createdAt });

  it.each<
    [
      name: string,
      status: StageStatus,
      isHeld: boolean,
      candidate: string | undefined,
      promotions: Promotion[],
      reason: string,
    ]
  >([
    ['automation is off', {}, false, 'f1', [], 'disabled'],
    ['it is held', automatic, true, 'f1', [], 'held'],
    ['nothing is there', automatic, false, undefined, [], 'no-candidate'],
    ['nobody ever tried', automatic, false, 'f1', [], 'promote'],
    [
      'the Stage has it',
      { ...automatic, freightHistory: [aCollection('f1')] },
      false,
      'f1',
      [],
      'already-there',
    ],
    [
      'the Stage had it once and succeeded',
      {
        ...automatic,
        lastPromotion: { name: 'p2' },
        freightHistory: [aCollection('f0'), aCollection('f1')],
      },
      false,
      'f1',
      [promotion('p1', 'Succeeded')],
      'promote',
    ],
    [
      'it is on its way',
      {
        ...automatic,
        currentPromotion: {
          name: 'p1',
          freight: { name: 'f1', origin: { kind: 'Warehouse', name: 'web' } },
        },
      },
      false,
      'f1',
      [],
      'being-promoted',
    ],
    [
      'it waits in the queue',
      automatic,
      false,
      'f1',
      [promotion('p1', 'Pending')],
      'promotion-pending',
    ],
    ...(['Failed', 'Errored', 'Aborted'] as const).map(
      (phase): [string, StageStatus, boolean, string, Promotion[], string] => [
        `the last attempt was ${phase}`,
        { ...automatic, lastPromotion: { name: 'p2' } },
        false,
        'f1',
        [
          promotion('p1', 'Succeeded', '2026-01-01T01:00:00Z'),
          promotion('p2', phase, '2026-01-01T02:00:00Z'),
        ],
        'last-attempt-failed',
      ],
    ),
    [
      'an earlier attempt failed and the last succeeded',
      { ...automatic, lastPromotion: { name: 'p2' } },
      false,
      'f1',
      [
        promotion('p1', 'Failed', '2026-01-01T01:00:00Z'),
        promotion('p2', 'Succeeded', '2026-01-01T02:00:00Z'),
      ],
      'promote',
    ],
  ])('%s', (_, status, isHeld, candidate, promotions, reason) => {
    const [choice] = decideAutoPromotion({
      stage: aStage({ status }),
      status,
      holds: isHeld
        ? {
            [ORIGIN]: {
              freightName: 'f0',
              origin: { kind: 'Warehouse', name: 'web' },
              promotionName: 'p0',
              createdAt: '2026-01-01T00:00:00Z',
            },
          }
        : undefined,
      candidates: { [ORIGIN]: candidate ? aFreight(candidate) : undefined },
      promotions,
    });
    expect(choice).toMatchObject({ origin: ORIGIN, reason });
  });

  it('decides for every origin on its own', () => {
    const request = (name: string): FreightRequest => ({
      origin: { kind: 'Warehouse', name },
      sources: { direct: true },
    });
    const choices = decideAutoPromotion({
      stage: aStage({
        spec: { requestedFreight: [request('web'), request('api')] },
      }),
      status: automatic,
      holds: undefined,
      candidates: { 'Warehouse/api': aFreight('f2') },
      promotions: [],
    });
    expect(choices).toEqual([
      { origin: ORIGIN, reason: 'no-candidate' },
      { origin: 'Warehouse/api', reason: 'promote', freight: 'f2' },
    ]);
  });
});
