import { EngineHarness } from '../EngineHarness';
import {
  demoProject,
  demoStage,
  demoWarehouse,
  imageOf,
} from '../scenarioManifests';
import { ScriptedStep } from '../ScriptedStep';

jest.setTimeout(120_000);

describe('a field of a step that takes texts only', () => {
  let script: ScriptedStep;
  let harness: EngineHarness;

  beforeEach(async () => {
    script = new ScriptedStep();
    harness = await EngineHarness.create({ steps: [script.step] });
  });

  afterEach(() => harness.stop());

  it('gets the text that was rendered, whatever it looks like', async () => {
    harness.publish(imageOf('guestbook'), '1.0.0');
    await harness.apply(demoProject('none') + demoWarehouse('guestbook'));
    await harness.settle();
    const names = [
      '{"stage":"${{ ctx.stage }}"}',
      '${{ 1234567 }}',
      '${{ true }}',
      '1${{ 2 }}',
    ];
    const steps = names.map(
      (name, i) =>
        `{uses: scripted, as: s${i}, config: {name: ${JSON.stringify(name)}}}`,
    );
    await harness.apply(
      demoStage('test', { guestbook: '{direct: true}' }, `[${steps}]`),
    );
    const [freight] = await harness.list('Freight');
    await harness.promote('test', freight.metadata.name);
    await harness.settle();
    expect(script.attempts).toEqual([
      '{"stage":"test"}',
      '1234567',
      'true',
      '12',
    ]);
  }, 60_000);
});
