import {
  createSubscriptionType,
  AnySubscriptionType,
} from 'backstage-plugin-kargo-node';
import { z } from 'zod';
import { EngineHarness } from '../EngineHarness';
import { demoProject, imageOf } from '../scenarioManifests';

jest.setTimeout(120_000);

/** A Warehouse of an image and of what a type of others brings. */
const manifest = (npm: string, more = '') => `
apiVersion: kargo.akuity.io/v1alpha1
kind: Warehouse
metadata: {name: app, namespace: demo}
spec:
  subscriptions:
  - image: {repoURL: ${imageOf('app')}}
  - name: lib
    npm: {config: {package: ${npm}}}
${more}`;

/** How many are asked that never answer. */
let unanswered = 0;

const npm = createSubscriptionType({
  id: 'npm',
  description: 'A package of a registry.',
  config: z.looseObject({ config: z.object({ package: z.string() }) }),
  describe: ({ config }) => `npm ${config.package}`,
  repoURLs: () => [],
  discover: async ({ config }) => {
    if (config.package === 'silent') {
      unanswered += 1;
      return new Promise(() => {});
    }
    if (config.package === 'closed') {
      throw new Error('the registry is closed');
    }
    return {
      discovery: {
        kind: 'generic',
        result: {
          name: 'lib',
          artifactReferences: Array.from({ length: 30 }, (_, index) => ({
            artifactType: 'npm',
            subscriptionName: 'lib',
            version: `4.${30 - index}.0`,
          })),
        },
      },
    };
  },
}) as AnySubscriptionType;

describe('a look at what a Warehouse would find', () => {
  let h: EngineHarness;

  beforeEach(async () => {
    unanswered = 0;
    h = await EngineHarness.create({ subscriptionTypes: [npm] });
    h.publish(imageOf('app'), '1.0.0');
    h.publish(imageOf('app'), '1.1.0');
    h.publish(imageOf('app'), '2.0.0');
    await h.apply(demoProject('none'));
    await h.settle();
  });

  afterEach(() => h.stop());

  const codes = ({
    explanation,
  }: Awaited<ReturnType<typeof h.dryRunWarehouse>>) =>
    explanation.reasons.map(({ code }) => code);

  it('tells what it would make Freight of, and stores nothing', async () => {
    const found = await h.dryRunWarehouse(manifest('left-pad'));
    expect(found.freight).toMatchObject({
      images: [{ repoURL: imageOf('app'), tag: '2.0.0' }],
      artifacts: [{ version: '4.30.0' }],
    });
    const { images, results } = found.discoveredArtifacts;
    expect(images?.[0].references.map(({ tag }) => tag)).toEqual([
      '2.0.0',
      '1.1.0',
      '1.0.0',
    ]);
    expect(results?.[0].artifactReferences).toHaveLength(20);
    expect(codes(found)).not.toContain('next-discovery');
    await h.settle();
    expect(await h.list('Warehouse')).toEqual([]);
    expect(await h.list('Freight')).toEqual([]);
    expect(await h.events()).toEqual([]);
  });

  it('tells which subscription could not be read, and what the others found', async () => {
    const found = await h.dryRunWarehouse(manifest('closed'));
    expect(found.freight).toBeUndefined();
    expect(found.explanation.reasons[0]).toMatchObject({
      code: 'subscription-failed',
      error: 'the registry is closed',
    });
    expect(found.explanation.reasons[0]).not.toHaveProperty('retryAt');
    expect(codes(found)).toEqual(['subscription-failed']);
    expect(found.discoveredArtifacts.images).toHaveLength(1);
  });

  it('says why there would be no Freight', async () => {
    const unmet = manifest(
      'left-pad',
      `  freightCreationCriteria: {expression: "imageFrom('${imageOf(
        'app',
      )}').Tag == '9.9.9'"}\n`,
    );
    const found = await h.dryRunWarehouse(unmet);
    expect(found.freight).toBeUndefined();
    expect(codes(found)).toContain('criteria-unsatisfied');
  });

  it('does not wait for who does not answer', async () => {
    const looking = h.dryRunWarehouse(manifest('silent'));
    await h.until(() => unanswered === 1);
    await h.advance(45_000);
    const found = await looking;
    expect(found.explanation.reasons[0]).toMatchObject({
      code: 'subscription-failed',
      error: 'It took longer than the 45 seconds that a dry run has',
    });
    expect(found.discoveredArtifacts.images).toHaveLength(1);
  });

  it('ends when nobody waits any more', async () => {
    const gone = new AbortController();
    const looking = h.dryRunWarehouse(manifest('silent'), gone.signal);
    await h.until(() => unanswered === 1);
    gone.abort(new Error('gone'));
    await expect(looking).rejects.toThrow('gone');
  });

  it('lets only so many look at a time', async () => {
    const ended = new AbortController();
    const looking = [1, 2].map(() =>
      h.dryRunWarehouse(manifest('silent'), ended.signal),
    );
    await h.until(() => unanswered === 2);
    const { sleepers } = h.clock;
    const late = h.dryRunWarehouse(manifest('left-pad')).then(
      () => 'found',
      (error: Error) => error.message,
    );
    await h.until(() => h.clock.sleepers > sleepers);
    await h.advance(10_000);
    expect(await late).toBe(
      'Others are looking at what Warehouses would find; try again in a moment',
    );
    ended.abort(new Error('gone'));
    for (const each of looking) {
      await expect(each).rejects.toThrow('gone');
    }
    expect(
      (await h.dryRunWarehouse(manifest('left-pad'))).freight,
    ).toBeTruthy();
  });
});
