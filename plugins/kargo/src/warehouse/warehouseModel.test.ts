import { WarehouseStatus } from 'backstage-plugin-kargo-common';
import { aWarehouse, minutesAgo } from '../../dev/testing/builders';
import { warehouseView } from './warehouseModel';

const found: WarehouseStatus = {
  discoveredArtifacts: {
    discoveredAt: minutesAgo(2),
    images: [
      {
        repoURL: 'registry.example.com/web',
        references: [{ tag: '1.4.0', digest: 'sha256:a' }],
      },
    ],
  },
};

function condition(type: string, status: 'True' | 'False') {
  return {
    type,
    status,
    reason: 'x',
    message: `${type} says why`,
    lastTransitionTime: minutesAgo(1),
  };
}

describe('warehouseView', () => {
  it.each<[string, WarehouseStatus, string, string | undefined]>([
    ['nothing happened yet', {}, 'unknown', undefined],
    ['versions were found', found, 'ready', undefined],
    [
      'it looks',
      { ...found, conditions: [condition('Reconciling', 'True')] },
      'checking',
      undefined,
    ],
    [
      'one subscription fails',
      {
        ...found,
        conditions: [condition('Healthy', 'False')],
      },
      'error',
      'Healthy says why',
    ],
    [
      'a condition says no',
      { conditions: [condition('Ready', 'False')] },
      'error',
      'Ready says why',
    ],
  ])('knows that %s', (_, status, state, problem) => {
    const view = warehouseView(aWarehouse('web', status));
    expect(view.state).toBe(state);
    expect(view.problem).toBe(problem);
  });

  it('shows the newest of each subscription', () => {
    expect(warehouseView(aWarehouse('web', found)).subscriptions).toEqual([
      { type: 'image', source: 'registry.example.com/web', newest: '1.4.0' },
    ]);
  });
});
