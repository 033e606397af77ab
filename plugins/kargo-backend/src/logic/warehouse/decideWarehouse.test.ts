import {
  DiscoveredArtifacts,
  findCondition,
  Subscription,
  Warehouse,
} from 'backstage-plugin-kargo-common';
import { aWarehouse } from '../../testing/resourceBuilders';
import { assembleFreight, findMissingArtifacts } from './assembleFreight';
import {
  CriteriaVerdict,
  decideDiscovering,
  decideWarehouse,
  recordFreight,
} from './decideWarehouse';
import { subscriptionHash } from './foldDiscovery';

const NOW = '2026-01-01T10:00:00Z';
const DIGEST = `sha256:${'1'.repeat(64)}`;
const GUESTBOOK: DiscoveredArtifacts = {
  discoveredAt: NOW,
  images: [
    {
      repoURL: 'ghcr.io/acme/guestbook',
      references: [
        { tag: 'v1.0.0', digest: DIGEST },
        { tag: 'v0.9.0', digest: DIGEST },
      ],
    },
  ],
};
const failure = {
  index: 1,
  subscription: 'chart redis',
  message: 'not found',
  attempts: 1,
  failedAt: NOW,
};
const IMAGE = aWarehouse().spec.subscriptions[0];
const CHART: Subscription = {
  chart: { repoURL: 'oci://charts.example/redis', discoveryLimit: 20 },
};
const imageIsRead = {
  hash: subscriptionHash(IMAGE),
  list: 'images',
  position: 0,
};
const guestbook = (
  status: Warehouse['status'],
  spec: Partial<Warehouse['spec']> = {},
) =>
  aWarehouse({
    metadata: { name: 'guestbook', generation: 3 },
    spec,
    status: {
      ...(status?.discoveredArtifacts?.images && {
        subscriptionState: [imageIsRead],
      }),
      ...status,
    },
  });
const summarize = (status: Warehouse['status']) =>
  status?.conditions?.map(
    ({ type, status: state, reason }) => `${type}=${state}/${reason}`,
  );
const none: CriteriaVerdict = { kind: 'none' };

