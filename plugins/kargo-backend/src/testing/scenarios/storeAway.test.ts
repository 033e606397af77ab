import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { currentFreight } from 'backstage-plugin-kargo-common';
import { UpstreamUnavailableError } from 'backstage-plugin-kargo-node';
import { LocalJobRunner } from '../../adapters/jobs/LocalJobRunner';
import { DirectProcesses } from '../../adapters/processes/DirectProcesses';
import { ResourceStore } from '../../ports/ResourceStore';
import { StoreUnavailableError } from '../../ports/StoreUnavailableError';
import { EngineHarness } from '../EngineHarness';
import {
  demoProject,
  demoStage,
  demoWarehouse,
  imageOf,
} from '../scenarioManifests';
import { ScriptedMetrics } from '../ScriptedMetrics';
import { Attempt, hanging, ScriptedStep } from '../ScriptedStep';

jest.setTimeout(120_000);

const SECRET = `---
apiVersion: v1
kind: Secret
metadata: {name: s, namespace: demo}
stringData: {t: some-secret-text}
`;

const away = () => new StoreUnavailableError('The database is not available');
const notAnswered: Attempt = () => {
  throw away();
};

/** When the answer to a call of the store is lost: before anything was done, or after. */
type Loss = 'before' | 'after';

/** Loses the next answer of the store that is meant. */
function loseAnswer(
  store: ResourceStore,
  method: 'find' | 'write',
  isMeant: (asked: string) => boolean,
  loss: Loss = 'before',
): { isLost: () => boolean } {
  let isLost = false;
  const ask = store[method].bind(store) as (argument: unknown) => unknown;
  const spy: jest.SpyInstance = jest.spyOn(store, method);
  spy.mockImplementation(async (argument: unknown) => {
    if (isLost || !isMeant(JSON.stringify(argument))) {
      return ask(argument);
    }
    isLost = true;
    if (loss === 'after') {
      await ask(argument);
    }
    throw away();
  });
  return { isLost: () => isLost };
}

const readsSecret = (asked: string) => asked.includes('"kind":"Secret"');

