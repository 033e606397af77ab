import { VerificationPhase } from '../model/freightCollection';
import { Stage, StageStatus } from '../model/Stage';
import {
  automationState,
  isFailing,
  stageState,
  StageState,
} from './stageState';

function aStage(status: StageStatus, steps = [{ uses: 'git-clone' }]): Stage {
  return {
    apiVersion: 'kargo.akuity.io/v1alpha1',
    kind: 'Stage',
    metadata: {
      ...{ name: 'prod', namespace: 'shop', uid: 'prod' },
      ...{ resourceVersion: '1', generation: 1 },
      creationTimestamp: '2026-03-01T00:00:00Z',
    },
    spec: {
      requestedFreight: [
        {
          origin: { kind: 'Warehouse', name: 'web' },
          sources: { direct: true },
        },
      ],
      promotionTemplate: { spec: { steps } },
    },
    status,
  };
}

function ready(status: 'True' | 'False', reason: string): StageStatus {
  return {
    conditions: [
      {
        ...{ type: 'Ready', status, reason, message: '' },
        lastTransitionTime: '2026-03-01T00:00:00Z',
      },
    ],
  };
}

function holding(phase: VerificationPhase = 'Successful'): StageStatus {
  return {
    freightHistory: [
      { id: 'f1', items: {}, verificationHistory: [{ id: 'v', phase }] },
    ],
    health: { status: 'Healthy' },
  };
}

describe('stageState', () => {
  it.each<[StageState, StageStatus]>([
    ['ready', { ...holding(), ...ready('True', 'Verified') }],
    ['empty', {}],
    ['promoting', { ...holding(), currentPromotion: { name: 'p' } }],
    ['verifying', holding('Running')],
    ['verificationFailed', holding('Failed')],
    ['unhealthy', { ...holding(), health: { status: 'Unhealthy' } }],
    [
      'promotionFailed',
      {
        ...holding(),
        lastPromotion: { name: 'p', status: { phase: 'Errored' } },
      },
    ],
    ['settling', holding()],
    ['unknown', { ...holding(), health: { status: 'Unknown' } }],
    ['error', { ...holding(), ...ready('False', 'ReconcileError') }],
  ])('is %s', (state, status) => {
    expect(stageState(aStage(status))).toBe(state);
  });

  it('lets Freight through without steps', () => {
    expect(stageState(aStage({}, []))).toBe('passThrough');
  });
});

describe('isFailing', () => {
  it.each<[StageState, boolean]>([
    ['promotionFailed', true],
    ['unhealthy', true],
    ['empty', false],
    ['promoting', false],
  ])('of a Stage that is %s: %s', (state, expected) => {
    expect(isFailing(state)).toBe(expected);
  });
});

describe('automationState', () => {
  const hold = {
    freightName: 'f1',
    origin: { kind: 'Warehouse' as const, name: 'web' },
    promotionName: 'p',
    createdAt: '2026-03-01T00:00:00Z',
  };
  const autoPromotionHolds = { 'Warehouse/web': hold };
  it.each<[string, StageStatus]>([
    ['off', {}],
    ['on', { autoPromotionEnabled: true }],
    ['held', { autoPromotionEnabled: true, autoPromotionHolds }],
    [
      'on',
      {
        autoPromotionEnabled: true,
        autoPromotionHolds,
        effectiveAutoPromotionHolds: {},
      },
    ],
  ])('is %s', (state, status) => {
    expect(automationState(aStage(status))).toBe(state);
  });
});
