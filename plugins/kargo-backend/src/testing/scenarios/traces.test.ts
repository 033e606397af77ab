import { AnyStep } from 'backstage-plugin-kargo-node';
import { composeOutputStep } from '../../builtins/steps/compose-output/runner';
import { EngineHarness } from '../EngineHarness';
import { RecordedSpan, RecordingTracing } from '../RecordingTracing';
import {
  demoProject,
  demoStage,
  demoWarehouse,
  imageOf,
} from '../scenarioManifests';
import { Attempt, ScriptedStep, throwing } from '../ScriptedStep';

jest.setTimeout(120_000);

const MINUTE = 60_000;
const waiting: Attempt = () => ({ kind: 'waiting', reason: 'not yet' });

describe('what a trace tells of a Promotion', () => {
  let tracing: RecordingTracing;
  let script: ScriptedStep;
  let harness: EngineHarness;

  beforeEach(async () => {
    tracing = new RecordingTracing();
    script = new ScriptedStep();
    harness = await EngineHarness.create({
      steps: [script.step, script.acting, composeOutputStep as AnyStep],
      tracing,
    });
    harness.publish(imageOf('web'), '1.0.0');
    await harness.apply(demoProject('none') + demoWarehouse('web'));
    await harness.settle();
  });
  afterEach(() => harness.stop());

  async function promote(steps: string): Promise<string> {
    await harness.apply(demoStage('test', { web: '{direct: true}' }, steps));
    const [freight] = await harness.list('Freight');
    const { metadata } = await harness.promote('test', freight.metadata.name);
    await harness.settle();
    return metadata.name;
  }

  const looksAt = (name: string) =>
    tracing
      .named('kargo.reconcile')
      .filter(({ attributes }) => attributes['kargo.name'] === name);
  const beneath = ({ id }: RecordedSpan) =>
    tracing.spans.filter(({ parent }) => parent === id);
  const namesOf = (spans: RecordedSpan[]) => spans.map(({ name }) => name);

  it('is one trace, with every span beneath the look that it belongs to', async () => {
    const name = await promote(
      '[{uses: compose-output, as: made, config: {a: b}}, {uses: acting, as: act, if: "${{ true }}", config: {name: act}}]',
    );
    const looks = looksAt(name);
    const [{ trace, parent }] = looks;
    expect(trace).toMatch(/^[0-9a-f]{32}$/);
    expect(looks.every(look => look.trace === trace)).toBe(true);
    // All beneath what stands for the Promotion itself.
    expect(new Set(looks.map(look => look.parent))).toEqual(new Set([parent]));
    const running = looks.find(look =>
      namesOf(beneath(look)).includes('kargo.step'),
    )!;
    expect(running.attributes).toEqual({
      'kargo.kind': 'Promotion',
      'kargo.project': 'demo',
      'kargo.name': name,
      'kargo.queue.delay_ms': expect.any(Number),
    });
    expect(namesOf(beneath(running))).toEqual([
      'kargo.store.write',
      'kargo.expression',
      'kargo.step',
      // What the first step came to, before the second acts.
      'kargo.store.write',
      'kargo.expression',
      'kargo.expression',
      'kargo.step',
      'kargo.store.write',
    ]);
    const ofStep = {
      'kargo.kind': 'Promotion',
      'kargo.project': 'demo',
      'kargo.name': name,
      'kargo.step.alias': 'act',
      'kargo.step.uses': 'acting',
    };
    const [condition, config, step, end] = beneath(running).slice(-4);
    expect([condition, config, step].map(span => span.attributes)).toEqual([
      { ...ofStep, 'kargo.expression.of': 'condition' },
      { ...ofStep, 'kargo.expression.of': 'config' },
      { ...ofStep, 'kargo.step.outcome': 'succeeded' },
    ]);
    expect(end.attributes).toEqual({
      'kargo.kind': 'Promotion',
      'kargo.project': 'demo',
      'kargo.name': name,
      // With the event that tells of it.
      'kargo.store.writes': 2,
    });
    expect(tracing.spans.every(span => span.hasEnded)).toBe(true);
  });

  it('goes on in the same trace after it has waited, and after a restart', async () => {
    script.plan('act', waiting);
    const name = await promote(
      '[{uses: scripted, as: act, config: {name: act}}]',
    );
    await harness.restart();
    await harness.advance(5 * MINUTE);
    const steps = tracing.named('kargo.step');
    expect(steps.map(step => step.attributes['kargo.step.outcome'])).toEqual([
      'waiting',
      'succeeded',
    ]);
    expect(new Set(steps.map(step => step.trace))).toEqual(
      new Set([looksAt(name)[0].trace]),
    );
  });

  it('is another than that of another Promotion, and of the Stage', async () => {
    const one = await promote('[{uses: noop}]');
    const other = await promote('[{uses: noop}]');
    const [stage] = looksAt('test');
    const traces = [looksAt(one)[0], looksAt(other)[0], stage].map(
      ({ trace }) => trace,
    );
    expect(new Set(traces).size).toBe(3);
    expect(stage.parent).toBeUndefined();
  });

  it('holds nothing of what a step says, reads or breaks with', async () => {
    await harness.apply(`
apiVersion: v1
kind: Secret
metadata: {name: app, namespace: demo, labels: {kargo.akuity.io/cred-type: generic}}
stringData: {token: s3cret-token}
`);
    script.plan('act', throwing('the host said s3cret-token'));
    await promote(
      '[{uses: scripted, as: act, config: {name: act, token: "${{ secret(\'app\').token }}"}}]',
    );
    const [step] = tracing.named('kargo.step');
    expect(step.status).toEqual({ code: 'error' });
    expect(step.attributes['error.type']).toBe('Error');
    expect(step.exception).toBeUndefined();
    expect(JSON.stringify(tracing.spans)).not.toContain('s3cret');
  });
});
