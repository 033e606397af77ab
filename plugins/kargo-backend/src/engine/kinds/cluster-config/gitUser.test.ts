import { ClusterConfig } from 'backstage-plugin-kargo-common';
import { EngineHarness } from '../../../testing/EngineHarness';
import { readGitUser } from './gitUser';

jest.setTimeout(120_000);

const FALLBACK = { name: 'Kargo', email: 'no-reply@kargo.io' };
const CONFIG = `
apiVersion: kargo.akuity.io/v1alpha1
kind: ClusterConfig
metadata: { name: cluster }
spec:
  gitClient: { name: Robot, email: robot@acme.example, signingKeySecret: { name: signing } }
`;

function secret(namespace: string, key = 'signingKey'): string {
  return `
apiVersion: v1
kind: Secret
metadata: { name: signing, namespace: ${namespace} }
stringData: { ${key}: the-key }
`;
}

describe('the identity of commits', () => {
  let harness: EngineHarness;

  beforeEach(async () => {
    harness = await EngineHarness.create();
  });
  afterEach(() => harness.stop());

  const ready = async () => {
    await harness.settle();
    const { status } = await harness.get('ClusterConfig', 'cluster', '');
    const condition = (status as ClusterConfig['status'])?.conditions?.find(
      ({ type }) => type === 'Ready',
    );
    return [condition?.status, condition?.reason];
  };

  it('is the configured one without a ClusterConfig', async () => {
    expect(await readGitUser(harness.store, FALLBACK)).toEqual(FALLBACK);
  });

  it('signs with the key in the system namespace, and says when it is there', async () => {
    await harness.apply(CONFIG);
    expect(await ready()).toEqual(['False', 'SigningKeyMissing']);
    await harness.apply(secret('kargo-system-resources'));
    expect(await ready()).toEqual(['True', 'Synced']);
    expect(await readGitUser(harness.store, FALLBACK)).toEqual({
      name: 'Robot',
      email: 'robot@acme.example',
      signingKey: 'the-key',
    });
  });

  it.each([
    [
      'there is none',
      undefined,
      /does not exist in namespace 'kargo-system-resources'/,
    ],
    [
      'it is where every project can read it',
      secret('kargo-shared-resources'),
      /does not exist in namespace/,
    ],
    [
      'it is under another name',
      secret('kargo-system-resources', 'key'),
      /has no 'signingKey'/,
    ],
  ])(
    'is refused rather than unsigned when %s',
    async (_, manifest, message) => {
      await harness.apply(CONFIG);
      if (manifest) {
        await harness.apply(manifest);
      }
      await expect(readGitUser(harness.store, FALLBACK)).rejects.toThrow(
        message,
      );
      await harness.settle();
    },
  );
});
