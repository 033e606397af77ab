import { StageStatus } from 'backstage-plugin-kargo-common';
import {
  aFreight,
  aStage,
  holding,
  minutesAgo,
  NOW_MS,
} from '../../dev/testing/builders';
import {
  automationState,
  freightIndex,
  leadingArtifacts,
  stageState,
  StageState,
  stageView,
} from './stageModel';

const freight = aFreight('f1', {
  alias: 'brisk-otter',
  status: { currentlyIn: { prod: { since: minutesAgo(5) } } },
});

function verifying(phase: 'Running' | 'Failed'): StageStatus {
  const status = holding(freight);
  return {
    ...status,
    conditions: [],
    freightHistory: [
      {
        ...status.freightHistory![0],
        verificationHistory: [{ id: 'v', phase }],
      },
    ],
  };
}

describe('stageState', () => {
  it.each<[StageState, StageStatus]>([
    ['ready', holding(freight)],
    ['empty', {}],
    ['promoting', { ...holding(freight), currentPromotion: { name: 'p' } }],
    ['verifying', verifying('Running')],
    ['verificationFailed', verifying('Failed')],
    ['unhealthy', { ...holding(freight), health: { status: 'Unhealthy' } }],
    [
      'promotionFailed',
      {
        ...holding(freight),
        lastPromotion: { name: 'p', status: { phase: 'Errored' } },
      },
    ],
    ['settling', { ...holding(freight), conditions: [] }],
    [
      'unknown',
      { ...holding(freight), conditions: [], health: { status: 'Unknown' } },
    ],
    [
      'error',
      {
        ...holding(freight),
        conditions: [
          {
            type: 'Ready',
            status: 'False',
            reason: 'ReconcileError',
            message: 'no Warehouse',
            lastTransitionTime: minutesAgo(1),
          },
        ],
      },
    ],
  ])('is %s', (state, status) => {
    expect(stageState(aStage('prod', { status }))).toBe(state);
  });

  it('lets Freight through without steps', () => {
    expect(stageState(aStage('gate', { steps: [] }))).toBe('passThrough');
  });
});

describe('automationState', () => {
  const hold = {
    freightName: 'f1',
    origin: freight.origin,
    promotionName: 'p',
    createdAt: minutesAgo(1),
  };
  it.each<[string, StageStatus]>([
    ['off', {}],
    ['on', { autoPromotionEnabled: true }],
    [
      'held',
      {
        autoPromotionEnabled: true,
        autoPromotionHolds: { 'Warehouse/web': hold },
      },
    ],
    [
      'on',
      {
        autoPromotionEnabled: true,
        autoPromotionHolds: { 'Warehouse/web': hold },
        effectiveAutoPromotionHolds: {},
      },
    ],
  ])('is %s', (state, status) => {
    expect(automationState(aStage('prod', { status }))).toBe(state);
  });
});

describe('stageView', () => {
  it('calls Freight by its alias and knows since when it is there', () => {
    const view = stageView(
      aStage('prod', { status: holding(freight) }),
      freightIndex([freight], NOW_MS),
    );
    expect(view.holds).toMatchObject([
      { label: 'brisk-otter', since: minutesAgo(5) },
    ]);
  });

  it('falls back to the start of the name of Freight that is gone', () => {
    const view = stageView(
      aStage('prod', { status: holding(aFreight('0123456789')) }),
      freightIndex([], NOW_MS),
    );
    expect(view.holds[0].label).toBe('0123456');
  });
});

it('shows one artifact of every origin before the rest', () => {
  const other = aFreight('f2', {
    warehouse: 'config',
    version: '9',
    commit: { id: 'abcdefabcdef', message: 'x' },
  });
  const view = stageView(
    aStage('prod', {
      warehouses: ['config', 'web'],
      status: holding(freight, other),
    }),
    freightIndex([], NOW_MS),
  );
  expect(leadingArtifacts(view.holds).map(a => a.version)).toEqual([
    '9',
    '1.0.0',
    'abcdefa',
  ]);
});