describe('a store that does not answer for a moment', () => {
  let script: ScriptedStep;
  let metrics: ScriptedMetrics;
  let folder: string;
  let harness: EngineHarness;
  let findCredentials: () => undefined;

  beforeEach(async () => {
    findCredentials = () => undefined;
    script = new ScriptedStep();
    metrics = new ScriptedMetrics();
    folder = await mkdtemp(join(tmpdir(), 'kargo-away-'));
    harness = await EngineHarness.create({
      steps: [script.step],
      metricProviders: [metrics.provider],
      credentials: { find: async () => findCredentials() },
      jobRunner: LocalJobRunner.create({
        policy: { processes: { images: ['alpine:*'], programs: ['sh'] } },
        processes: new DirectProcesses(),
        folder,
        environment: process.env,
      }),
    });
    harness.publish(imageOf('web'), '1.0.0');
    await harness.apply(`${demoProject('test')}${SECRET}`);
    await harness.settle();
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await harness.stop();
    await rm(folder, { recursive: true });
  });

  async function prepare(steps: string, more = '', verification = '') {
    await harness.apply(
      [
        more,
        demoWarehouse('web'),
        demoStage('test', { web: '{direct: true}' }, steps),
        verification && `  verification: {analysisTemplates: [{name: t}]}`,
      ].join('\n'),
    );
  }

  const promotion = async () => (await harness.list('Promotion'))[0];

  /** Moves the clock second by second, as something under way waits for it. */
  async function untilSettled() {
    let isSettled = false;
    const settling = harness.settle().finally(() => {
      isSettled = true;
    });
    while (!isSettled) {
      await harness.clock.advance(1_000);
    }
    await settling;
  }

  describe('lets a Promotion wait, and go on,', () => {
    const lostSecret = () => loseAnswer(harness.store, 'find', readsSecret);

    it.each<[string, string, () => unknown]>([
      [
        'when the configuration of a step was to be read',
        `[{uses: scripted, as: a, config: {name: a, t: "\${{ secret('s').t }}"}}]`,
        lostSecret,
      ],
      [
        'when the condition of a step was',
        `[{uses: scripted, as: a, if: "\${{ secret('s').t != '' }}", config: {name: a}}]`,
        lostSecret,
      ],
      [
        'when a step asked',
        '[{uses: scripted, as: a, config: {name: a}}]',
        () => script.plan('a', notAnswered),
      ],
      [
        'also when one error ends the step',
        '[{uses: scripted, as: a, retry: {errorThreshold: 1}, config: {name: a}}]',
        () => script.plan('a', notAnswered),
      ],
    ])('%s', async (_, steps, lose) => {
      lose();
      await prepare(steps);
      await harness.settle();
      expect((await promotion()).status).toMatchObject({
        phase: 'Running',
        stepExecutionMetadata: [
          {
            alias: 'a',
            status: 'Running',
            message: expect.stringContaining('The database is not available'),
          },
        ],
      });
      await harness.advance(10_000);
      const { status } = await promotion();
      expect(status?.phase).toBe('Succeeded');
      expect(status?.stepExecutionMetadata?.[0].errorCount ?? 0).toBe(0);
    });

    it('and takes no step for one that began before, if nothing of it has run', async () => {
      const told: boolean[] = [];
      script.plan('a', ({ isRepeated }) => {
        told.push(isRepeated);
        return { kind: 'succeeded' };
      });
      const { isLost } = lostSecret();
      await prepare(
        `[{uses: scripted, as: a, config: {name: a, t: "\${{ secret('s').t }}"}}]`,
      );
      await harness.settle();
      expect(isLost()).toBe(true);
      await harness.advance(10_000);
      expect((await promotion()).status?.phase).toBe('Succeeded');
      expect(told).toEqual([false]);
    });

    it.each<[string, string]>([
      ['configuration', `config: {name: a, t: "\${{ secret('s').t }}"}`],
      ['condition', `if: "\${{ secret('s').t != '' }}", config: {name: a}`],
    ])(
      'and remembers that a restart has cut off a step whose %s is not to be had then',
      async (_, fields) => {
        let firstBeganAt: number | undefined;
        const told: Array<{ isRepeated: boolean; startedAt: number }> = [];
        script.plan(
          'a',
          context => {
            firstBeganAt = context.now();
            return hanging(context);
          },
          ({ isRepeated, startedAt }) => {
            told.push({ isRepeated, startedAt });
            return { kind: 'waiting', reason: 'x', checkAgainInMs: 60_000 };
          },
          ({ isRepeated, startedAt }) => {
            told.push({ isRepeated, startedAt });
            return { kind: 'succeeded' };
          },
        );
        await prepare(`[{uses: scripted, as: a, ${fields}}]`);
        await harness.until(() => firstBeganAt !== undefined);
        const { isLost } = lostSecret();
        await harness.restart();
        await harness.settle();
        expect(isLost()).toBe(true);
        await harness.advance(10_000);
        await harness.advance(60_000);
        expect((await promotion()).status?.phase).toBe('Succeeded');
        expect(told.map(({ isRepeated }) => isRepeated)).toEqual([true, true]);
        const latest = Math.max(...told.map(({ startedAt }) => startedAt));
        expect(latest).toBeLessThanOrEqual(firstBeganAt ?? 0);
      },
    );

    it('with what the step had come to before', async () => {
      const seen: unknown[] = [];
      script.plan(
        'a',
        () => ({
          kind: 'waiting',
          reason: 'asked',
          checkAgainInMs: 10_000,
          output: { asked: 1 },
        }),
        notAnswered,
        ({ previousOutput }) => {
          seen.push(previousOutput);
          return { kind: 'succeeded' };
        },
      );
      await prepare('[{uses: scripted, as: a, config: {name: a}}]');
      await harness.settle();
      await harness.advance(10_000);
      await harness.advance(10_000);
      expect(seen).toEqual([{ asked: 1 }]);
    });

    it.each<Loss>(['before', 'after'])(
      'and does no step again whose end was to be written (lost %s it was)',
      async loss => {
        const { isLost } = loseAnswer(
          harness.store,
          'write',
          asked =>
            asked.includes('"kind":"Promotion"') &&
            asked.includes('"phase":"Succeeded"'),
          loss,
        );
        await prepare('[{uses: scripted, as: a, config: {name: a}}]');
        await untilSettled();
        expect(isLost()).toBe(true);
        expect((await promotion()).status?.phase).toBe('Succeeded');
        expect(script.attempts).toEqual(['a']);
        const ends = (await harness.events()).filter(
          reason => reason === 'PromotionSucceeded',
        );
        expect(ends).toHaveLength(1);
      },
    );
  });

  it('does no step of a Promotion again that others write while its end is written', async () => {
    const { store } = harness;
    const write = store.write.bind(store);
    let others = 0;
    jest.spyOn(store, 'write').mockImplementation(async writes => {
      const asked = JSON.stringify(writes);
      if (asked.includes('"phase":"Succeeded"') && others < 3) {
        others += 1;
        const [{ metadata }] = await harness.list('Promotion');
        await write([
          {
            patch: {
              key: {
                kind: 'Promotion',
                namespace: 'demo',
                name: metadata.name,
              },
              patch: { metadata: { annotations: { note: `${others}` } } },
            },
          },
        ]);
      }
      return write(writes);
    });
    await prepare('[{uses: scripted, as: a, config: {name: a}}]');
    await harness.settle();
    expect(others).toBe(3);
    expect((await promotion()).status?.phase).toBe('Succeeded');
    expect(script.attempts).toEqual(['a']);
  });

  it('is not alone: who gives credentials may be away for the configuration of a step, too', async () => {
    let calls = 0;
    findCredentials = () => {
      calls += 1;
      if (calls === 1) {
        throw new UpstreamUnavailableError('sts.example', 'sts is away');
      }
      return undefined;
    };
    await prepare(
      `[{uses: scripted, as: a, config: {name: a, t: "\${{ repoCredentials('https://git.example/r', 'git') == nil }}"}}]`,
    );
    await harness.settle();
    expect((await promotion()).status).toMatchObject({ phase: 'Running' });
    await harness.advance(60_000);
    expect((await promotion()).status?.phase).toBe('Succeeded');
  });

  describe('lets a verification wait, and go on,', () => {
    const template = (metrics_: string, args = '[]') => `---
apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata: {name: t, namespace: demo}
spec:
  args: ${args}
  metrics: ${metrics_}
`;
    const verified = async () => {
      const stage = await harness.get('Stage', 'test');
      return currentFreight(stage)?.verificationHistory?.[0];
    };
    const job = (script_: string, env = '[]') =>
      template(
        `[{name: j, provider: {job: {spec: {backoffLimit: 0, template: {spec: {restartPolicy: Never, containers: [{name: c, image: "alpine:3", command: [sh, -c, "${script_}"], env: ${env}}]}}}}}}]`,
      );

    it('when the Secret of an argument was to be read', async () => {
      metrics.answers.m = [3];
      loseAnswer(harness.store, 'find', readsSecret);
      await prepare(
        '[{uses: noop}]',
        template(
          '[{name: m, provider: {scripted: {}}, successCondition: result < 5}]',
          '[{name: a, valueFrom: {secretKeyRef: {name: s, key: t}}}]',
        ),
        'yes',
      );
      await harness.settle();
      await harness.advance(60_000);
      expect(await verified()).toMatchObject({ phase: 'Successful' });
    });

    it('when a job was to be made, and measures nothing else again', async () => {
      metrics.answers.m = [3, 9];
      loseAnswer(harness.store, 'write', asked =>
        asked.includes('"kind":"AnalysisJob","metadata"'),
      );
      await prepare(
        '[{uses: noop}]',
        job('true').replace(
          'metrics: [',
          'metrics: [{name: m, provider: {scripted: {}}, successCondition: result < 5}, ',
        ),
        'yes',
      );
      await harness.settle();
      await harness.advance(60_000);
      expect(await verified()).toMatchObject({ phase: 'Successful' });
    });

    it('when a job was to be told a Secret, which it is started with once', async () => {
      loseAnswer(harness.store, 'find', readsSecret);
      await prepare(
        '[{uses: noop}]',
        job(
          'true',
          '[{name: T, valueFrom: {secretKeyRef: {name: s, key: t}}}]',
        ),
        'yes',
      );
      await untilSettled();
      expect(await verified()).toMatchObject({ phase: 'Successful' });
    });

    it.each<Loss>(['before', 'after'])(
      'when the end of a job was to be written, which is not run again (lost %s it was)',
      async loss => {
        const { isLost } = loseAnswer(
          harness.store,
          'write',
          asked => asked.includes('"phase":"Complete"'),
          loss,
        );
        await prepare('[{uses: noop}]', job('true'), 'yes');
        await untilSettled();
        expect(isLost()).toBe(true);
        expect(await verified()).toMatchObject({ phase: 'Successful' });
        const [{ status }] = await harness.list('AnalysisJob');
        expect(status).toMatchObject({ phase: 'Complete', attempts: 1 });
      },
    );
  });
});
