import { JsonObject } from 'backstage-plugin-kargo-common';
import {
  AnyStep,
  createMetricProvider,
  createStep,
} from 'backstage-plugin-kargo-node';
import { z } from 'zod';
import { EngineHarness } from '../EngineHarness';
import {
  demoProject,
  demoStage,
  demoWarehouse,
  imageOf,
} from '../scenarioManifests';

jest.setTimeout(120_000);

const ADVICE = 'a\0b';
const RELAY = '[{uses: relay, config: {fails: false}}]';
const KEPT = 'a\ufffdb';

const UNTIDY = { [ADVICE]: [ADVICE, { inner: ADVICE }] };
/** What the step hands on. */
let handed: object = UNTIDY;

/** Hands on what a host answered, in every place there is. */
const relayStep = createStep({
  id: 'relay',
  description: 'Hands on what it was told.',
  config: z.object({ fails: z.boolean() }),
  run: async ({ fails }) =>
    fails
      ? { kind: 'failed', reason: ADVICE, final: true }
      : {
          kind: 'succeeded',
          message: ADVICE,
          output: handed as JsonObject,
        },
}) as AnyStep;

describe('what the world answers', () => {
  let harness: EngineHarness;
  let measured: number;
  let value: string;

  beforeEach(async () => {
    measured = 0;
    handed = UNTIDY;
    value = '';
    harness = await EngineHarness.create({
      steps: [relayStep],
      metricProviders: [
        createMetricProvider({
          id: 'broken',
          description: 'Cannot say whether it can measure.',
          config: z.object({ url: z.string() }),
          unavailable: ({ url }) => {
            throw new Error(`no idea of ${url}`);
          },
          measure: () => Promise.reject(new Error('not asked for')),
        }),
        createMetricProvider({
          id: 'relay',
          description: 'Measures what it is told.',
          config: z.looseObject({}),
          async measure() {
            measured += 1;
            return {
              kind: 'measured',
              result: value,
              value,
              metadata: { note: value },
            };
          },
        }),
      ],
    });
  });
  afterEach(() => harness.stop());

  async function promote(steps: string, more = '') {
    harness.publish(imageOf('web'), '1.0.0');
    await harness.apply(
      [
        demoProject('none'),
        demoWarehouse('web'),
        demoStage('test', { web: '{direct: true}' }, steps),
        more,
      ].join('\n'),
    );
    await harness.settle();
    const [freight] = await harness.list('Freight');
    await harness.promote('test', freight.metadata.name);
    await harness.settle();
    return (await harness.list('Promotion'))[0];
  }

  it('is kept without the NUL characters in it, and a Promotion ends', async () => {
    const { status } = await promote(
      '[{uses: relay, as: one, config: {fails: false}}, {uses: relay, as: two, config: {fails: true}}]',
    );
    expect(status).toMatchObject({
      phase: 'Failed',
      message: expect.stringContaining(KEPT),
      state: { one: { [KEPT]: [KEPT, { inner: KEPT }] } },
      stepExecutionMetadata: [
        { status: 'Succeeded', message: KEPT },
        { status: 'Failed', message: expect.stringContaining(KEPT) },
      ],
    });
    expect(await harness.events()).toContainEqual(
      expect.stringContaining('PromotionFailed'),
    );
  });

  it('is turned into JSON for the steps behind, and left out where it cannot be', async () => {
    handed = { at: new Date(0), nothing: undefined, size: 3 };
    const { status } = await promote(
      '[{uses: relay, as: one, config: {fails: false}}, {uses: noop, as: two, if: "${{ outputs.one.size + 1 == 4 && outputs.one.at == \'1970-01-01T00:00:00.000Z\' && outputs.one.nothing == nil }}"}]',
    );
    expect(status).toMatchObject({
      phase: 'Succeeded',
      state: { one: { at: '1970-01-01T00:00:00.000Z', size: 3 } },
      stepExecutionMetadata: [{ status: 'Succeeded' }, { status: 'Succeeded' }],
    });
  });

  /** A Stage that verifies by one metric. */
  const verifying = (metric: string, rest = '') => `
  verification: {analysisTemplates: [{name: smoke}]}
---
apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata: {name: smoke, namespace: demo}
spec:
  metrics: [{name: relay, provider: {relay: {}}, ${metric}}]
  ${rest}
`;

  it('is kept without the NUL characters in it, and a verification ends', async () => {
    value = ADVICE;
    await promote(RELAY, verifying('successCondition: "true"'));
    const [run] = await harness.list('AnalysisRun');
    expect(run.status).toMatchObject({
      phase: 'Successful',
      metricResults: [
        { measurements: [{ value: KEPT, metadata: { note: KEPT } }] },
      ],
    });
    expect(measured).toBe(1);
  });

  it('ends a verification where a provider breaks before anything is measured', async () => {
    await promote(
      RELAY,
      verifying('').replace('relay: {}', 'broken: {url: nowhere}'),
    );
    const { status } = await harness.get('Stage', 'test');
    expect(status?.freightHistory?.[0].verificationHistory).toMatchObject([
      {
        phase: 'Error',
        message: 'error building AnalysisRun: no idea of nowhere',
      },
    ]);
  });

  it('fills no AnalysisRun, however many measurements it is to retain', async () => {
    value = '\x01'.repeat(4000);
    await promote(
      RELAY,
      verifying(
        'interval: 10s, count: 40, successCondition: "true"',
        'measurementRetention: [{metricName: relay, limit: 1000000}]',
      ),
    );
    for (let n = 1; n < 40; n++) {
      await harness.advance(10_000);
    }
    const [run] = await harness.list('AnalysisRun');
    expect(run.status).toMatchObject({
      phase: 'Successful',
      metricResults: [{ count: 40, successful: 40 }],
    });
    expect(measured).toBe(40);
    const { measurements = [] } = run.status?.metricResults?.[0] ?? {};
    expect(measurements.length).toBeGreaterThan(10);
    expect(measurements.length).toBeLessThan(40);
  });

  it('ends an AnalysisRun that has more metrics than room', async () => {
    value = '\x01'.repeat(4000);
    const metrics = Array.from(
      { length: 40 },
      (_, n) =>
        `{name: m${n}, provider: {relay: {}}, successCondition: "true"}`,
    );
    await promote(
      RELAY,
      verifying('').replace(/metrics: .*/, `metrics: [${metrics}]`),
    );
    const [run] = await harness.list('AnalysisRun');
    expect(run.status).toMatchObject({
      phase: 'Error',
      message: expect.stringContaining('an object can take 1.5 MiB at most'),
    });
    expect(measured).toBe(40);
  });
});
