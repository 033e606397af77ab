import { AnyStep } from 'backstage-plugin-kargo-node';
import { Knex } from 'knex';
import { composeOutputStep } from '../../builtins/steps/compose-output/runner';
import { EngineHarness } from '../EngineHarness';
import {
  demoProject,
  demoStage,
  demoWarehouse,
  imageOf,
} from '../scenarioManifests';
import { ScriptedStep } from '../ScriptedStep';
import { createMemoryDatabase } from '../memoryDatabase';

jest.setTimeout(120_000);

const KB = 1_000;
const HOUR = 3_600_000;

describe('steps with large outputs', () => {
  let knex: Knex;
  let harness: EngineHarness;
  let script: ScriptedStep;
  let promotionName: string;

  beforeEach(async () => {
    knex = createMemoryDatabase();
    script = new ScriptedStep();
    harness = await EngineHarness.create({
      knex,
      steps: [composeOutputStep as AnyStep, script.step],
    });
    harness.publish(imageOf('guestbook'), '1.0.0');
    await harness.apply(demoProject('none') + demoWarehouse('guestbook'));
    await harness.settle();
  });

  afterEach(() => harness.stop());

  const promote = async (steps: string[], annotations = '{}') => {
    await harness.apply(
      demoStage(
        'test',
        { guestbook: '{direct: true}' },
        `[${steps.join(', ')}]`,
      ).replace(
        'namespace: demo}',
        `namespace: demo, annotations: ${annotations}}`,
      ),
    );
    const [freight] = await harness.list('Freight');
    const { metadata } = await harness.promote('test', freight.metadata.name);
    promotionName = metadata.name;
    await harness.settle();
  };

  /** Each hands on the text of the first. */
  const textSteps = (count: number) => [
    `{uses: compose-output, as: s1, config: {text: ${'x'.repeat(100 * KB)}}}`,
    ...Array.from(
      { length: count - 1 },
      (_, index) =>
        `{uses: compose-output, as: s${
          index + 2
        }, config: {text: "\${{ outputs.s1.text }}"}}`,
    ),
  ];

  /** How often the Promotion was written, and the bytes of that. */
  const history = async () => {
    const [{ writes, bytes }] = await knex('resource_changes')
      .where({ kind: 'Promotion', name: promotionName })
      .select(knex.raw('count(*) as writes, sum(bytes) as bytes'));
    return { writes, bytes };
  };

  it('fails the step whose output the Promotion has no room for, and goes on by the rules', async () => {
    await promote([
      ...textSteps(20),
      `{uses: compose-output, as: last, if: "\${{ failure() }}", config: {told: "\${{ status('s14') }}"}}`,
    ]);
    const { status } = await harness.get('Promotion', promotionName);
    const steps = status?.stepExecutionMetadata ?? [];
    const failed = steps.findIndex(step => step.status === 'Errored');
    expect(steps.map(step => step.status)).toEqual([
      ...Array(failed).fill('Succeeded'),
      'Errored',
      ...Array(20 - failed - 1).fill('Skipped'),
      'Succeeded',
    ]);
    // The text is in the manifest too, and something is kept free.
    expect(failed).toBe(13);
    expect(steps[failed].message).toMatch(
      /there is no room for the output of step "s14", 97\.7 KiB: a Promotion with the outputs of all its steps can take 1\.4 MiB; shrink it, or the outputs of "s1" \(97\.7 KiB\), "s2" \(97\.7 KiB\), "s3" \(97\.7 KiB\)$/,
    );
    expect(status?.phase).toBe('Errored');
    expect(status?.message).toContain(steps[failed].message);
    expect(Object.keys(status?.state ?? {})).not.toContain('s14');
    expect(status?.state?.last).toEqual({ told: 'Errored' });
  });

  it('writes no more once it is over', async () => {
    await promote(textSteps(20));
    const before = await history();
    expect(before.writes).toBeLessThanOrEqual(25);
    expect(before.bytes).toBeLessThan(64 * 1024 * KB);
    await harness.advance(HOUR);
    expect(await history()).toEqual(before);
    expect(harness.log).toEqual([]);
  });

  it('may go on past such a step where the manifest says so', async () => {
    const steps = textSteps(14);
    steps[13] = steps[13].replace('config:', 'continueOnError: true, config:');
    await promote([...steps, '{uses: noop, as: after}']);
    const { status } = await harness.get('Promotion', promotionName);
    expect(status?.phase).toBe('Succeeded');
    expect(
      status?.stepExecutionMetadata?.slice(-2).map(step => step.status),
    ).toEqual(['Errored', 'Succeeded']);
  });

  it('ends a Promotion that grows too large by what its last step says', async () => {
    script.plan('a', () => ({
      kind: 'failed',
      reason: 'y'.repeat(1_600 * KB),
      final: true,
    }));
    await promote(['{uses: scripted, as: a, config: {name: a}}']);
    const { status } = await harness.get('Promotion', promotionName);
    expect(status?.phase).toBe('Errored');
    expect(status?.message).toContain('an object can take 1.5 MiB at most');
    expect(script.attempts).toEqual(['a']);
  });

  it('ends a Promotion that grows too large by what a step says', async () => {
    script.plan('a', () => ({
      kind: 'failed',
      reason: 'y'.repeat(1_600 * KB),
      final: true,
    }));
    await promote([
      '{uses: scripted, as: a, config: {name: a}}',
      '{uses: noop, as: b}',
    ]);
    const { status } = await harness.get('Promotion', promotionName);
    expect(status?.phase).toBe('Errored');
    expect(status?.message).toMatch(
      /would take [\d.]+ MiB, and an object can take 1\.5 MiB at most; shrink /,
    );
    expect(script.attempts).toEqual(['a']);
    expect(status?.stepExecutionMetadata).toMatchObject([
      { alias: 'a', status: 'Failed', message: expect.stringMatching(/y… \(/) },
      ...(status?.stepExecutionMetadata ?? []).slice(1),
    ]);
    const before = await history();
    await harness.advance(HOUR);
    expect(await history()).toEqual(before);
  });

  it('tells which steps ran of a Promotion that grows too large', async () => {
    script.plan('b', () => ({
      kind: 'failed',
      reason: 'y'.repeat(1_600 * KB),
      final: true,
    }));
    await promote([
      '{uses: scripted, as: a, config: {name: a}}',
      '{uses: scripted, as: b, config: {name: b}}',
    ]);
    const { status } = await harness.get('Promotion', promotionName);
    expect(script.attempts).toEqual(['a', 'b']);
    expect(status?.stepExecutionMetadata).toMatchObject([
      { alias: 'a', status: 'Succeeded' },
      { alias: 'b', status: 'Failed', message: expect.stringMatching(/y… \(/) },
    ]);
    expect(status?.currentStep).toBe(1);
  });

  describe('does not stop its Stage', () => {
    const stage = () => harness.get('Stage', 'test');

    async function promoteAgain() {
      harness.publish(imageOf('guestbook'), '1.1.0');
      await harness.refresh('Warehouse', 'guestbook');
      await harness.settle();
      const newest = (await harness.list('Freight')).find(
        ({ images }) => images?.[0].tag === '1.1.0',
      );
      await harness.promote('test', newest?.metadata.name ?? '');
      await harness.settle();
    }

    it('when a Promotion leaves more than the Stage has room for', async () => {
      await promote(textSteps(13), `{note: ${'z'.repeat(250 * KB)}}`);
      await harness.advance(HOUR);
      const { status } = await stage();
      expect(status).toMatchObject({
        lastPromotion: { name: promotionName, status: { phase: 'Succeeded' } },
        freightHistory: [{ items: {} }],
      });
      expect(status).not.toHaveProperty('currentPromotion');
      expect(status?.lastPromotion?.status).not.toHaveProperty('state');
      const promotion = await harness.get('Promotion', promotionName);
      expect(Object.keys(promotion.status?.state ?? {})).toHaveLength(13);
    });

    it('when a step says much', async () => {
      script.plan('a', () => ({
        kind: 'failed',
        reason: 'y'.repeat(600 * KB),
        final: true,
      }));
      await promote(['{uses: scripted, as: a, config: {name: a}}']);
      expect((await stage()).status?.lastPromotion?.status).toMatchObject({
        phase: 'Failed',
        message: expect.stringMatching(/y… \(\d+ characters\)$/),
      });
      await promoteAgain();
      expect((await stage()).status?.lastPromotion?.status?.phase).toBe(
        'Succeeded',
      );
    });
  });
});
