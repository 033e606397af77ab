import { isConditionTrue } from 'backstage-plugin-kargo-common';
import { EngineHarness } from '../EngineHarness';
import {
  demoProject,
  demoStage,
  demoWarehouse,
  imageOf,
} from '../scenarioManifests';
import { ScriptedStep } from '../ScriptedStep';

jest.setTimeout(120_000);

const DIRECT = { web: '{direct: true}' };
const STEPS = '[{uses: scripted, as: a, config: {name: a}}]';

describe('a Stage that loses its steps', () => {
  let harness: EngineHarness;
  let script: ScriptedStep;

  beforeEach(async () => {
    script = new ScriptedStep();
    harness = await EngineHarness.create({ steps: [script.step] });
    harness.publish(imageOf('web'), '1.0.0');
    await harness.apply(
      demoProject('none') +
        demoWarehouse('web') +
        demoStage('test', DIRECT, STEPS) +
        demoStage('prod', { web: '{stages: [test], requiredSoakTime: 1h}' }),
    );
    await harness.settle();
  });
  afterEach(() => harness.stop());

  async function promote(): Promise<void> {
    const [freight] = await harness.list('Freight');
    await harness.promote('test', freight.metadata.name);
    await harness.settle();
  }

  async function loseSteps(): Promise<void> {
    await harness.apply(demoStage('test', DIRECT, ''));
    await harness.settle();
  }

  it('holds nothing any more, so that nothing soaks there', async () => {
    await promote();
    await loseSteps();
    await harness.advance(2 * 3_600_000);
    const [{ metadata, status }] = await harness.list('Freight');
    expect(status?.verifiedIn).toHaveProperty('test');
    expect(status?.currentlyIn).toEqual({});
    await expect(harness.promote('prod', metadata.name)).rejects.toThrow(
      /of 1h0m0s in 'test', and is no longer there$/,
    );
  });

  it('ends what ran for it and what waited', async () => {
    script.plan('a', () => ({ kind: 'waiting', reason: 'not yet' }));
    await promote();
    await promote();
    const phases = async () =>
      (await harness.list('Promotion')).map(({ status }) => status?.phase);
    expect(await phases()).toEqual(['Running', 'Pending']);
    await loseSteps();
    const message =
      "Stage 'test' has no promotion steps any more; it lets Freight through without a Promotion";
    expect(await harness.list('Promotion')).toEqual(
      Array(2).fill(
        expect.objectContaining({
          status: expect.objectContaining({
            phase: 'Errored',
            message,
            finishedAt: expect.any(String),
          }),
        }),
      ),
    );
    const [stage] = (await harness.list('Stage')).filter(
      ({ metadata }) => metadata.name === 'test',
    );
    expect(isConditionTrue(stage.status, 'Ready')).toBe(true);
  });

  it.each([
    ['free', 0],
    ['at work', 1],
  ])('gets none that was asked for while it was %s', async (_, running) => {
    script.plan('a', () => ({ kind: 'waiting', reason: 'not yet' }));
    for (let count = 0; count < running; count++) {
      await promote();
    }
    const write = harness.store.write.bind(harness.store);
    // Between what the request has read and what it writes.
    jest.spyOn(harness.store, 'write').mockImplementationOnce(async writes => {
      await loseSteps();
      return write(writes);
    });
    await expect(promote()).rejects.toThrow('defines no promotion steps');
    const promotions = await harness.list('Promotion');
    expect(promotions.map(({ status }) => status?.phase)).toEqual(
      Array(running).fill('Errored'),
    );
  });
});
