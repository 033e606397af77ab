import { createMetricsProgress } from '../../wiring/createMetricsProgress';
import { observeStages } from '../../wiring/observeStages';
import { EngineHarness } from '../EngineHarness';
import { RecordingMetrics } from '../RecordingMetrics';
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
const skipping: Attempt = () => ({ kind: 'skipped', reason: 'no need' });

describe('what metrics tell of the engine', () => {
  let metrics: RecordingMetrics;
  let script: ScriptedStep;
  let harness: EngineHarness;

  beforeEach(async () => {
    metrics = new RecordingMetrics();
    script = new ScriptedStep();
    harness = await EngineHarness.create({
      steps: [script.step],
      progress: createMetricsProgress(metrics),
      healthCheckers: [
        { id: 'ill', check: async () => ({ status: 'Unhealthy' }) },
      ],
    });
    harness.publish(imageOf('web'), '1.0.0');
    await harness.apply(demoProject('none') + demoWarehouse('web'));
    await harness.settle();
  });
  afterEach(() => harness.stop());

  const aStage = (name: string, steps?: string) =>
    harness.apply(demoStage(name, { web: '{direct: true}' }, steps));

  async function promote(stage: string): Promise<string> {
    const [freight] = await harness.list('Freight');
    const { metadata } = await harness.promote(stage, freight.metadata.name);
    await harness.settle();
    return metadata.name;
  }

  it('the time of a Promotion without what it waited for its turn', async () => {
    await aStage('test', '[{uses: scripted, as: a, config: {name: a}}]');
    script.plan('a', waiting, () => ({ kind: 'succeeded' }), waiting);
    await promote('test');
    await promote('test');
    await harness.advance(5 * MINUTE);
    await harness.advance(5 * MINUTE);
    const attributes = { project: 'demo', terminalPhase: 'Succeeded' };
    expect(metrics.valuesOf('kargo.promotion.duration')).toEqual([
      { value: 300, attributes },
      { value: 300, attributes },
    ]);
  });

  it('that a Promotion ended that never began, and no time of it', async () => {
    await aStage('test', '[{uses: scripted, as: a, config: {name: a}}]');
    script.plan('a', waiting);
    await promote('test');
    const name = await promote('test');
    await harness.store.patch(
      { kind: 'Promotion', namespace: 'demo', name },
      {
        metadata: {
          annotations: {
            'kargo.akuity.io/abort': '{"action": "terminate"}',
          },
        },
      },
    );
    await harness.settle();
    expect(metrics.valuesOf('kargo.promotions.completed')).toEqual([
      {
        value: 1,
        attributes: { project: 'demo', terminalPhase: 'Aborted' },
      },
    ]);
    expect(metrics.valuesOf('kargo.promotion.duration')).toEqual([]);
  });

  it('the time of a step once, with all of its attempts', async () => {
    await aStage(
      'test',
      '[{uses: scripted, as: a, config: {name: a}, retry: {errorThreshold: 3}}]',
    );
    script.plan('a', throwing('no'), throwing('no'), throwing('no'));
    const name = await promote('test');
    await harness.advance(5 * MINUTE);
    await harness.advance(5 * MINUTE);
    const { status } = await harness.get('Promotion', name);
    const [step] = status?.stepExecutionMetadata ?? [];
    expect(step).toMatchObject({ status: 'Errored', errorCount: 3 });
    const seconds =
      (Date.parse(step.finishedAt!) - Date.parse(step.startedAt!)) / 1_000;
    const [{ value, attributes }, ...others] = metrics.valuesOf(
      'kargo.promotion.step.duration',
    );
    // Timestamps are whole seconds.
    expect(Math.abs(value - seconds)).toBeLessThan(1);
    expect(seconds).toBeGreaterThan(60);
    expect(attributes).toEqual({
      project: 'demo',
      stepKind: 'scripted',
      terminalStatus: 'Errored',
    });
    expect(others).toEqual([]);
  });

  it('nothing of a step that is skipped, by its condition or by itself', async () => {
    await aStage(
      'test',
      '[{uses: noop, as: a, if: "${{ false }}"}, {uses: scripted, as: b, config: {name: b}}]',
    );
    script.plan('b', skipping);
    await promote('test');
    expect(metrics.valuesOf('kargo.promotions.completed')).toHaveLength(1);
    expect(metrics.valuesOf('kargo.promotion.step.duration')).toEqual([]);
  });

  it('how many Stages are ready and why others are not, without those that have no steps', async () => {
    observeStages(metrics, harness.store);
    const reasons = async () =>
      Object.fromEntries(
        (await metrics.collect('kargo.stages.by_ready_reason')).map(
          ({ value, attributes }) => [
            `${attributes.project} ${attributes.reason}`,
            value,
          ],
        ),
      );
    await aStage('gate', '');
    await harness.settle();
    expect(await reasons()).toEqual({});
    script.plan('c', () => ({
      kind: 'succeeded',
      healthCheck: { uses: 'ill', config: {} },
    }));
    await aStage('a');
    await aStage('b');
    await aStage('c', '[{uses: scripted, as: c, config: {name: c}}]');
    await harness.settle();
    expect(await reasons()).toEqual({ 'demo NoFreight': 3 });
    await promote('a');
    await promote('b');
    await promote('c');
    expect(await reasons()).toEqual({
      'demo Unhealthy': 1,
      'demo Verified': 2,
    });
  });

  it('nothing of Stages any more when it is stopped', async () => {
    const stop = observeStages(metrics, harness.store);
    await aStage('a');
    await harness.settle();
    stop();
    expect(await metrics.collect('kargo.stages.by_ready_reason')).toEqual([]);
  });
});