describe('decideWarehouse', () => {
  it.each<
    [
      name: string,
      warehouse: Warehouse,
      criteria: CriteriaVerdict,
      reason: string,
      conditions: string[],
      isMade: boolean,
    ]
  >([
    [
      'nothing was found',
      guestbook({ discoveredArtifacts: { discoveredAt: NOW } }),
      none,
      'missing-artifacts',
      ['Healthy=False/MissingArtifacts', 'Ready=False/MissingArtifacts'],
      false,
    ],
    [
      'everything was found',
      guestbook({ discoveredArtifacts: GUESTBOOK }),
      none,
      'create-freight',
      [
        'FreightCreationCriteriaSatisfied=True/CriteriaSatisfied',
        'Healthy=True/ReconciliationSucceeded',
        'Ready=True/ArtifactsDiscovered',
      ],
      true,
    ],
    [
      'one subscription failed, and what is known is enough',
      guestbook({
        discoveredArtifacts: GUESTBOOK,
        subscriptionFailures: [failure],
      }),
      none,
      'create-freight',
      [
        'FreightCreationCriteriaSatisfied=True/CriteriaSatisfied',
        'Healthy=False/DiscoveryFailed',
        'Ready=True/ArtifactsDiscovered',
      ],
      true,
    ],
    [
      'one subscription failed and was never read',
      guestbook(
        {
          discoveredArtifacts: GUESTBOOK,
          subscriptionFailures: [failure],
          subscriptionState: [imageIsRead, { hash: subscriptionHash(CHART) }],
        },
        { subscriptions: [IMAGE, CHART] },
      ),
      none,
      'unread-subscriptions',
      ['Healthy=False/DiscoveryFailed', 'Ready=False/DiscoveryFailure'],
      false,
    ],
    [
      'a subscription was added and not read yet',
      guestbook(
        { discoveredArtifacts: GUESTBOOK },
        { subscriptions: [IMAGE, CHART] },
      ),
      none,
      'unread-subscriptions',
      ['Healthy=False/MissingArtifacts', 'Ready=False/MissingArtifacts'],
      false,
    ],
    [
      'what was read belongs to a subscription that is another one by now',
      guestbook(
        {
          discoveredArtifacts: GUESTBOOK,
          subscriptionFailures: [{ ...failure, index: 0 }],
        },
        { subscriptions: [CHART] },
      ),
      none,
      'unread-subscriptions',
      ['Healthy=False/DiscoveryFailed', 'Ready=False/DiscoveryFailure'],
      false,
    ],
    [
      'the only subscription failed from the start',
      guestbook({
        discoveredArtifacts: { discoveredAt: NOW },
        subscriptionFailures: [failure],
      }),
      none,
      'missing-artifacts',
      ['Healthy=False/DiscoveryFailed', 'Ready=False/DiscoveryFailure'],
      false,
    ],
    [
      'the criteria are not met',
      guestbook({ discoveredArtifacts: GUESTBOOK }),
      { kind: 'unsatisfied' },
      'criteria-unsatisfied',
      [
        'FreightCreationCriteriaSatisfied=False/CriteriaNotSatisfied',
        'Healthy=True/ReconciliationSucceeded',
        'Ready=True/ArtifactsDiscovered',
      ],
      false,
    ],
    [
      'the criteria cannot be judged',
      guestbook({ discoveredArtifacts: GUESTBOOK }),
      { kind: 'error', message: 'unexpected token' },
      'criteria-failed',
      [
        'Healthy=False/CriteriaEvaluationFailed',
        'Ready=False/CriteriaEvaluationFailed',
      ],
      false,
    ],
    [
      'people make the Freight',
      guestbook(
        { discoveredArtifacts: GUESTBOOK },
        { freightCreationPolicy: 'Manual' },
      ),
      none,
      'manual-policy',
      [
        'Healthy=True/ReconciliationSucceeded',
        'Ready=True/ArtifactsDiscovered',
      ],
      false,
    ],
  ])('%s', (_, warehouse, criteria, reason, conditions, isMade) => {
    const decision = decideWarehouse(warehouse, criteria, NOW);
    expect(decision.reason).toBe(reason);
    expect(summarize(decision.status)).toEqual(conditions);
    expect(decision.status.observedGeneration).toBe(3);
    expect(decision.freight?.name).toBe(
      isMade ? 'b224a7feec1061b3c55241c80b87a1e2db2e609f' : undefined,
    );
    expect(decision.status.lastFreightID).toBe(decision.freight?.name);
  });

  it('names what failed and why', () => {
    const { status } = decideWarehouse(
      guestbook({
        discoveredArtifacts: GUESTBOOK,
        subscriptionFailures: [failure],
      }),
      none,
      NOW,
    );
    expect(status.conditions).toContainEqual(
      expect.objectContaining({
        type: 'Healthy',
        message:
          '1 of 1 subscriptions could not be read: chart redis: not found. What it found last stays in use',
      }),
    );
  });

  it('says which subscription has to be read before there is Freight', () => {
    const { status, freight } = decideWarehouse(
      guestbook(
        { discoveredArtifacts: GUESTBOOK, subscriptionFailures: [failure] },
        { subscriptions: [IMAGE, CHART] },
      ),
      none,
      NOW,
    );
    expect(freight).toBeUndefined();
    expect(findCondition(status, 'Ready')?.message).toBe(
      '1 of 2 subscriptions could not be read: chart redis: not found. No Freight is made before spec.subscriptions[1] has been read',
    );
  });

  it('does not judge artifacts by criteria that people do not wait for', () => {
    const manual = guestbook(
      { discoveredArtifacts: GUESTBOOK },
      { freightCreationPolicy: 'Manual' },
    );
    expect(decideWarehouse(manual, { kind: 'unsatisfied' }, NOW).reason).toBe(
      'manual-policy',
    );
    expect(
      decideWarehouse(manual, { kind: 'error', message: 'x' }, NOW).reason,
    ).toBe('manual-policy');
  });
});

