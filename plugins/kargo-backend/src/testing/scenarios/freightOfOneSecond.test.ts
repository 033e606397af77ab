import { EngineHarness } from '../EngineHarness';
import {
  demoProject,
  demoStage,
  demoWarehouse,
  imageOf,
} from '../scenarioManifests';

jest.setTimeout(60_000);

describe('Freight that arrives within one second', () => {
  let harness: EngineHarness;

  beforeEach(async () => {
    // Its clock stands still, so everything here happens in one second.
    harness = await EngineHarness.create();
    await harness.apply(
      [
        demoProject('test'),
        demoWarehouse('guestbook'),
        demoStage('test', { guestbook: '{direct: true}' }),
      ].join(''),
    );
  });

  afterEach(() => harness.stop());

  const held = async () => {
    const { status } = await harness.get('Stage', 'test');
    const { name } = Object.values(status!.freightHistory![0].items)[0];
    return harness.get('Freight', name);
  };

  const make = (tag: string, digest?: string) =>
    harness.admission.create(
      {
        apiVersion: 'kargo.akuity.io/v1alpha1',
        kind: 'Freight',
        metadata: { namespace: 'demo' },
        origin: { kind: 'Warehouse', name: 'guestbook' },
        images: [
          { repoURL: imageOf('guestbook'), tag, ...(digest && { digest }) },
        ],
      },
      { actor: 'user:default/tester' },
    );

  it('is promoted by its version, not by the hash that names it', async () => {
    for (const tag of ['1.0.0', '1.9.0', '1.10.0', '1.3.0', '1.4.0']) {
      await make(tag);
    }
    await harness.settle();
    expect((await held()).images?.[0].tag).toBe('1.10.0');
  });

  it('is promoted by its arrival where the versions are the same', async () => {
    const digests = ['3', '1', '4', '0', '5', '2'].map(
      digit => `sha256:${digit.repeat(64)}`,
    );
    for (const digest of digests) {
      await make('latest', digest);
    }
    await harness.settle();
    expect((await held()).images?.[0].digest).toBe(digests.at(-1));
  });
});
