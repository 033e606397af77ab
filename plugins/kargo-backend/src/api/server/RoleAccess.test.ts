import { kargoStagePromotePermission } from 'backstage-plugin-kargo-common';
import { RoleAccess } from './RoleAccess';

const stage = (name: string) => ({ metadata: { name, namespace: 'shop' } });

describe('a role', () => {
  const access = RoleAccess.create(
    [
      {
        namespace: 'shop',
        rules: [
          {
            apiGroups: ['kargo.akuity.io'],
            resources: ['stages'],
            resourceNames: ['test'],
            verbs: ['promote'],
          },
          {
            apiGroups: ['kargo.akuity.io'],
            resources: ['promotions'],
            verbs: ['create'],
          },
        ],
      },
    ],
    { sharedNamespace: 'kargo-shared-resources' },
  );
  const promote = (...names: string[]) =>
    access.demandOnStages(kargoStagePromotePermission, names.map(stage));

  it('may do what it names', async () => {
    await expect(promote('test')).resolves.toBeUndefined();
  });

  it('is told of each Stage that it may not promote to', async () => {
    await expect(promote('test', 'uat', 'prod')).rejects.toThrow(
      /^You may not promote to 'uat'\. [^;]*; You may not promote to 'prod'\. [^;]*$/,
    );
  });
});