describe('recordFreight', () => {
  it.each([
    [true, 'FreightCreated=True/NewFreight'],
    [false, 'FreightCreated=False/AlreadyExists'],
  ])('created: %s', (created, condition) => {
    const status = recordFreight(
      aWarehouse(),
      {},
      { created, name: 'f1' },
      NOW,
    );
    expect(summarize(status)).toEqual([condition]);
  });
});

describe('decideDiscovering', () => {
  it('says at first that it waits, and later only that it looks', () => {
    expect(summarize(decideDiscovering(aWarehouse(), NOW))).toEqual([
      'Reconciling=True/ScheduledDiscovery',
      'Ready=False/DiscoveryInProgress',
      'Healthy=Unknown/Pending',
    ]);
    const { status } = decideWarehouse(
      guestbook({ discoveredArtifacts: GUESTBOOK }),
      none,
      NOW,
    );
    expect(summarize(decideDiscovering(guestbook(status), NOW))).toEqual([
      'FreightCreationCriteriaSatisfied=True/CriteriaSatisfied',
      'Healthy=True/ReconciliationSucceeded',
      'Ready=True/ArtifactsDiscovered',
      'Reconciling=True/ScheduledDiscovery',
    ]);
  });
});

describe('what subscriptions had to choose from', () => {
  const considered = [
    {
      subscription: 'image ghcr.io/acme/web',
      count: 12,
      unit: 'tags' as const,
      leftOut: { name: '2.0.0', by: 'constraint ^1.0.0' },
    },
    {
      subscription: 'git https://git.example/a',
      count: 1,
      unit: 'commits' as const,
    },
  ];
  const TOLD = [
    'image ghcr.io/acme/web: tags looked at: 12',
    'image ghcr.io/acme/web: the newest, 2.0.0, is left out by constraint ^1.0.0',
    'git https://git.example/a: commits looked at: 1',
  ].join('. ');

  it.each([
    ['Freight is made', GUESTBOOK],
    ['nothing was found', { discoveredAt: NOW, images: [] }],
  ])('is told when %s, in the conditions and as reasons', (_, artifacts) => {
    const { status, reasons } = decideWarehouse(
      guestbook({ discoveredArtifacts: artifacts, considered }),
      none,
      NOW,
    );
    expect(findCondition(status, 'Healthy')?.message).toContain(TOLD);
    expect(reasons.map(({ code }) => code)).toEqual(
      expect.arrayContaining(['considered', 'newest-left-out']),
    );
  });
});

describe('an empty result of another type', () => {
  const LIB: Subscription = { name: 'lib', npm: { discoveryLimit: 20 } };
  const warehouse = (spec: Partial<Warehouse['spec']>) =>
    guestbook(
      {
        discoveredArtifacts: {
          discoveredAt: NOW,
          results: [{ name: 'lib', artifactReferences: [] }],
        },
        subscriptionState: [
          { hash: subscriptionHash(LIB), list: 'results', position: 0 },
        ],
      },
      { subscriptions: [LIB], ...spec },
    );

  it('makes no Freight', () => {
    const { status, freight } = decideWarehouse(warehouse({}), none, NOW);
    expect(freight).toBeUndefined();
    expect(summarize(status)).toEqual([
      'Healthy=False/FreightBuildFailure',
      'Ready=False/FreightCreationFailure',
    ]);
    expect(findCondition(status, 'Ready')?.message).toBe(
      'No artifacts discovered by subscription lib',
    );
  });

  it.each<[string, Partial<Warehouse['spec']>, CriteriaVerdict]>([
    ['people make it', { freightCreationPolicy: 'Manual' }, none],
    ['the criteria are not met', {}, { kind: 'unsatisfied' }],
  ])('is nothing bad where %s', (_, spec, criteria) => {
    const { status } = decideWarehouse(warehouse(spec), criteria, NOW);
    expect(summarize(status)).toContain('Ready=True/ArtifactsDiscovered');
  });
});

