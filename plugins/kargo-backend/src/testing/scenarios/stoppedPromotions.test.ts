import { readdirSync } from 'node:fs';
import { access, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { StepOutcome } from 'backstage-plugin-kargo-node';
import { EngineHarness } from '../EngineHarness';
import {
  demoProject,
  demoStage,
  demoWarehouse,
  imageOf,
} from '../scenarioManifests';
import { Attempt, hanging, ScriptedStep } from '../ScriptedStep';

const SECOND = 1_000;

jest.setTimeout(120_000);

/** An attempt that a test ends, whatever its signal says. */
function deaf(): { attempt: Attempt; end: (outcome: StepOutcome) => void } {
  let end: (outcome: StepOutcome) => void = () => undefined;
  const ended = new Promise<StepOutcome>(resolve => {
    end = resolve;
  });
  return { attempt: () => ended, end };
}

describe('Promotions that are stopped', () => {
  let script: ScriptedStep;
  let harness: EngineHarness;
  let promotionName: string;
  const workDirs: string[] = [];

  beforeEach(async () => {
    script = new ScriptedStep();
    workDirs.length = 0;
    harness = await EngineHarness.create({ steps: [script.step] });
    harness.publish(imageOf('guestbook'), '1.0.0');
    await harness.apply(demoProject('none') + demoWarehouse('guestbook'));
    await harness.settle();
  });

  afterEach(() => harness.stop());

  /** Promotes with steps in flow-style YAML and waits until so many attempts have begun. */
  const promote = async (steps: string, attempts = 1) => {
    await harness.apply(
      demoStage('test', { guestbook: '{direct: true}' }, steps),
    );
    const [freight] = await harness.list('Freight');
    const promotion = await harness.promote('test', freight.metadata.name);
    promotionName = promotion.metadata.name;
    await harness.until(() => script.attempts.length >= attempts);
  };
  const key = () => ({
    kind: 'Promotion' as const,
    namespace: 'demo',
    name: promotionName,
  });
  const status = async () => (await harness.store.find(key()))?.status;
  const abort = () =>
    harness.store.patch(key(), {
      metadata: {
        annotations: {
          'kargo.akuity.io/abort': JSON.stringify({
            action: 'terminate',
            actor: 'user:default/ann',
          }),
        },
      },
    });
  const hasEnded = async () => (await status())?.finishedAt !== undefined;
  /** Notes the folder of the attempt, then does what is planned. */
  const noting =
    (attempt: Attempt): Attempt =>
    context => {
      const root = join(harness.root, 'promotions');
      const [folder] = readdirSync(root).filter(name =>
        name.startsWith('promotion-'),
      );
      workDirs.push(join(root, folder));
      return attempt(context);
    };
  const isGone = (path: string) =>
    access(path).then(
      () => false,
      () => true,
    );

  it('are aborted while a step runs: it is told so, and no time passes', async () => {
    let told: unknown;
    script.plan(
      'a',
      noting(context => {
        context.signal.addEventListener('abort', () => {
          told = (context.signal.reason as Error).message;
        });
        return hanging(context);
      }),
    );
    await promote(
      '[{uses: scripted, as: a, config: {name: a}}, {uses: noop, as: b}]',
    );
    const before = harness.clock.monotonic();
    await abort();
    await harness.until(hasEnded);
    expect(harness.clock.monotonic()).toBe(before);
    expect(told).toBe('The Promotion is to be aborted');
    expect(await status()).toMatchObject({
      phase: 'Aborted',
      message: 'Promotion terminated by user:default/ann',
      stepExecutionMetadata: [{ alias: 'a', status: 'Aborted' }],
    });
    await harness.settle();
    expect(await isGone(workDirs[0])).toBe(true);
  });

  it.each([
    ['the request comes while the last step ends', false],
    ['the last step ends well after it was told to stop', true],
  ])('end Aborted, never Succeeded, when %s', async (_, isTold) => {
    const step = deaf();
    script.plan('a', context => {
      if (isTold) {
        context.signal.addEventListener('abort', () =>
          step.end({ kind: 'succeeded' }),
        );
      }
      return step.attempt(context);
    });
    await promote('[{uses: scripted, as: a, config: {name: a}}]');
    const asked = abort();
    if (!isTold) {
      step.end({ kind: 'succeeded' });
    }
    await asked;
    await harness.until(hasEnded);
    // The request was accepted before the end was written, or it was refused by it.
    const { phase } = (await status()) ?? {};
    const promotion = await harness.get('Promotion', promotionName);
    expect([phase, promotion.metadata.annotations]).toEqual([
      'Aborted',
      expect.objectContaining({
        'kargo.akuity.io/abort': expect.stringContaining('terminate'),
      }),
    ]);
  });

  it('are aborted although a step ignores that it is told to', async () => {
    const step = deaf();
    script.plan('a', noting(step.attempt));
    await promote('[{uses: scripted, as: a, config: {name: a}}]');
    await abort();
    await harness.until(async () => {
      await harness.clock.advance(SECOND);
      return hasEnded();
    });
    expect((await status())?.phase).toBe('Aborted');
    step.end({ kind: 'succeeded', output: { late: true } });
    await harness.settle();
    expect(await status()).toMatchObject({ phase: 'Aborted' });
    expect((await status())?.state).toBeUndefined();
    expect(await isGone(workDirs[0])).toBe(true);
  });

  it('end when the time of a step that hangs is over, and clean up after it', async () => {
    script.plan('a', hanging);
    await promote(
      `[{uses: scripted, as: a, retry: {timeout: 30s}, config: {name: a}}, {uses: noop, as: b}, {uses: scripted, as: c, if: "\${{ always() }}", config: {name: c}}]`,
    );
    await harness.clock.advance(29 * SECOND);
    expect(await hasEnded()).toBe(false);
    await harness.clock.advance(SECOND);
    await harness.until(hasEnded);
    const { phase, message, stepExecutionMetadata } = (await status()) ?? {};
    expect([phase, message]).toEqual([
      'Errored',
      'step "a" timed out after 30s',
    ]);
    expect(stepExecutionMetadata?.map(entry => entry.status)).toEqual([
      'Errored',
      'Skipped',
      'Succeeded',
    ]);
  });

  it('give up a step that goes on after its time, and never use its folder again', async () => {
    const step = deaf();
    script.plan('a', noting(step.attempt));
    script.plan(
      'b',
      noting(() => ({ kind: 'succeeded' })),
    );
    await promote(
      `[{uses: scripted, as: a, retry: {timeout: 30s}, config: {name: a}}, {uses: scripted, as: b, if: "\${{ always() }}", config: {name: b}}]`,
    );
    await harness.until(async () => {
      await harness.clock.advance(SECOND);
      return hasEnded();
    });
    expect((await status())?.message).toBe('step "a" timed out after 30s');
    expect(workDirs).toHaveLength(2);
    expect(workDirs[1]).not.toBe(workDirs[0]);
    step.end({ kind: 'succeeded', output: { late: true } });
    await harness.settle();
    expect(await status()).toMatchObject({ phase: 'Errored' });
  });

  it.each([
    ['while a step runs', hanging],
    [
      'between two looks at a step that waits',
      (() => ({ kind: 'waiting', reason: 'not yet' })) as Attempt,
    ],
  ])('leave no folder when they are deleted %s', async (_, attempt) => {
    script.plan('a', noting(attempt));
    await promote('[{uses: scripted, as: a, config: {name: a}}]');
    await harness.until(() => workDirs.length > 0);
    await harness.store.delete(key());
    await harness.settle();
    expect(await readdir(join(harness.root, 'promotions'))).toEqual([]);
    expect(script.attempts).toEqual(['a']);
  });
});
