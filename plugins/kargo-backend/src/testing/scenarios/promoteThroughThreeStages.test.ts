import { EngineHarness } from '../EngineHarness';
import { demoStage } from '../scenarioManifests';

jest.setTimeout(120_000);

const PIPELINE = `
apiVersion: kargo.akuity.io/v1alpha1
kind: Project
metadata: {name: demo}
---
apiVersion: kargo.akuity.io/v1alpha1
kind: ProjectConfig
metadata: {name: demo, namespace: demo}
spec:
  promotionPolicies:
  - stageSelector: {name: prod}
  - stageSelector: {name: "regex:^(test|uat)$"}
    autoPromotionEnabled: true
---
apiVersion: kargo.akuity.io/v1alpha1
kind: Warehouse
metadata: {name: guestbook, namespace: demo}
spec:
  subscriptions:
  - image: {repoURL: ghcr.io/acme/guestbook}
---
apiVersion: kargo.akuity.io/v1alpha1
kind: Stage
metadata: {name: test, namespace: demo}
spec:
  requestedFreight:
  - origin: {kind: Warehouse, name: guestbook}
    sources: {direct: true}
  promotionTemplate: {spec: {steps: [{uses: noop}]}}
---
apiVersion: kargo.akuity.io/v1alpha1
kind: Stage
metadata: {name: uat, namespace: demo}
spec:
  requestedFreight:
  - origin: {kind: Warehouse, name: guestbook}
    sources: {stages: [test]}
  promotionTemplate: {spec: {steps: [{uses: noop, as: go}]}}
---
apiVersion: kargo.akuity.io/v1alpha1
kind: Stage
metadata: {name: prod, namespace: demo}
spec:
  requestedFreight:
  - origin: {kind: Warehouse, name: guestbook}
    sources: {stages: [uat]}
  promotionTemplate: {spec: {steps: [{uses: noop}]}}
`;

const IMAGE = 'ghcr.io/acme/guestbook';

