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
import {
  decideAutomation,
  explainFreight,
  explainOrigins,
  selectCandidate,
} from './decideAutomation';

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
      'of equally new ones the last that arrived',
      { direct: true },
      [
        aFreight('b', { discoveredAt: '2026-01-01T00:00:00.001Z' }),
        aFreight('a', { discoveredAt: '2026-01-01T00:00:00.002Z' }),
        aFreight('c'),
      ],
      'a',
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

const request = (
  name: string,
  sources: FreightRequest['sources'] = { direct: true },
): FreightRequest => ({ origin: { kind: 'Warehouse', name }, sources });

const HOLD = {
  [ORIGIN]: {
    freightName: 'f0',
    origin: { kind: 'Warehouse' as const, name: 'web' },
    promotionName: 'p0',
    actor: 'user:default/ann',
    createdAt: '2026-01-01T00:00:00Z',
  },
};

describe('what automation does, and what it says about it', () => {
  const automatic: StageStatus = { autoPromotionEnabled: true };
  const promotion = (name: string, phase: PromotionPhase): Promotion =>
    aPromotion(name, { status: { phase } });
  const since = '2026-01-01T11:30:00Z';
  const verified = { dev: { verifiedAt: since } };
  const behind = { direct: false, stages: ['dev'] };
  const following: FreightRequest['sources'] = {
    ...behind,
    autoPromotionOptions: { selectionPolicy: 'MatchUpstream' },
  };

  interface Case {
    status?: StageStatus;
    isHeld?: boolean;
    targets?: object;
    sources?: FreightRequest['sources'];
    freight?: Freight;
    others?: Freight[];
    promotions?: Promotion[];
  }

  it.each<[name: string, given: Case, reasons: string[]]>([
    ['nobody ever tried', {}, ['will-be-promoted']],
    ['automation is off', { status: {} }, ['auto-promotion-disabled']],
    ['the Stage selects targets', { targets: {} }, ['selects-targets']],
    [
      'the Stage selects targets, and automation is off',
      { targets: {}, status: {} },
      ['selects-targets'],
    ],
    [
      'automation is off, and it was tried in vain',
      { status: {}, promotions: [promotion('p1', 'Failed')] },
      ['auto-promotion-disabled'],
    ],
    [
      'automation is off, and there is newer Freight',
      {
        status: {},
        others: [aFreight('f2', { discoveredAt: '2026-01-01T02:00:00Z' })],
      },
      ['auto-promotion-disabled'],
    ],
    ['it is held', { isHeld: true }, ['held']],
    [
      'it is held, and was tried in vain',
      { isHeld: true, promotions: [promotion('p1', 'Failed')] },
      ['held', 'last-attempt-failed'],
    ],
    [
      'the Stage has it',
      { status: { ...automatic, freightHistory: [aCollection('f1')] } },
      ['already-there'],
    ],
    [
      'the Stage has it, and automation is off',
      { status: { freightHistory: [aCollection('f1')] } },
      ['already-there'],
    ],
    [
      'the Stage had it once and succeeded',
      {
        status: {
          ...automatic,
          freightHistory: [aCollection('f0'), aCollection('f1')],
        },
        promotions: [promotion('p1', 'Succeeded')],
      },
      ['will-be-promoted'],
    ],
    [
      'it is on its way',
      {
        status: {
          ...automatic,
          currentPromotion: {
            name: 'p1',
            freight: { name: 'f1', origin: { kind: 'Warehouse', name: 'web' } },
          },
        },
      },
      ['being-promoted'],
    ],
    [
      'it waits in the queue',
      { promotions: [promotion('p1', 'Pending')] },
      ['promotion-pending'],
    ],
    ...(['Failed', 'Errored', 'Aborted'] as const).map(
      (phase): [string, Case, string[]] => [
        `the last attempt was ${phase}`,
        { promotions: [promotion('p2', phase), promotion('p1', 'Succeeded')] },
        ['last-attempt-failed'],
      ],
    ),
    [
      'an earlier attempt failed and the last succeeded',
      { promotions: [promotion('p1', 'Failed'), promotion('p2', 'Succeeded')] },
      ['will-be-promoted'],
    ],
    [
      'newer Freight is available',
      {
        others: [aFreight('f2', { discoveredAt: '2026-01-01T02:00:00Z' })],
      },
      ['newer-available'],
    ],
    [
      'it is not verified upstream',
      { sources: behind },
      ['not-verified-upstream'],
    ],
    [
      'it soaks',
      {
        sources: { ...behind, requiredSoakTime: '1h' },
        freight: aFreight('f1', {
          status: { verifiedIn: verified, currentlyIn: { dev: { since } } },
        }),
      },
      ['soaking'],
    ],
    [
      'it left before it had soaked',
      {
        sources: { ...behind, requiredSoakTime: '1h' },
        freight: aFreight('f1', {
          status: {
            verifiedIn: { dev: { verifiedAt: since, longestSoak: '5m0s' } },
          },
        }),
      },
      ['soak-missed'],
    ],
    ['nothing can bring it', { sources: { direct: false } }, ['no-source']],
    [
      'another Warehouse made it',
      { freight: { ...aFreight('f1'), origin: request('api').origin } },
      ['origin-not-requested'],
    ],
    [
      'another project has it',
      {
        freight: {
          ...aFreight('f1'),
          metadata: { ...aFreight('f1').metadata, namespace: 'other' },
        },
      },
      ['other-project'],
    ],
    [
      'the upstream Stage that is followed does not hold it',
      {
        sources: following,
        freight: aFreight('f1', { status: { verifiedIn: verified } }),
      },
      ['not-in-upstream'],
    ],
    [
      'the upstream Stage holds other Freight',
      {
        sources: following,
        freight: aFreight('f1', { status: { verifiedIn: verified } }),
        others: [
          aFreight('f0', {
            status: { verifiedIn: verified, currentlyIn: { dev: { since } } },
          }),
        ],
      },
      ['not-in-upstream'],
    ],
    [
      'the upstream Stage is changing',
      {
        sources: following,
        freight: aFreight('f1', {
          status: { verifiedIn: verified, currentlyIn: { dev: { since } } },
        }),
        others: [
          aFreight('f0', {
            status: { verifiedIn: verified, currentlyIn: { dev: { since } } },
          }),
        ],
      },
      ['upstream-changing'],
    ],
  ])('%s', (_, given, reasons) => {
    const {
      status = automatic,
      sources = { direct: true },
      freight = aFreight('f1'),
      others = [],
      promotions = [],
    } = given;
    const snapshot = {
      stage: aStage({
        status,
        spec: {
          requestedFreight: [request('web', sources)],
          ...(given.targets && { targets: given.targets }),
        },
      }),
      status,
      promotions,
      holds: given.isHeld ? HOLD : undefined,
      offered: { [ORIGIN]: [freight, ...others] },
    };
    const told = explainFreight(snapshot, freight, NOW);
    expect(told.map(({ code }) => code)).toEqual(reasons);
    // The engine acts on the same list: it promotes exactly what it says it will.
    const promotes = decideAutomation(snapshot, NOW).effects.some(
      effect =>
        effect.kind === 'create-promotion' &&
        effect.freight === freight.metadata.name,
    );
    expect(promotes).toBe(reasons[0] === 'will-be-promoted');
  });

  it('decides for every origin on its own', () => {
    const decision = decideAutomation(
      {
        stage: aStage({
          spec: { requestedFreight: [request('web'), request('api')] },
        }),
        status: automatic,
        holds: undefined,
        promotions: [],
        offered: {
          [ORIGIN]: [],
          'Warehouse/api': [
            { ...aFreight('f2'), origin: request('api').origin },
          ],
        },
      },
      NOW,
    );
    expect(decision.effects).toEqual([
      { kind: 'create-promotion', origin: 'Warehouse/api', freight: 'f2' },
    ]);
  });

  it('looks again when the first of what soaks has soaked', () => {
    const soaking = (name: string, start: string) =>
      aFreight(name, {
        status: {
          verifiedIn: verified,
          currentlyIn: { dev: { since: start } },
        },
      });
    const { lookAgainAtMs } = decideAutomation(
      {
        stage: aStage({
          spec: {
            requestedFreight: [
              request('web', { ...behind, requiredSoakTime: '1h' }),
            ],
          },
        }),
        status: automatic,
        holds: undefined,
        promotions: [],
        offered: {
          [ORIGIN]: [
            soaking('f1', '2026-01-01T11:45:00Z'),
            soaking('f2', '2026-01-01T11:30:00Z'),
          ],
        },
      },
      NOW,
    );
    expect(lookAgainAtMs).toBe(Date.parse('2026-01-01T12:30:00Z'));
  });

  it.each<[string, Freight | undefined, Freight[], string[]]>([
    ['no Freight was made', undefined, [], ['no-freight']],
    [
      'the newest can go',
      aFreight('f2'),
      [aFreight('f2')],
      ['will-be-promoted f2'],
    ],
    [
      'the newest cannot and an older one can',
      aFreight('f2', { discoveredAt: '2026-01-01T02:00:00Z' }),
      [aFreight('f1', { status: { verifiedIn: verified } })],
      ['not-verified-upstream f2', 'will-be-promoted f1'],
    ],
  ])('about an origin it says when %s', (_, newest, offered, told) => {
    const sources = offered[0]?.status ? behind : { direct: true };
    const reasons = explainOrigins(
      {
        stage: aStage({
          spec: { requestedFreight: [request('web', sources)] },
        }),
        status: automatic,
        holds: undefined,
        promotions: [],
        offered: { [ORIGIN]: offered },
      },
      { [ORIGIN]: newest },
      NOW,
    );
    expect(
      reasons.map(reason =>
        'freight' in reason ? `${reason.code} ${reason.freight}` : reason.code,
      ),
    ).toEqual(told);
  });
});
