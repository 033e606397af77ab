import { Freight } from '../model/Freight';
import { FreightSources, Stage, StageStatus } from '../model/Stage';
import { waitReasons } from './waitReasons';

const NOW = Date.parse('2026-03-01T12:00:00Z');

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
  status: StageStatus,
  sources: FreightSources = { direct: true },
): Stage {
  return {
    apiVersion: 'kargo.akuity.io/v1alpha1',
    kind: 'Stage',
    metadata: metadata('prod'),
    spec: {
      requestedFreight: [
        { origin: { kind: 'Warehouse', name: 'web' }, sources },
      ],
      promotionTemplate: { spec: { steps: [{ uses: 'git-clone' }] } },
    },
    status,
  };
}

function aFreight(name: string, minute: number): Freight {
  return {
    apiVersion: 'kargo.akuity.io/v1alpha1',
    kind: 'Freight',
    metadata: metadata(name),
    discoveredAt: new Date(Date.UTC(2026, 2, 1, 0, minute)).toISOString(),
    origin: { kind: 'Warehouse', name: 'web' },
  };
}

function holding(name: string, phase = 'Successful'): StageStatus {
  return {
    freightHistory: [
      {
        id: 'c',
        items: {
          'Warehouse/web': {
            name,
            origin: { kind: 'Warehouse', name: 'web' },
          },
        },
        verificationHistory: [{ id: 'v', phase: phase as 'Successful' }],
      },
    ],
    health: { status: 'Healthy' },
  };
}

const freight = [aFreight('old', 1), aFreight('new', 2)];
const origin = { kind: 'Warehouse' as const, name: 'web' };

describe('waitReasons', () => {
  it.each<[string, StageStatus, string[]]>([
    ['has nothing to wait for with the newest Freight', holding('new'), []],
    [
      'waits for a person without automation',
      holding('old'),
      ['automation-off'],
    ],
    [
      'waits because automation is on hold',
      {
        ...holding('old'),
        autoPromotionEnabled: true,
        effectiveAutoPromotionHolds: {
          'Warehouse/web': {
            freightName: 'old',
            origin,
            promotionName: 'p',
            createdAt: '2026-03-01T00:00:00Z',
          },
        },
      },
      ['held'],
    ],
    [
      'does not count a hold that a promotion under way lifts',
      {
        ...holding('old'),
        autoPromotionEnabled: true,
        autoPromotionHolds: {
          'Warehouse/web': {
            freightName: 'old',
            origin,
            promotionName: 'p',
            createdAt: '2026-03-01T00:00:00Z',
          },
        },
        effectiveAutoPromotionHolds: {},
      },
      [],
    ],
    [
      'waits because automation does not repeat what failed',
      {
        ...holding('old'),
        autoPromotionEnabled: true,
        lastPromotion: {
          name: 'p',
          freight: { name: 'new', origin },
          status: { phase: 'Failed', message: 'no' },
        },
      },
      ['promotion-failed', 'not-retried'],
    ],
    [
      'is busy with a promotion of the newest Freight',
      {
        ...holding('old'),
        currentPromotion: { name: 'p', freight: { name: 'new', origin } },
      },
      ['promoting'],
    ],
    [
      'does not report health during a promotion',
      {
        ...holding('old'),
        health: { status: 'Unknown' },
        currentPromotion: { name: 'p', freight: { name: 'new', origin } },
      },
      ['promoting'],
    ],
    ['verifies', holding('new', 'Running'), ['verifying']],
    ['failed verification', holding('new', 'Failed'), ['verification-failed']],
    [
      'is unhealthy',
      { ...holding('new'), health: { status: 'Unhealthy', issues: ['x'] } },
      ['health'],
    ],
    [
      'cannot be reconciled',
      {
        ...holding('new'),
        conditions: [
          {
            type: 'Ready',
            status: 'False',
            reason: 'ReconcileError',
            message: 'Warehouse is missing',
            lastTransitionTime: '2026-03-01T00:00:00Z',
          },
        ],
      },
      ['reconcile-error'],
    ],
  ])('%s', (_, status, kinds) => {
    expect(waitReasons(aStage(status), freight, NOW).map(r => r.kind)).toEqual(
      kinds,
    );
  });

  it('explains why the newest Freight is not available yet', () => {
    const [reason] = waitReasons(
      aStage(holding('old'), { stages: ['uat'] }),
      freight,
      NOW,
    );
    expect(reason).toMatchObject({
      kind: 'not-available',
      freight: 'new',
      availability: { reason: 'not-verified-upstream' },
    });
  });

  it('says when there is no Freight at all', () => {
    expect(waitReasons(aStage({}), [], NOW)).toEqual([
      { kind: 'no-freight', origin: 'Warehouse/web' },
    ]);
  });

  it('expects nothing of a Stage without steps', () => {
    const stage = aStage({});
    expect(
      waitReasons(
        { ...stage, spec: { ...stage.spec, promotionTemplate: undefined } },
        freight,
        NOW,
      ),
    ).toEqual([]);
  });
});