describe('a pipeline of three stages', () => {
  let harness: EngineHarness;

  beforeEach(async () => {
    harness = await EngineHarness.create();
    harness.publish(IMAGE, 'v1.0.0');
    await harness.apply(PIPELINE);
    await harness.settle();
  });

  afterEach(() => harness.stop());

  const freightIn = async (stage: string) =>
    (await harness.get('Stage', stage)).status?.freightHistory?.map(
      ({ items }) => Object.values(items)[0].images?.[0].tag,
    );

  const freightNamed = async (tag: string) => {
    const all = await harness.list('Freight');
    return all.find(freight => freight.images?.[0].tag === tag)!;
  };

  it('promotes by itself as far as the policy allows', async () => {
    expect(await freightIn('test')).toEqual(['v1.0.0']);
    expect(await freightIn('uat')).toEqual(['v1.0.0']);
    expect(await freightIn('prod')).toBeUndefined();
    const test = await harness.get('Stage', 'test');
    const freight = await freightNamed('v1.0.0');
    expect(test.status).toMatchObject({
      freightSummary: freight.metadata.name,
      health: { status: 'Healthy' },
      autoPromotionEnabled: true,
      lastPromotion: { status: { phase: 'Succeeded' } },
    });
    expect(
      test.status?.conditions?.map(c => `${c.type}=${c.status}/${c.reason}`),
    ).toEqual(
      expect.arrayContaining([
        'Healthy=True/Healthy',
        'Verified=True/Verified',
        'Ready=True/Verified',
      ]),
    );
    expect(Object.keys(freight.status?.verifiedIn ?? {})).toEqual([
      'test',
      'uat',
    ]);
    // An event follows its write, so those of different resources may overtake each other.
    expect((await harness.events()).sort()).toEqual([
      'FreightCreated',
      'FreightVerificationSucceeded',
      'FreightVerificationSucceeded',
      'PromotionCreated',
      'PromotionCreated',
      'PromotionSucceeded',
      'PromotionSucceeded',
    ]);
  });

  it('names, labels and owns promotions as Kargo does', async () => {
    const promotions = await harness.list('Promotion');
    const uat = promotions.find(({ spec }) => spec.stage === 'uat')!;
    const freight = await freightNamed('v1.0.0');
    expect(uat.metadata.name).toMatch(/^uat\.[0-9a-z]{26}\.[0-9a-f]{7}$/);
    expect(uat.metadata).toMatchObject({
      labels: { 'kargo.akuity.io/stage': 'uat' },
      annotations: { 'kargo.akuity.io/stage': 'uat' },
      ownerReferences: [{ kind: 'Stage', name: 'uat', controller: true }],
    });
    expect(uat.spec).toEqual({
      stage: 'uat',
      freight: freight.metadata.name,
      steps: [{ uses: 'noop', as: 'go' }],
    });
    expect(uat.status?.stepExecutionMetadata).toMatchObject([
      { alias: 'go', status: 'Succeeded' },
    ]);
  });

  it('promotes to production when a person asks', async () => {
    const freight = await freightNamed('v1.0.0');
    await harness.promote('prod', freight.metadata.name);
    await harness.settle();
    expect(await freightIn('prod')).toEqual(['v1.0.0']);
  });

  it('refuses freight that has not come that far', async () => {
    harness.publish(IMAGE, 'v1.1.0');
    await harness.apply(PIPELINE.replace('regex:^(test|uat)$', 'none'));
    await harness.refresh('Warehouse', 'guestbook');
    await harness.settle();
    const freight = await freightNamed('v1.1.0');
    await expect(
      harness.promote('prod', freight.metadata.name),
    ).rejects.toThrow(
      /not available to Stage 'prod': Not yet verified in 'uat'/,
    );
  });

  it('promotes nothing to a stage that selects targets, and says what to do', async () => {
    const [freight] = await harness.list('Freight');
    await harness.apply(
      `${demoStage('edge', {
        guestbook: '{direct: true}',
      })}  targets: {selectors: [{}]}`,
    );
    await expect(
      harness.promote('edge', freight.metadata.name),
    ).rejects.toThrow(
      "Stage 'edge' selects targets, which this server does not promote to; remove spec.targets to promote to the Stage itself",
    );
  });

  it('holds automation off while a person keeps older freight, and lifts the hold', async () => {
    const first = await freightNamed('v1.0.0');
    await harness.advance(60_000);
    harness.publish(IMAGE, 'v1.1.0');
    await harness.refresh('Warehouse', 'guestbook');
    await harness.settle();
    expect(await freightIn('test')).toEqual(['v1.1.0', 'v1.0.0']);
    const second = await freightNamed('v1.1.0');

    await harness.advance(60_000);
    await harness.promote('test', first.metadata.name);
    await harness.settle();
    const held = await harness.get('Stage', 'test');
    expect(held.status?.autoPromotionHolds).toMatchObject({
      'Warehouse/guestbook': { freightName: first.metadata.name },
    });
    await harness.advance(600_000);
    expect((await freightIn('test'))?.[0]).toBe('v1.0.0');

    await harness.promote('test', second.metadata.name);
    await harness.settle();
    const lifted = await harness.get('Stage', 'test');
    expect(lifted.status?.autoPromotionHolds).toBeUndefined();
    expect((await freightIn('test'))?.[0]).toBe('v1.1.0');
  });

  it('remembers how long freight soaked when it leaves', async () => {
    await harness.advance(40 * 60_000);
    harness.publish(IMAGE, 'v1.1.0');
    await harness.refresh('Warehouse', 'guestbook');
    await harness.settle();
    const first = await freightNamed('v1.0.0');
    expect(first.status?.verifiedIn?.test.longestSoak).toBe('40m0s');
    expect(first.status?.currentlyIn).toEqual({});
  });

  it('does nothing twice after a restart', async () => {
    const before = await harness.list('Promotion');
    await harness.restart();
    await harness.settle();
    expect(await harness.list('Promotion')).toEqual(before);
  });

  it('removes everything when the project is deleted', async () => {
    await harness.admission.delete(
      { kind: 'Project', namespace: '', name: 'demo' },
      { actor: 'user:default/jo' },
    );
    await harness.settle();
    await harness.advance(1_000);
    await harness.advance(1_000);
    expect(await harness.list('Project')).toEqual([]);
    expect(await harness.list('Stage')).toEqual([]);
    expect(await harness.list('Freight')).toEqual([]);
    expect(await harness.list('Promotion')).toEqual([]);
  });
});
