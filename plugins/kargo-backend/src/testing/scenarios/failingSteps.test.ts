import {
  StepOutcome,
  TerminalError,
  UpstreamUnavailableError,
} from 'backstage-plugin-kargo-node';
import { EngineHarness } from '../EngineHarness';
import {
  demoProject,
  demoStage,
  demoWarehouse,
  imageOf,
} from '../scenarioManifests';
import { Attempt, ScriptedStep, throwing } from '../ScriptedStep';

jest.setTimeout(120_000);

const SECOND = 1_000;
const waiting: Attempt = () => ({ kind: 'waiting', reason: 'not yet' });

describe('steps that do not succeed', () => {
  let script: ScriptedStep;
  let harness: EngineHarness;
  let promotionName: string;

  beforeEach(async () => {
    script = new ScriptedStep();
    harness = await EngineHarness.create({
      steps: [script.step, script.acting],
    });
    harness.publish(imageOf('guestbook'), '1.0.0');
    await harness.apply(demoProject('none') + demoWarehouse('guestbook'));
    await harness.settle();
  });

  afterEach(() => harness.stop());

  /** Promotes with steps in flow-style YAML. */
  const promote = async (steps: string) => {
    await harness.apply(
      demoStage('test', { guestbook: '{direct: true}' }, steps),
    );
    const [freight] = await harness.list('Freight');
    const promotion = await harness.promote('test', freight.metadata.name);
    promotionName = promotion.metadata.name;
    await harness.settle();
  };
  const promotion = () => harness.get('Promotion', promotionName);
  const outcome = async () => {
    const { status } = await promotion();
    return [
      status?.phase,
      ...(status?.stepExecutionMetadata?.map(
        ({ alias, status: step }) => `${alias} ${step}`,
      ) ?? []),
    ];
  };

  it('skips the rest, but not what wants to run always or on failure', async () => {
    script.plan('a', throwing('broken'));
    await promote(
      `[{uses: scripted, as: a, config: {name: a}},
        {uses: noop, as: b},
        {uses: noop, as: c, if: "\${{ always() }}"},
        {uses: noop, as: d, if: "\${{ failure() }}"},
        {uses: noop, as: e, if: "\${{ success() }}"},
        {uses: noop, as: f, if: "\${{ status('a') == 'Errored' }}"}]`.replace(
        /\n\s*/g,
        ' ',
      ),
    );
    expect(await outcome()).toEqual([
      'Errored',
      ...['a Errored', 'b Skipped', 'c Succeeded', 'd Succeeded'],
      ...['e Skipped', 'f Succeeded'],
    ]);
  });

  const loop: Record<string, unknown> = {};
  loop.self = loop;

  it.each<[what: string, given: unknown, told: string]>([
    ['nothing', undefined, 'no outcome: Invalid input'],
    ['null', null, 'no outcome: Invalid input'],
    ['a text', 'succeeded', 'no outcome: Invalid input'],
    ['an outcome that nobody knows', { kind: 'done' }, 'no outcome: kind: '],
    ['an outcome without kind', { output: {} }, 'no outcome: kind: '],
    [
      'a failure without reason',
      { kind: 'failed', final: true },
      'no outcome: reason: ',
    ],
    ['waiting without reason', { kind: 'waiting' }, 'no outcome: reason: '],
    [
      'a message that is no text',
      { kind: 'succeeded', message: 3 },
      'no outcome: message: ',
    ],
    [
      'a time that is none',
      { kind: 'waiting', reason: 'a', checkAgainInMs: NaN },
      'no outcome: checkAgainInMs: ',
    ],
    [
      'an output that is a list',
      { kind: 'succeeded', output: [1] },
      'an output that is no object with names',
    ],
    [
      'an endless output',
      { kind: 'succeeded', output: loop },
      'an output that is no JSON: Converting circular structure to JSON',
    ],
    [
      'an output that JSON does not know',
      { kind: 'succeeded', output: { size: 1n } },
      'an output that is no JSON: Do not know how to serialize a BigInt',
    ],
    [
      'an endless output of what broke',
      { kind: 'broken', error: new Error('a'), output: loop },
      'an output that is no JSON: Converting circular structure to JSON',
    ],
  ])('ends at a step that answers %s', async (_, given, told) => {
    script.plan('a', () => given as StepOutcome);
    await promote(
      '[{uses: acting, as: a, config: {name: a}, retry: {errorThreshold: 3}}]',
    );
    expect(await outcome()).toEqual(['Errored', 'a Errored']);
    const { status } = await promotion();
    const [{ message }] = status?.stepExecutionMetadata ?? [];
    expect(message).toContain(`error running step "a": the step 'acting'`);
    expect(message).toContain(told);
    expect(script.attempts).toEqual(['a']);
  });

  it.each([NaN, Infinity, Number.MAX_VALUE])(
    'tries again where a host is to be asked at %d',
    async retryAt => {
      script.plan('a', () => {
        throw new UpstreamUnavailableError('a.example', 'down', { retryAt });
      });
      await promote('[{uses: acting, as: a, config: {name: a}}]');
      const { status } = await promotion();
      expect(status).toMatchObject({
        phase: 'Running',
        nextCheckAt: expect.any(String),
        stepExecutionMetadata: [
          { message: expect.stringContaining('down'), errorCount: 1 },
        ],
      });
    },
  );

  it('goes on past a step that may fail', async () => {
    script.plan('a', throwing('broken'));
    await promote(
      '[{uses: scripted, as: a, continueOnError: true, config: {name: a}}, {uses: noop, as: b}]',
    );
    expect(await outcome()).toEqual(['Succeeded', 'a Errored', 'b Succeeded']);
  });

  it('says what is wrong with a condition, a configuration or an unknown step', async () => {
    await promote(
      `[{uses: noop, as: a, if: "success()"}, {uses: noop, as: b, if: "\${{ always() }}", config: {x: "\${{ nothing() }}"}}, {uses: unheard-of, as: c, if: "\${{ always() }}"}]`,
    );
    expect(await outcome()).toEqual([
      'Errored',
      ...['a Errored', 'b Errored', 'c Errored'],
    ]);
    const { status } = await promotion();
    expect(status?.stepExecutionMetadata?.map(step => step.message)).toEqual([
      expect.stringMatching(/^error checking if step "a" should be skipped/),
      expect.stringMatching(/^failed to build step context: /),
      expect.stringMatching(/^step kind "unheard-of" is not registered/),
    ]);
  });

  it('does not retry an ordinary error unless told', async () => {
    script.plan('a', throwing('broken'));
    await promote('[{uses: scripted, as: a, config: {name: a}}]');
    expect(await outcome()).toEqual(['Errored', 'a Errored']);
    expect(script.attempts).toEqual(['a']);
  });

  it('counts errors up to the threshold and backs off between', async () => {
    script.plan('a', throwing('one'), throwing('two'), throwing('three'));
    await promote(
      '[{uses: scripted, as: a, retry: {errorThreshold: 3}, config: {name: a}}]',
    );
    expect(await outcome()).toEqual(['Running', 'a Errored']);
    expect(
      (await promotion()).status?.stepExecutionMetadata?.[0],
    ).toMatchObject({
      errorCount: 1,
      message: expect.stringMatching(/one; step will be retried$/),
    });
    await harness.advance(700);
    expect(script.attempts).toHaveLength(1);
    await harness.advance(200);
    expect(script.attempts).toHaveLength(2);
    await harness.advance(2 * SECOND);
    expect((await promotion()).status).toMatchObject({
      phase: 'Errored',
      message: expect.stringMatching(
        /^step "a" met error threshold of 3: .*three/,
      ),
    });
  });

  it('succeeds when a retry does', async () => {
    script.plan('a', throwing('one'));
    await promote(
      '[{uses: scripted, as: a, retry: {errorThreshold: 2}, config: {name: a}}]',
    );
    await harness.advance(SECOND);
    expect(await outcome()).toEqual(['Succeeded', 'a Succeeded']);
  });

  it('retries a host that is down without being told, and never what is hopeless', async () => {
    script.plan('down', () => {
      throw new UpstreamUnavailableError('registry.example', '503');
    });
    script.plan('hopeless', () => {
      throw new TerminalError('no such repository');
    });
    await promote(
      '[{uses: scripted, as: a, config: {name: down}}, {uses: scripted, as: b, retry: {errorThreshold: 9}, config: {name: hopeless}}]',
    );
    expect((await promotion()).status?.phase).toBe('Running');
    await harness.advance(SECOND);
    expect(await outcome()).toEqual(['Errored', 'a Succeeded', 'b Errored']);
    expect((await promotion()).status?.message).toMatch(
      /^an unrecoverable error occurred: .*no such repository/,
    );
    expect(script.attempts).toEqual(['down', 'down', 'hopeless']);
  });

  it('asks a host again at the time that it names, not before', async () => {
    script.plan('a', () => {
      throw new UpstreamUnavailableError('git.example', 'throttles', {
        retryAt: harness.clock.now() + 600 * SECOND,
      });
    });
    await promote('[{uses: scripted, as: a, config: {name: a}}]');
    await harness.advance(599 * SECOND);
    expect(script.attempts).toEqual(['a']);
    await harness.advance(2 * SECOND);
    expect(await outcome()).toEqual(['Succeeded', 'a Succeeded']);
  });

  it('keeps what a step remembers that breaks, and nothing of one that throws', async () => {
    const known: unknown[] = [];
    const broken =
      (error: Error): Attempt =>
      ({ previousOutput }) => {
        known.push(previousOutput);
        return { kind: 'broken', error, output: { seen: known.length } };
      };
    script.plan(
      'a',
      broken(new Error('one')),
      broken(new UpstreamUnavailableError('b.example', 'two')),
      context => {
        known.push(context.previousOutput);
        throw new Error('three');
      },
      broken(new TerminalError('four')),
    );
    await promote(
      '[{uses: scripted, as: a, config: {name: a}, retry: {errorThreshold: 9}}]',
    );
    while ((await promotion()).status?.phase === 'Running') {
      await harness.advance(60 * SECOND);
    }
    expect(known).toEqual([undefined, { seen: 1 }, { seen: 2 }, undefined]);
    expect(await outcome()).toEqual(['Errored', 'a Errored']);
    expect((await promotion()).status?.state).toEqual({ a: { seen: 4 } });
  });

  it('times a waiting step out, at its deadline and not at its next look', async () => {
    script.plan('a', ...Array(5).fill(waiting));
    await promote(
      '[{uses: scripted, as: a, retry: {timeout: 7m}, config: {name: a}}]',
    );
    expect((await promotion()).status).toMatchObject({
      phase: 'Running',
      nextCheckAt: '2026-01-01T00:05:00Z',
    });
    await harness.advance(300 * SECOND);
    expect((await promotion()).status?.phase).toBe('Running');
    await harness.advance(121 * SECOND);
    expect((await promotion()).status).toMatchObject({
      phase: 'Errored',
      message: 'step "a" timed out after 7m0s: not yet',
    });
    expect((await promotion()).status).not.toHaveProperty('nextCheckAt');
  });

  it('looks at a waiting step again when somebody asks', async () => {
    script.plan('a', waiting);
    await promote('[{uses: scripted, as: a, config: {name: a}}]');
    expect(script.attempts).toHaveLength(1);
    await harness.refresh('Promotion', promotionName);
    await harness.settle();
    expect(await outcome()).toEqual(['Succeeded', 'a Succeeded']);
  });

  it('goes on at the waiting step after a restart', async () => {
    script.plan('b', waiting);
    await promote(
      '[{uses: scripted, as: a, config: {name: a}}, {uses: scripted, as: b, config: {name: b}}]',
    );
    await harness.restart();
    await harness.settle();
    expect(script.attempts.filter(name => name === 'a')).toHaveLength(1);
    expect(await outcome()).toEqual([
      'Succeeded',
      'a Succeeded',
      'b Succeeded',
    ]);
  });

  const abort = async () => {
    await harness.store.patch(
      { kind: 'Promotion', namespace: 'demo', name: promotionName },
      {
        metadata: {
          annotations: {
            'kargo.akuity.io/abort': JSON.stringify({
              action: 'terminate',
              actor: 'user:default/rita',
            }),
          },
        },
      },
    );
    await harness.settle();
  };

  it('begins again where another replica has been at it', async () => {
    script.plan('a', () => ({ kind: 'succeeded', output: { made: 'once' } }));
    script.plan('b', waiting);
    await promote(
      '[{uses: scripted, as: a, config: {name: a}}, {uses: scripted, as: b, config: {name: b}}]',
    );
    await harness.store.patchStatus(
      { kind: 'Promotion', namespace: 'demo', name: promotionName },
      { workspace: 'of-another-replica' },
    );
    await harness.refresh('Promotion', promotionName);
    await harness.settle();
    expect(script.attempts).toEqual(['a', 'b', 'a', 'b']);
    expect(await outcome()).toEqual([
      'Succeeded',
      'a Succeeded',
      'b Succeeded',
    ]);
  });

  it('ends a waiting Promotion when it is aborted, and lets the Stage go on', async () => {
    script.plan('a', waiting);
    await promote('[{uses: scripted, as: a, config: {name: a}}, {uses: noop}]');
    await abort();
    expect((await promotion()).status).toMatchObject({
      phase: 'Aborted',
      message: 'Promotion terminated by user:default/rita',
      stepExecutionMetadata: [{ alias: 'a', status: 'Aborted' }],
    });
    const stage = await harness.get('Stage', 'test');
    expect(stage.status?.currentPromotion).toBeUndefined();
    expect(stage.status?.lastPromotion?.name).toBe(promotionName);
    expect(await harness.events()).toContain('PromotionAborted');
  });

  it('stops between two steps when it is aborted during the first', async () => {
    script.plan('a', async () => {
      await harness.store.patch(
        { kind: 'Promotion', namespace: 'demo', name: promotionName },
        { metadata: { annotations: { 'kargo.akuity.io/abort': 'terminate' } } },
      );
      return { kind: 'succeeded' };
    });
    await harness.apply(
      demoStage(
        'test',
        { guestbook: '{direct: true}' },
        '[{uses: acting, as: a, config: {name: a}}, {uses: acting, as: b, config: {name: b}}]',
      ),
    );
    const [freight] = await harness.list('Freight');
    promotionName = (await harness.promote('test', freight.metadata.name))
      .metadata.name;
    await harness.settle();
    expect(await outcome()).toEqual(['Aborted', 'a Succeeded']);
    expect(script.attempts).toEqual(['a']);
  });

  it('ends a Promotion whose Freight is no longer allowed', async () => {
    script.plan('a', waiting);
    await promote('[{uses: scripted, as: a, config: {name: a}}]');
    await harness.apply(
      demoStage('test', { guestbook: '{stages: [elsewhere]}' }),
    );
    await harness.refresh('Promotion', promotionName);
    await harness.settle();
    expect((await promotion()).status).toMatchObject({
      phase: 'Errored',
      message: expect.stringMatching(/is not available to Stage 'test'/),
    });
  });

  it('remembers the outcome of a Promotion behind which many queued up', async () => {
    script.plan('a', waiting, throwing('it broke'), waiting);
    await promote('[{uses: scripted, as: a, config: {name: a}}]');
    const [freight] = await harness.list('Freight');
    for (let index = 0; index < 51; index++) {
      await harness.clock.advance(10);
      await harness.promote('test', freight.metadata.name);
    }
    await harness.refresh('Promotion', promotionName);
    await harness.settle();
    expect((await promotion()).status?.phase).toBe('Errored');
    const stage = await harness.get('Stage', 'test');
    expect(stage.status?.lastPromotion).toMatchObject({
      name: promotionName,
      status: { phase: 'Errored' },
    });
  });

  it('runs queued Promotions in order, none skipped, whatever becomes of each', async () => {
    script.plan('a', waiting, throwing('first breaks'));
    await promote('[{uses: scripted, as: a, config: {name: a}}]');
    const [freight] = await harness.list('Freight');
    const queued: string[] = [];
    for (let index = 0; index < 3; index++) {
      await harness.clock.advance(10);
      const { metadata } = await harness.promote('test', freight.metadata.name);
      queued.push(metadata.name);
    }
    await harness.settle();
    expect(script.attempts).toHaveLength(1);
    await harness.refresh('Promotion', promotionName);
    await harness.settle();
    const all = await harness.list('Promotion');
    expect(all.map(({ status }) => status?.phase)).toEqual([
      'Errored',
      'Succeeded',
      'Succeeded',
      'Succeeded',
    ]);
    const stage = await harness.get('Stage', 'test');
    expect(stage.status?.lastPromotion?.name).toBe(queued[2]);
    expect(stage.status?.freightHistory).toHaveLength(3);
  });
});
