import { ANNOTATIONS, KindName } from 'backstage-plugin-kargo-common';
import { EngineHarness } from '../EngineHarness';

jest.setTimeout(120_000);

const JO = { actor: 'user:default/jo' };
const HOLD = 'example.com/hold';
const DEMO = { kind: 'Project' as const, namespace: '', name: 'demo' };
const IMAGE = 'ghcr.io/acme/web';

const PIPELINE = `
apiVersion: kargo.akuity.io/v1alpha1
kind: Project
metadata: { name: demo }
---
apiVersion: kargo.akuity.io/v1alpha1
kind: Warehouse
metadata: { name: web, namespace: demo }
spec:
  subscriptions: [ { image: { repoURL: ${IMAGE} } } ]
---
apiVersion: kargo.akuity.io/v1alpha1
kind: Stage
metadata: { name: test, namespace: demo }
spec:
  requestedFreight:
    - origin: { kind: Warehouse, name: web }
      sources: { direct: true }
  promotionTemplate: { spec: { steps: [ { uses: noop } ] } }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: settings, namespace: demo }
data: { a: b }
`;

describe('deleting', () => {
  let harness: EngineHarness;

  beforeEach(async () => {
    harness = await EngineHarness.create();
    harness.publish(IMAGE, 'v1.0.0');
    await harness.apply(PIPELINE);
    await harness.settle();
  });
  afterEach(() => harness.stop());

  const names = async (kind: KindName) =>
    (await harness.list(kind)).map(({ metadata }) => metadata.name);
  const finalizers = (list: string[]) =>
    harness.store.patch(
      { kind: 'Warehouse', namespace: 'demo', name: 'web' },
      { metadata: { finalizers: list } },
    );

  it('a project takes along everything in it', async () => {
    await harness.admission.delete(DEMO, JO);
    for (let pass = 0; pass < 5; pass++) {
      await harness.advance(500);
    }
    for (const kind of [
      'Stage',
      'Warehouse',
      'Freight',
      'ConfigMap',
      'Project',
    ] as const) {
      expect([kind, await names(kind)]).toEqual([kind, []]);
    }
  });

  it('a project that is told to leaves everything in place', async () => {
    await harness.store.patch(DEMO, {
      metadata: { annotations: { [ANNOTATIONS.keepNamespace]: 'true' } },
    });
    await harness.admission.delete(DEMO, JO);
    await harness.advance(500);
    expect(await names('Project')).toEqual([]);
    expect(await names('Stage')).toEqual(['test']);
  });

  it('a project says what it waits for, and looks ever more seldom', async () => {
    await finalizers([HOLD]);
    await harness.admission.delete(DEMO, JO);
    const list = jest.spyOn(harness.store, 'list');
    for (let pass = 0; pass < 20; pass++) {
      await harness.advance(500);
    }
    const looks = list.mock.calls.filter(([kind]) => kind === 'Warehouse');
    expect(looks.length).toBeLessThan(15);
    const { status } = await harness.get('Project', 'demo', '');
    expect(status?.conditions).toMatchObject([
      {
        type: 'Ready',
        status: 'False',
        reason: 'Terminating',
        message: `Waits for the finalizers of Warehouse demo/web (${HOLD})`,
      },
    ]);
    // What cleaning up may read stays until the rest is gone.
    expect(await names('ConfigMap')).toEqual(['settings']);
    await finalizers([]);
    for (let pass = 0; pass < 3; pass++) {
      await harness.advance(300_000);
    }
    expect(await names('Project')).toEqual([]);
    expect(await names('ConfigMap')).toEqual([]);
  });

  it('what was written without a finalizer gets one', async () => {
    const key = { kind: 'Stage' as const, namespace: 'demo', name: 'test' };
    await harness.store.patch(key, { metadata: { finalizers: [] } });
    await harness.refresh('Stage', 'test');
    await harness.settle();
    const { metadata } = await harness.get('Stage', 'test');
    expect(metadata.finalizers).toEqual(['kargo.akuity.io/finalizer']);
  });

  it('Freight is refused with the names of what needs it', async () => {
    const [name] = await names('Freight');
    const key = { kind: 'Freight', namespace: 'demo', name };
    await harness.promote('test', name);
    await harness.settle();
    expect((await harness.list('Promotion'))[0].status?.phase).toBe(
      'Succeeded',
    );
    await expect(harness.admission.delete(key, JO)).rejects.toThrow(
      `Freight '${name}' cannot be deleted while it is in Stage 'test'`,
    );
  });

  it('Freight is refused while it waits to be promoted', async () => {
    const [name] = await names('Freight');
    const key = { kind: 'Freight', namespace: 'demo', name };
    const promotion = await harness.promote('test', name);
    await expect(harness.admission.delete(key, JO)).rejects.toThrow(
      `is promoted to Stage 'test' by Promotion '${promotion.metadata.name}'`,
    );
    await harness.settle();
  });
});
