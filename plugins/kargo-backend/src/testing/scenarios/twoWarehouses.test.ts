import { Freight, Promotion } from 'backstage-plugin-kargo-common';
import { composeOutputStep } from '../../builtins/steps/compose-output/runner';
import { AnyStep } from 'backstage-plugin-kargo-node';
import { EngineHarness } from '../EngineHarness';
import {
  demoProject,
  demoStage,
  demoWarehouse,
  imageOf,
} from '../scenarioManifests';
import { ScriptedStep, throwing } from '../ScriptedStep';

jest.setTimeout(120_000);

const TASK = `---
apiVersion: kargo.akuity.io/v1alpha1
kind: PromotionTask
metadata: {name: publish, namespace: demo}
spec:
  vars: [{name: branch, value: main}]
  steps:
  - {uses: scripted, as: c, config: {name: commit}}
  - {uses: compose-output, config: {to: "\${{ vars.branch }}", be: "\${{ imageFrom('${imageOf(
    'backend',
  )}').Tag }}"}}
`;
const STEPS =
  `[{uses: noop, as: img, if: "\${{ ctx.targetFreight.origin.name == 'backend' }}"},` +
  ' {task: {name: publish}}]';
const PIPELINE = [
  demoProject('dev'),
  demoWarehouse('backend'),
  demoWarehouse('frontend'),
  TASK,
].join('');
const DEV = demoStage(
  'dev',
  { backend: '{direct: true}', frontend: '{direct: true}' },
  STEPS,
);

describe('a Stage of two Warehouses', () => {
  let script: ScriptedStep;
  let harness: EngineHarness;

  const publish = async (warehouse: string, tag: string) => {
    await harness.advance(60_000);
    harness.publish(imageOf(warehouse), tag);
    await harness.refresh('Warehouse', warehouse);
    await harness.settle();
  };
  const dev = () => harness.get('Stage', 'dev');
  const held = async () =>
    Object.fromEntries(
      Object.entries(
        (await dev()).status?.freightHistory?.[0]?.items ?? {},
      ).map(([origin, { images }]) => [origin.split('/')[1], images?.[0].tag]),
    );
  const freightOf = async (warehouse: string, tag: string) =>
    (await harness.list('Freight')).find(
      ({ origin, images }) =>
        origin.name === warehouse && images?.[0].tag === tag,
    )!;
  const promotionOf = async (freight: Freight) =>
    (await harness.list('Promotion')).find(
      ({ spec }) => spec.freight === freight.metadata.name,
    )!;

  beforeEach(async () => {
    script = new ScriptedStep();
    harness = await EngineHarness.create({
      steps: [script.step, composeOutputStep as AnyStep],
    });
    harness.publish(imageOf('backend'), '1.0.0');
    harness.publish(imageOf('frontend'), '5.0.0');
    await harness.apply(PIPELINE);
    await harness.settle();
    await harness.apply(DEV);
    await harness.settle();
  });

  afterEach(() => harness.stop());

  it('promotes both, one after the other, the second with what the first left', async () => {
    expect(await held()).toEqual({ backend: '1.0.0', frontend: '5.0.0' });
    expect((await dev()).status?.freightSummary).toBe('2/2 Fulfilled');
    const [first, second] = await harness.list('Promotion');
    expect(
      [first, second].map(
        ({ status }) =>
          Object.keys(status?.freightCollection?.items ?? {}).length,
      ),
    ).toEqual([1, 2]);
  });

  it('inflates tasks and evaluates conditions for the Freight in question', async () => {
    const backend = await promotionOf(await freightOf('backend', '1.0.0'));
    const frontend = await promotionOf(await freightOf('frontend', '5.0.0'));
    expect(backend.spec.steps?.map(step => step.as)).toEqual([
      'img',
      'task-2::c',
      'task-2::step-2',
    ]);
    expect(backend.spec.steps?.[1].vars).toEqual([
      { name: 'branch', value: 'main' },
    ]);
    const statuses = ({ status }: Promotion) =>
      status?.stepExecutionMetadata?.map(step => step.status);
    expect(statuses(backend)).toEqual(['Succeeded', 'Succeeded', 'Succeeded']);
    expect(statuses(frontend)).toEqual(['Skipped', 'Succeeded', 'Succeeded']);
    expect(frontend.status?.state).toMatchObject({
      'task-2': { to: 'main', be: '1.0.0' },
    });
  });

  it('hands Freight of a failed Promotion on, as Kargo does, but never retries it', async () => {
    script.plan('commit', throwing('the branch is protected'));
    await publish('backend', '1.1.0');
    const failed = await promotionOf(await freightOf('backend', '1.1.0'));
    expect(failed.status).toMatchObject({
      phase: 'Errored',
      message: expect.stringMatching(
        /^step "task-2::c" met error threshold of 1: .*the branch is protected/,
      ),
      currentStep: 2,
      stepExecutionMetadata: [
        { alias: 'img', status: 'Succeeded' },
        { alias: 'task-2::c', status: 'Errored', errorCount: 1 },
        { alias: 'task-2::step-2', status: 'Skipped' },
      ],
    });
    expect(await held()).toEqual({ backend: '1.0.0', frontend: '5.0.0' });
    expect((await dev()).status?.conditions).toContainEqual(
      expect.objectContaining({
        type: 'Ready',
        status: 'False',
        reason: 'LastPromotionErrored',
      }),
    );
    await harness.advance(600_000);
    expect(await harness.list('Promotion')).toHaveLength(3);

    await publish('frontend', '5.1.0');
    expect(await held()).toEqual({ backend: '1.1.0', frontend: '5.1.0' });
    const left = await freightOf('backend', '1.0.0');
    expect(left.status).toMatchObject({
      currentlyIn: {},
      verifiedIn: { dev: { longestSoak: expect.any(String) } },
    });
  });

  it('holds automation off for one origin and not for the other', async () => {
    await publish('backend', '1.1.0');
    const older = await freightOf('backend', '1.0.0');
    await harness.advance(1_000);
    await harness.promote('dev', older.metadata.name);
    await harness.settle();
    expect(Object.keys((await dev()).status?.autoPromotionHolds ?? {})).toEqual(
      ['Warehouse/backend'],
    );
    await publish('frontend', '5.1.0');
    expect(await held()).toEqual({ backend: '1.0.0', frontend: '5.1.0' });
  });

  it('forgets an origin that is no longer requested with the next Promotion', async () => {
    await harness.apply(demoStage('dev', { backend: '{direct: true}' }, STEPS));
    await harness.settle();
    expect((await dev()).status?.freightSummary).toBe('2/1 Fulfilled');
    await publish('backend', '1.1.0');
    expect(await held()).toEqual({ backend: '1.1.0' });
    expect((await dev()).status?.freightSummary).toBe(
      (await freightOf('backend', '1.1.0')).metadata.name,
    );
  });
});
