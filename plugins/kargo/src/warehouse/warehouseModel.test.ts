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
      {
        type: 'image',
        source: 'registry.example.com/web',
        rule: 'SemVer',
        newest: '1.4.0',
        found: ['1.4.0'],
      },
    ]);
  });

  it('says how a subscription chooses, and what it found', () => {
    const warehouse = aWarehouse('web', {
      discoveredArtifacts: {
        discoveredAt: minutesAgo(2),
        git: [
          {
            repoURL: 'https://git.example.com/a.git',
            commits: [
              { id: '8d7c6b5a4f3e', tag: 'v2' },
              { id: '1234567890ab' },
            ],
          },
        ],
      },
    });
    warehouse.spec.subscriptions = [
      {
        git: {
          repoURL: 'https://git.example.com/a.git',
          commitSelectionStrategy: 'NewestFromBranch',
          branch: 'main',
          includePaths: ['src'],
          excludePaths: ['docs'],
          strictSemvers: true,
          discoveryLimit: 20,
        },
      },
    ];
    expect(warehouseView(warehouse).subscriptions).toEqual([
      {
        type: 'git',
        source: 'https://git.example.com/a.git',
        rule: 'NewestFromBranch main src !docs',
        newest: 'v2',
        found: ['v2', '1234567'],
      },
    ]);
  });
});
