import { Freight } from 'backstage-plugin-kargo-common';
import { EngineHarness } from '../EngineHarness';
import {
  demoProject,
  demoStage,
  demoWarehouse,
  imageOf,
} from '../scenarioManifests';
import { ScriptedStep, throwing } from '../ScriptedStep';

jest.setTimeout(120_000);

const UAT_STEPS = '[{uses: scripted, config: {name: uat}}]';
const PIPELINE = [
  demoProject('test|qa|uat|prod-.*'),
  demoWarehouse('guestbook'),
  demoStage('test', { guestbook: '{direct: true}' }),
  demoStage('qa', { guestbook: '{stages: [test]}' }),
  demoStage('uat', { guestbook: '{stages: [test]}' }, UAT_STEPS),
  demoStage(
    'gate',
    { guestbook: '{stages: [qa, uat], availabilityStrategy: All}' },
    '',
  ),
  demoStage('prod-eu', { guestbook: '{stages: [gate]}' }),
  demoStage('prod-us', { guestbook: '{stages: [gate]}' }),
].join('');

describe('fan-in with All and a gate', () => {
  const script = new ScriptedStep();
  let harness: EngineHarness;
  let first: Freight;
  let second: Freight;

  const named = async (tag: string) =>
    (await harness.list('Freight')).find(
      freight => freight.images?.[0].tag === tag,
    )!;
  const holders = async (freight: Freight) => {
    const { status } = await harness.get('Freight', freight.metadata.name);
    return {
      verifiedIn: Object.keys(status?.verifiedIn ?? {}).sort(),
      currentlyIn: Object.keys(status?.currentlyIn ?? {}).sort(),
    };
  };
  const approve = (freight: Freight, stage: string) =>
    harness.store.patchStatus(
      { kind: 'Freight', namespace: 'demo', name: freight.metadata.name },
      { approvedFor: { [stage]: { approvedAt: '2026-01-01T02:00:00Z' } } },
    );

  beforeEach(async () => {
    harness = await EngineHarness.create({ steps: [script.step] });
    harness.publish(imageOf('guestbook'), '1.0.0');
    await harness.apply(PIPELINE);
    await harness.settle();
    first = await named('1.0.0');
    // The second version does not get past uat.
    await harness.advance(60_000);
    script.plan('uat', throwing('uat is closed'));
    harness.publish(imageOf('guestbook'), '1.1.0');
    await harness.refresh('Warehouse', 'guestbook');
    await harness.settle();
    second = await named('1.1.0');
  });

  afterEach(() => harness.stop());

  it('lets through what passed both, and marks it verified in the gate', async () => {
    expect(await holders(first)).toEqual({
      verifiedIn: ['gate', 'prod-eu', 'prod-us', 'qa', 'test', 'uat'],
      currentlyIn: ['prod-eu', 'prod-us', 'uat'],
    });
    const gate = await harness.get('Stage', 'gate');
    expect(gate.status).toMatchObject({
      freightSummary: 'N/A',
      conditions: [{ type: 'Ready', status: 'True', reason: 'Ready' }],
    });
    expect(gate.status?.freightHistory).toBeUndefined();
    expect(await harness.list('Promotion')).not.toContainEqual(
      expect.objectContaining({
        spec: expect.objectContaining({ stage: 'gate' }),
      }),
    );
  });

  it('keeps back what passed one of the two', async () => {
    expect(await holders(second)).toEqual({
      verifiedIn: ['qa', 'test'],
      currentlyIn: ['qa', 'test'],
    });
    await expect(
      harness.promote('prod-eu', second.metadata.name),
    ).rejects.toThrow(/not available to Stage 'prod-eu'/);
    await expect(harness.promote('gate', second.metadata.name)).rejects.toThrow(
      /defines no promotion steps/,
    );
  });

  it('promotes approved Freight to the Stage it is approved for alone', async () => {
    await approve(second, 'prod-eu');
    await harness.settle();
    expect(await holders(second)).toEqual({
      verifiedIn: ['prod-eu', 'qa', 'test'],
      currentlyIn: ['prod-eu', 'qa', 'test'],
    });
  });

  it('opens the gate for Freight approved for it, and for all behind it', async () => {
    await approve(second, 'gate');
    await harness.settle();
    expect(await holders(second)).toEqual({
      verifiedIn: ['gate', 'prod-eu', 'prod-us', 'qa', 'test'],
      currentlyIn: ['prod-eu', 'prod-us', 'qa', 'test'],
    });
  });

  it('forgets a Stage that is deleted, with its Promotions', async () => {
    await harness.admission.delete(
      { kind: 'Stage', namespace: 'demo', name: 'qa' },
      { actor: 'user:default/jo' },
    );
    await harness.settle();
    expect(
      (await harness.list('Stage')).map(s => s.metadata.name),
    ).not.toContain('qa');
    for (const freight of [first, second]) {
      const { verifiedIn, currentlyIn } = await holders(freight);
      expect([...verifiedIn, ...currentlyIn]).not.toContain('qa');
    }
    const promotions = await harness.list('Promotion');
    expect(promotions.map(({ spec }) => spec.stage)).not.toContain('qa');
  });
});
