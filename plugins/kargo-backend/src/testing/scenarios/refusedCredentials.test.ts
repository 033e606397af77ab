import { ImageSubscription } from 'backstage-plugin-kargo-common';
import {
  AnySubscriptionType,
  createSubscriptionType,
  CredentialsRejectedError,
} from 'backstage-plugin-kargo-node';
import { EngineHarness } from '../EngineHarness';
import { demoProject, demoWarehouse, imageOf } from '../scenarioManifests';

jest.setTimeout(120_000);

const aCredential = (
  name: string,
  repoURL: string,
  { namespace = 'demo', type = 'image' } = {},
) => `apiVersion: v1
kind: Secret
metadata:
  name: ${name}
  namespace: ${namespace}
  labels: {kargo.akuity.io/cred-type: ${type}}
stringData: {repoURL: '${repoURL}', repoURLIsRegex: '${repoURL.includes(
  '*',
)}', username: u, password: p}
`;

describe('a host that refuses credentials', () => {
  let harness: EngineHarness;
  let asked: number;

  beforeEach(async () => {
    asked = 0;
    const refused = createSubscriptionType({
      id: 'image',
      description: 'Images of a registry that lets nobody in.',
      config: ImageSubscription,
      describe: ({ repoURL }) => `image ${repoURL}`,
      repoURLs: ({ repoURL }) => [repoURL],
      discover: async () => {
        asked += 1;
        throw new CredentialsRejectedError('the registry refuses them');
      },
    }) as AnySubscriptionType;
    harness = await EngineHarness.create({ subscriptionTypes: [refused] });
    await harness.apply(demoProject('none') + demoWarehouse('web'));
    await harness.settle();
  });

  afterEach(() => harness.stop());

  const applyEach = async (manifests: string[]) => {
    for (const manifest of manifests) {
      await harness.apply(manifest);
      await harness.settle();
    }
  };

  it('is not asked again for each Secret that is not for it', async () => {
    await applyEach([
      aCredential('a', 'ghcr.io/else/where'),
      aCredential('b', '^ghcr.io/else/.*$'),
      aCredential('c', 'quay.io/acme/web', {
        namespace: 'kargo-shared-resources',
      }),
    ]);
    expect(asked).toBe(1);
  });

  it('is asked again for each that is, and only for those', async () => {
    await applyEach([
      aCredential('b', '^.*$'),
      aCredential('a', imageOf('web')),
      // Found behind the one of that name.
      aCredential('c', imageOf('web')),
    ]);
    expect(asked).toBe(3);
  });
});