it.each<[string, Partial<Warehouse['spec']>, CriteriaVerdict, boolean]>([
  ['is still made', {}, none, true],
  ['is not made', {}, { kind: 'unsatisfied' }, false],
  ['cannot be judged', {}, { kind: 'error', message: 'no' }, false],
  ['is for people to make', { freightCreationPolicy: 'Manual' }, none, false],
])('tells of earlier Freight where Freight %s', (_, spec, criteria, told) => {
  const before = guestbook({ discoveredArtifacts: GUESTBOOK }, spec);
  const status = recordFreight(
    before,
    before.status!,
    { created: true, name: 'f' },
    NOW,
  );
  const decision = decideWarehouse({ ...before, status }, criteria, NOW);
  expect(findCondition(decision.status, 'FreightCreated') !== undefined).toBe(
    told,
  );
});

describe('findMissingArtifacts', () => {
  const git = { repoURL: 'https://git.example/a', commits: [] };
  it.each<[string, Partial<DiscoveredArtifacts>, string | undefined]>([
    ['nothing', {}, 'MissingArtifacts MissingArtifacts'],
    ['no commit', { git: [git] }, 'NoCommitsDiscovered MissingCommits'],
    [
      'no tag',
      { images: [{ repoURL: 'x', references: [] }] },
      'NoImageReferencesDiscovered MissingImageReferences',
    ],
    [
      'no version',
      { charts: [{ repoURL: 'oci://x', versions: [] }] },
      'NoChartVersionsDiscovered MissingChartVersions',
    ],
    [
      'the first offender',
      { git: [git], images: [{ repoURL: 'x', references: [] }] },
      'NoCommitsDiscovered MissingCommits',
    ],
    [
      'something of another type, if only an empty list',
      { results: [{ name: 'lib', artifactReferences: [] }] },
      undefined,
    ],
  ])('%s', (_, found, reasons) => {
    const missing = findMissingArtifacts({ discoveredAt: NOW, ...found });
    expect(missing && `${missing.healthy} ${missing.ready}`).toBe(reasons);
  });
});

describe('assembleFreight', () => {
  it('takes the best of everything', () => {
    const content = assembleFreight(
      { kind: 'Warehouse', name: 'shop' },
      {
        discoveredAt: NOW,
        git: [
          {
            repoURL: 'https://git.example/shop',
            commits: [
              {
                id: 'abc',
                branch: '',
                subject: 'Fix it',
                author: 'Jo <jo@acme.io>',
                committer: '',
                creatorDate: NOW,
              },
            ],
          },
        ],
        images: [
          {
            repoURL: 'ghcr.io/acme/shop',
            subscriptionName: 'app',
            references: [
              { tag: '2', digest: DIGEST, annotations: { a: 'b' } },
              { tag: '1', digest: DIGEST },
            ],
          },
        ],
        charts: [
          {
            repoURL: 'https://charts.example',
            name: 'redis',
            versions: ['2', '1'],
          },
        ],
        results: [
          {
            name: 'lib',
            artifactReferences: [
              {
                artifactType: 'npm',
                subscriptionName: 'lib',
                version: '4.0.0',
              },
            ],
          },
        ],
      },
    );
    expect(content).toEqual({
      origin: { kind: 'Warehouse', name: 'shop' },
      commits: [
        {
          repoURL: 'https://git.example/shop',
          id: 'abc',
          message: 'Fix it',
          author: 'Jo <jo@acme.io>',
        },
      ],
      images: [
        {
          repoURL: 'ghcr.io/acme/shop',
          tag: '2',
          digest: DIGEST,
          annotations: { a: 'b' },
          subscriptionName: 'app',
        },
      ],
      charts: [
        { repoURL: 'https://charts.example', name: 'redis', version: '2' },
      ],
      artifacts: [
        { artifactType: 'npm', subscriptionName: 'lib', version: '4.0.0' },
      ],
    });
  });
});
