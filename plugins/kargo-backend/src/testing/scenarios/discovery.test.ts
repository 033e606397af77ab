import { KindName } from 'backstage-plugin-kargo-common';
import {
  AnySubscriptionType,
  createSubscriptionType,
  CredentialsRejectedError,
} from 'backstage-plugin-kargo-node';
import { z } from 'zod';
import { EngineHarness } from '../EngineHarness';
import { demoProject, demoStage, imageOf } from '../scenarioManifests';

jest.setTimeout(120_000);

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const TWO_SOURCES = `${demoProject('none')}---
apiVersion: kargo.akuity.io/v1alpha1
kind: Warehouse
metadata: {name: app, namespace: demo}
spec:
  interval: 5m
  subscriptions:
  - image: {repoURL: ${imageOf('app')}}
  - name: lib
    npm: {config: {package: left-pad}}
`;

const aCredential = (namespace: string, password: string) => `apiVersion: v1
kind: Secret
metadata:
  name: registry
  namespace: ${namespace}
  labels: {kargo.akuity.io/cred-type: image}
stringData: {repoURL: npm.corp, username: kargo, password: ${password}}
`;

describe('discovery', () => {
  let harness: EngineHarness;
  let asked: number;
  /** Empty where there is none. */
  let version: string;
  let older: string[];
  let state: string | undefined;
  let failure: Error | undefined;
  /** Happens while the package is asked for, once. */
  let meanwhile: (() => Promise<void>) | undefined;

  const npm = createSubscriptionType({
    id: 'npm',
    description: 'A package of a registry.',
    config: z.looseObject({ config: z.object({ package: z.string() }) }),
    describe: ({ config }) => `npm ${config.package}`,
    repoURLs: () => [],
    discover: async () => {
      asked += 1;
      const happening = meanwhile;
      meanwhile = undefined;
      await happening?.();
      if (failure) {
        throw failure;
      }
      return {
        discovery: {
          kind: 'generic',
          result: {
            name: 'lib',
            artifactReferences: [version, ...older]
              .filter(each => each !== '')
              .map(each => ({
                artifactType: 'npm',
                subscriptionName: 'lib',
                version: each,
              })),
          },
        },
        ...(state && { state }),
      };
    },
  }) as AnySubscriptionType;

  beforeEach(async () => {
    asked = 0;
    version = '4.0.0';
    older = [];
    state = undefined;
    failure = undefined;
    meanwhile = undefined;
    harness = await EngineHarness.create({ subscriptionTypes: [npm] });
    harness.publish(imageOf('app'), '1.0.0');
    await harness.apply(TWO_SOURCES);
    await harness.settle();
  });

  afterEach(() => harness.stop());

  const warehouse = () => harness.get('Warehouse', 'app');
  const contents = async () =>
    (await harness.list('Freight'))
      .map(
        ({ images, artifacts }) =>
          `${images?.[0].tag} ${artifacts?.[0].version}`,
      )
      .sort();
  const conditions = async () =>
    Object.fromEntries(
      (await warehouse()).status?.conditions?.map(
        ({ type, status, reason }) => [type, `${status}/${reason}`],
      ) ?? [],
    );

  it('makes Freight of the best of every subscription', async () => {
    expect(await contents()).toEqual(['1.0.0 4.0.0']);
    expect(await conditions()).toEqual({
      Ready: 'True/ArtifactsDiscovered',
      Healthy: 'True/ReconciliationSucceeded',
      // Whether it is new depends on who looked last: a start looks at everything.
      FreightCreated: expect.stringMatching(/NewFreight|AlreadyExists/),
      FreightCreationCriteriaSatisfied: 'True/CriteriaSatisfied',
    });
    const { status } = await warehouse();
    const [freight] = await harness.list('Freight');
    expect(status?.lastFreightID).toBe(freight.metadata.name);
    expect(await harness.events()).toEqual(['FreightCreated']);
  });

  it('asks again at the interval and not before', async () => {
    await harness.advance(5 * MINUTE - 1);
    expect(asked).toBe(1);
    await harness.advance(1);
    expect(asked).toBe(2);
    expect(await contents()).toHaveLength(1);
    expect(await conditions()).toMatchObject({
      FreightCreated: 'False/AlreadyExists',
    });
  });

  it('asks at once when somebody asks, once for each request', async () => {
    version = '4.1.0';
    await harness.refresh('Warehouse', 'app');
    await harness.settle();
    expect(asked).toBe(2);
    expect(await contents()).toEqual(['1.0.0 4.0.0', '1.0.0 4.1.0']);
    const { status, metadata } = await warehouse();
    expect(status?.lastHandledRefresh).toBe(
      metadata.annotations?.['kargo.akuity.io/refresh'],
    );
    await harness.restart();
    await harness.settle();
    expect(asked).toBe(2);
  });

  it('asks at once when the Warehouse changes', async () => {
    await harness.apply(TWO_SOURCES.replace('left-pad', 'right-pad'));
    await harness.settle();
    expect(asked).toBe(2);
  });

  it('goes on with the others, and with what it knew, when one fails', async () => {
    failure = new Error('the registry is closed');
    harness.publish(imageOf('app'), '1.1.0');
    await harness.advance(5 * MINUTE);
    expect(await contents()).toEqual(['1.0.0 4.0.0', '1.1.0 4.0.0']);
    expect(await conditions()).toMatchObject({
      Ready: 'True/ArtifactsDiscovered',
      Healthy: 'False/DiscoveryFailed',
    });
    const { status } = await warehouse();
    expect(status?.subscriptionFailures).toMatchObject([
      { subscription: 'npm left-pad', attempts: 1, message: failure.message },
    ]);

    failure = undefined;
    version = '5.0.0';
    await harness.advance(2 * SECOND);
    expect(asked).toBe(3);
    expect(await contents()).toContain('1.1.0 5.0.0');
    expect((await warehouse()).status?.subscriptionFailures).toBeUndefined();
    expect(await conditions()).toMatchObject({
      Healthy: 'True/ReconciliationSucceeded',
    });
  });

  it('makes and promotes nothing before every subscription was read once', async () => {
    failure = new Error('the registry is closed');
    await harness.apply(
      `${TWO_SOURCES}${demoStage('test', { app: '{direct: true}' })}`
        .replaceAll('namespace: demo', 'namespace: half')
        .replaceAll('name: demo', 'name: half')
        .replace('(none)', '(test)'),
    );
    await harness.settle();
    const half = async (kind: KindName) =>
      (await harness.list(kind)).filter(
        ({ metadata }) => metadata.namespace === 'half',
      );
    expect(await half('Freight')).toEqual([]);
    expect(await half('Promotion')).toEqual([]);
    const found = await harness.get('Warehouse', 'app', 'half');
    expect(found.status?.conditions).toContainEqual(
      expect.objectContaining({
        type: 'Ready',
        status: 'False',
        message:
          '1 of 2 subscriptions could not be read: npm left-pad: the registry is closed. No Freight is made before spec.subscriptions[1] has been read',
      }),
    );

    failure = undefined;
    await harness.advance(2 * SECOND);
    expect(await half('Freight')).toMatchObject([
      { images: [{ tag: '1.0.0' }], artifacts: [{ version: '4.0.0' }] },
    ]);
    expect(await half('Promotion')).toMatchObject([
      { status: { phase: 'Succeeded' } },
    ]);
  });

  it('asks only the one that failed again, less and less often', async () => {
    failure = new Error('the registry is closed');
    await harness.refresh('Warehouse', 'app');
    await harness.settle();
    const first = asked;
    const discovered = (await warehouse()).status?.discoveredArtifacts
      ?.discoveredAt;
    for (let second = 0; second < 20; second++) {
      await harness.advance(SECOND);
    }
    expect(asked - first).toBeGreaterThanOrEqual(3);
    expect(asked - first).toBeLessThanOrEqual(5);
    expect(
      (await warehouse()).status?.discoveredArtifacts?.images,
    ).toMatchObject([{ references: [{ tag: '1.0.0' }] }]);
    expect(discovered).toBeDefined();
  });

  it('asks a host that refused credentials less often from the start', async () => {
    failure = new CredentialsRejectedError('npm.corp refused the credentials');
    await harness.refresh('Warehouse', 'app');
    await harness.settle();
    await harness.advance(47 * SECOND);
    expect(asked).toBe(2);
    await harness.advance(SECOND);
    expect(asked).toBe(3);
  });

  it.each([
    ['demo', { asked: 3, failures: 0 }],
    ['kargo-shared-resources', { asked: 3, failures: 0 }],
    ['elsewhere', { asked: 2, failures: 1 }],
  ])(
    'tries what failed again once there are other credentials in %s',
    async (namespace, expected) => {
      await harness.apply(demoProject('none').replace(/demo/g, 'elsewhere'));
      failure = new CredentialsRejectedError('npm.corp wants credentials');
      await harness.refresh('Warehouse', 'app');
      await harness.settle();
      expect(asked).toBe(2);
      // The second one says nothing new.
      for (const password of ['one', 'one']) {
        await harness.apply(aCredential(namespace, password));
        await harness.settle();
      }
      expect(asked).toBe(expected.asked);
      failure = undefined;
      await harness.apply(aCredential(namespace, 'two'));
      await harness.settle();
      const { subscriptionFailures = [] } = (await warehouse()).status ?? {};
      expect(subscriptionFailures).toHaveLength(expected.failures);
    },
  );

  it('does not take credentials that came while it asked for those that failed', async () => {
    failure = new CredentialsRejectedError('npm.corp wants credentials');
    meanwhile = () => harness.apply(aCredential('demo', 'late'));
    await harness.refresh('Warehouse', 'app');
    await harness.settle();
    expect(asked).toBe(3);
  });

  it('asks the others as often as ever while one fails and fails', async () => {
    failure = new Error('the registry is closed');
    for (let minute = 0; minute < 40; minute++) {
      await harness.advance(MINUTE);
    }
    harness.publish(imageOf('app'), '1.2.0');
    for (let minute = 0; minute < 10; minute++) {
      await harness.advance(MINUTE);
    }
    expect(await contents()).toContain('1.2.0 4.0.0');
  });

  it('keeps less for the next time where there is no room for all', async () => {
    // As much as the tags of a large repository take.
    state = 'x'.repeat(500_000);
    const more = ['a', 'b', 'c'].map(
      name => `  - name: ${name}\n    npm: {config: {package: ${name}}}\n`,
    );
    await harness.apply(TWO_SOURCES + more.join(''));
    await harness.settle();
    expect(await conditions()).toMatchObject({
      Ready: 'True/ArtifactsDiscovered',
      Healthy: 'True/ReconciliationSucceeded',
    });
    const { status } = await warehouse();
    const kept = (status?.subscriptionState ?? []).filter(
      memory => JSON.stringify(memory).length > 500_000,
    );
    expect(kept).toHaveLength(2);
    expect(asked).toBe(5);
  });

  it('goes on with the others when one finds more than there is room for', async () => {
    older = ['x'.repeat(1_500_000)];
    harness.publish(imageOf('app'), '1.1.0');
    await harness.refresh('Warehouse', 'app');
    await harness.settle();
    expect(await contents()).toContain('1.1.0 4.0.0');
    expect(await conditions()).toMatchObject({
      Ready: 'True/ArtifactsDiscovered',
      Healthy: 'False/DiscoveryFailed',
    });
    const { status } = await warehouse();
    expect(status?.subscriptionFailures).toMatchObject([
      {
        subscription: 'npm left-pad',
        message:
          'what it found takes 1.4 MiB, for which the Warehouse has no room; lower its discoveryLimit',
      },
    ]);
    expect(asked).toBe(2);
    older = [];
    version = '5.0.0';
    await harness.advance(5 * MINUTE);
    expect(asked).toBe(3);
    expect(await contents()).toContain('1.1.0 5.0.0');
  });

  it('waits for artifacts that are missing without an error', async () => {
    await harness.apply(
      TWO_SOURCES.replace(imageOf('app'), 'ghcr.io/acme/nothing'),
    );
    await harness.settle();
    expect(await conditions()).toMatchObject({
      Ready: 'False/MissingImageReferences',
      Healthy: 'False/NoImageReferencesDiscovered',
    });
    expect(await contents()).toEqual(['1.0.0 4.0.0']);
  });

  it('waits for artifacts of other types, too', async () => {
    version = '';
    harness.publish(imageOf('app'), '2.0.0');
    await harness.refresh('Warehouse', 'app');
    await harness.settle();
    expect(await conditions()).toMatchObject({
      Ready: 'False/FreightCreationFailure',
      Healthy: 'False/FreightBuildFailure',
    });
    expect(await contents()).toEqual(['1.0.0 4.0.0']);
    version = '4.1.0';
    await harness.refresh('Warehouse', 'app');
    await harness.settle();
    expect(await contents()).toEqual(['1.0.0 4.0.0', '2.0.0 4.1.0']);
  });

  it('judges the newest artifacts by the criteria', async () => {
    const withCriteria = (expression: string) =>
      TWO_SOURCES.replace(
        '  interval: 5m',
        `  interval: 5m\n  freightCreationCriteria: {expression: "${expression}"}`,
      );
    harness.publish(imageOf('app'), '2.0.0');
    await harness.apply(
      withCriteria(`imageFrom('${imageOf('app')}').Tag startsWith '1.'`),
    );
    await harness.settle();
    expect(await conditions()).toMatchObject({
      Ready: 'True/ArtifactsDiscovered',
      FreightCreationCriteriaSatisfied: 'False/CriteriaNotSatisfied',
    });
    expect(await contents()).toEqual(['1.0.0 4.0.0']);
    await harness.apply(withCriteria('nothing('));
    await harness.settle();
    expect(await conditions()).toMatchObject({
      Ready: 'False/CriteriaEvaluationFailed',
      Healthy: 'False/CriteriaEvaluationFailed',
    });
  });

  it('leaves Freight to people where the policy says so', async () => {
    harness.publish(imageOf('app'), '2.0.0');
    await harness.apply(
      TWO_SOURCES.replace(
        '  interval: 5m',
        '  interval: 5m\n  freightCreationPolicy: Manual',
      ),
    );
    await harness.settle();
    expect(await contents()).toEqual(['1.0.0 4.0.0']);
    expect(
      (await warehouse()).status?.discoveredArtifacts?.images,
    ).toMatchObject([{ references: [{ tag: '2.0.0' }, { tag: '1.0.0' }] }]);
  });
});
