import { EngineHarness } from '../EngineHarness';

jest.setTimeout(120_000);

const IMAGE = 'ghcr.io/acme/guestbook';

/** A name that every object has a member of. */
const NAME = 'constructor';

const stage = (name: string, sources: string) => `---
apiVersion: kargo.akuity.io/v1alpha1
kind: Stage
metadata: { name: ${name}, namespace: demo }
spec:
  requestedFreight:
    - origin: { kind: Warehouse, name: guestbook }
      sources: ${sources}
  promotionTemplate: { spec: { steps: [{ uses: noop }] } }
`;

const PIPELINE = `
apiVersion: kargo.akuity.io/v1alpha1
kind: Project
metadata: { name: demo }
---
apiVersion: kargo.akuity.io/v1alpha1
kind: ProjectConfig
metadata: { name: demo, namespace: demo }
spec:
  promotionPolicies:
    - stageSelector: { name: 'regex:^(test|prod)$' }
      autoPromotionEnabled: true
---
apiVersion: kargo.akuity.io/v1alpha1
kind: Warehouse
metadata: { name: guestbook, namespace: demo }
spec:
  subscriptions: [{ image: { repoURL: ${IMAGE} } }]
${stage('test', '{ direct: true }')}
${stage(NAME, '{ stages: [test] }')}
${stage('prod', `{ stages: [${NAME}] }`)}
`;

describe(`a Stage called ${NAME}`, () => {
  let harness: EngineHarness;

  beforeEach(async () => {
    harness = await EngineHarness.create();
    harness.publish(IMAGE, '1.0.0');
    await harness.apply(PIPELINE);
    await harness.settle();
  });
  afterEach(() => harness.stop());

  const freight = async () => (await harness.list('Freight'))[0];
  const heldBy = async (name: string) =>
    (await harness.get('Stage', name)).status?.freightSummary;

  it('has verified and approved nothing before it did', async () => {
    const { status = {} } = await freight();
    expect(Object.keys(status.verifiedIn ?? {})).toEqual(['test']);
    const promotions = await harness.list('Promotion');
    expect(promotions.map(({ spec }) => spec.stage)).toEqual(['test']);
  });

  it('hands on what it was promoted to, and lets it go for the next', async () => {
    const first = await freight();
    await harness.promote(NAME, first.metadata.name);
    await harness.settle();
    expect(await heldBy('prod')).toBe(first.metadata.name);
    harness.publish(IMAGE, '2.0.0');
    await harness.refresh('Warehouse', 'guestbook');
    await harness.settle();
    const second = (await harness.list('Freight')).find(
      ({ metadata }) => metadata.name !== first.metadata.name,
    );
    await harness.promote(NAME, second!.metadata.name);
    await harness.settle();
    expect(await heldBy('prod')).toBe(second!.metadata.name);
    const { status } = await harness.get('Freight', first.metadata.name);
    expect(status?.currentlyIn ?? {}).toEqual({});
    expect(Object.keys(status?.verifiedIn ?? {}).sort()).toEqual(
      [NAME, 'prod', 'test'].sort(),
    );
  });
});
