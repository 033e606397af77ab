import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Promotion } from 'backstage-plugin-kargo-common';
import { AnyStep, createStep, StepContext } from 'backstage-plugin-kargo-node';
import { z } from 'zod';
import { builtinSteps } from '../../builtins/steps';
import { EngineHarness } from '../EngineHarness';
import {
  demoProject,
  demoStage,
  demoWarehouse,
  imageOf,
} from '../scenarioManifests';
import { Attempt, hanging, ScriptedStep, throwing } from '../ScriptedStep';

jest.setTimeout(120_000);

const READY = `{uses: file-write, as: write, config: {path: a.txt, contents: "of \${{ ctx.promotion }}"}}`;
const PUSH = '{uses: push, as: push}';
const DEPLOY = '{uses: scripted, as: deploy, config: {name: deploy}}';
const waiting: Attempt = () => ({
  kind: 'waiting',
  reason: 'not yet',
  checkAgainInMs: 60_000,
});

describe('Promotions that go on where their files are gone', () => {
  let script: ScriptedStep;
  let harness: EngineHarness;
  /** What the step that acts on the world found in the file, each time. */
  const pushed: string[] = [];
  /** What the file holds when `deploy` runs. */
  let found: string | undefined;

  const readFile: Attempt = async context => {
    const { files } = context as StepContext<'files'>;
    found = (await files.find('a.txt'))
      ? await files.readText('a.txt')
      : undefined;
    return { kind: 'succeeded', output: { text: found ?? null } };
  };
  const push = createStep({
    id: 'push',
    description: 'Acts on the world with what the folder holds.',
    config: z.strictObject({}),
    needs: ['files'],
    workspace: 'reads',
    async run(_, { files }) {
      pushed.push(await files.readText('a.txt'));
      return { kind: 'succeeded', output: { number: pushed.length } };
    },
  }) as AnyStep;
  /** How often the step acted that has a client of its own. */
  let called = 0;
  const call = createStep({
    id: 'call',
    description: 'Acts on the world by a client of its own.',
    config: z.strictObject({}),
    dryRun: 'skip',
    async run() {
      called += 1;
      return { kind: 'succeeded' };
    },
  }) as AnyStep;
  const outside = createStep({
    id: 'outside',
    description: 'Has nothing to do with the folder.',
    config: z.strictObject({}),
    needs: ['controlPlane'],
    async run() {
      return { kind: 'succeeded' };
    },
  }) as AnyStep;

  beforeEach(async () => {
    script = new ScriptedStep();
    pushed.length = 0;
    called = 0;
    found = undefined;
    harness = await EngineHarness.create({
      steps: [
        ...builtinSteps.filter(({ id }) =>
          ['file-write', 'delete', 'fail', 'compose-output', 'http'].includes(
            id,
          ),
        ),
        script.step,
        script.acting,
        push,
        call,
        outside,
      ],
    });
    harness.publish(imageOf('guestbook'), '1.0.0');
    await harness.apply(demoProject('none') + demoWarehouse('guestbook'));
    await harness.settle();
  });

  afterEach(() => harness.stop());

  const apply = (...steps: string[]) =>
    harness.apply(
      demoStage(
        'test',
        { guestbook: '{direct: true}' },
        `[${steps.join(', ')}]`,
      ),
    );
  const promote = async (...steps: string[]): Promise<string> => {
    await apply(...steps);
    const [freight] = await harness.list('Freight');
    const { metadata } = await harness.promote('test', freight.metadata.name);
    await harness.settle();
    return metadata.name;
  };
  const outcome = async (name: string) => {
    const { status } = await harness.get('Promotion', name);
    return [
      status?.phase,
      ...(status?.stepExecutionMetadata ?? []).map(
        entry => `${entry.alias} ${entry.status}`,
      ),
    ];
  };
  const retry = async (name: string): Promise<Promotion> => {
    const { metadata } = await harness.retry(name);
    await harness.settle();
    return harness.get('Promotion', metadata.name);
  };
  const loseFolder = () =>
    rm(join(harness.root, 'promotions'), { recursive: true });

  it('fills a lost folder again, and pushes nothing twice', async () => {
    script.plan('deploy', waiting, readFile);
    const name = await promote(READY, PUSH, DEPLOY);
    await loseFolder();
    await harness.advance(60_000);
    expect(found).toBe(`of ${name}`);
    expect(pushed).toEqual([`of ${name}`]);
    expect(await outcome(name)).toEqual([
      'Succeeded',
      'write Succeeded',
      'push Succeeded',
      'deploy Succeeded',
    ]);
  });

  it('fills nothing for steps that need no files', async () => {
    script.plan('deploy', throwing('no'));
    const name = await promote(
      '{uses: scripted, as: fill, config: {name: fill}}',
      PUSH.replace('push', 'outside'),
      '{uses: fail, as: deploy}',
    );
    script.attempts.length = 0;
    const retried = await retry(name);
    expect(script.attempts).toEqual([]);
    expect(await outcome(retried.metadata.name)).toEqual([
      'Failed',
      'fill Succeeded',
      'push Succeeded',
      'deploy Failed',
    ]);
  });

  it.each([
    ['sends a file', 'bodyFromFile: a.txt', ['fill', 'fill']],
    ['sends no file', 'body: done', ['fill']],
  ])(
    'fills the folder for a request that %s or not',
    async (_, body, fills) => {
      const name = await promote(
        '{uses: scripted, as: fill, config: {name: fill}}',
        `{uses: http, as: tell, config: {method: POST, url: nowhere, ${body}}}`,
      );
      const retried = await retry(name);
      expect(await outcome(retried.metadata.name)).toEqual([
        'Errored',
        'fill Succeeded',
        'tell Errored',
      ]);
      expect(script.attempts).toEqual(fills);
    },
  );

  it('tries the step again when its folder cannot be filled again', async () => {
    script.plan('deploy', waiting, readFile);
    script.plan('fill', () => ({ kind: 'succeeded' }), throwing('no route'));
    const name = await promote(
      '{uses: scripted, as: fill, config: {name: fill}}',
      READY,
      DEPLOY.replace('as: deploy', 'as: deploy, retry: {errorThreshold: 2}'),
    );
    await loseFolder();
    await harness.advance(60_000);
    const { status } = await harness.get('Promotion', name);
    expect(status?.stepExecutionMetadata?.[2]).toMatchObject({
      status: 'Errored',
      errorCount: 1,
      message: `the Promotion's folder is gone, and step "fill" could not be repeated to fill it again: error running step "fill": no route; step will be retried`,
    });
    await harness.advance(600_000);
    expect(found).toBe(`of ${name}`);
    expect((await outcome(name))[0]).toBe('Succeeded');
  });

  it('goes on at the failed step, with the outputs and files of the steps before', async () => {
    script.plan('deploy', throwing('the cluster is away'), readFile);
    const name = await promote(
      READY,
      PUSH,
      DEPLOY,
      '{uses: compose-output, as: last, config: {number: "${{ outputs.push.number }}", text: "${{ outputs.deploy.text }}"}}',
    );
    expect(await outcome(name)).toEqual([
      'Errored',
      'write Succeeded',
      'push Succeeded',
      'deploy Errored',
      'last Skipped',
    ]);
    const retried = await retry(name);
    expect(pushed).toEqual([`of ${name}`]);
    expect(retried.metadata.name).not.toBe(name);
    expect(retried.metadata.annotations).toMatchObject({
      'kargo.akuity.io/retry-of': name,
      'kargo.akuity.io/create-actor': 'user:default/tester',
    });
    expect(await outcome(retried.metadata.name)).toEqual([
      'Succeeded',
      'write Succeeded',
      'push Succeeded',
      'deploy Succeeded',
      'last Succeeded',
    ]);
    expect(retried.status?.state).toMatchObject({
      last: { number: 1, text: `of ${retried.metadata.name}` },
    });
    const events = await harness.list('Event');
    expect(events.map(({ message }) => message)).toContain(
      `Promotion to Stage 'test' created, to go on for '${name}' from step "deploy"`,
    );
    const stage = await harness.get('Stage', 'test');
    expect(stage.status?.lastPromotion?.name).toBe(retried.metadata.name);
  });

  it('tells a step whether it began before', async () => {
    const told: boolean[] = [];
    const telling =
      (attempt: Attempt): Attempt =>
      context => {
        told.push(context.isRepeated);
        return attempt(context);
      };
    script.plan(
      'deploy',
      telling(waiting),
      telling(throwing('no')),
      telling(readFile),
    );
    const name = await promote(READY, DEPLOY);
    await harness.advance(60_000);
    expect((await outcome(name))[0]).toBe('Errored');
    const retried = await retry(name);
    expect((await outcome(retried.metadata.name))[0]).toBe('Succeeded');
    expect(told).toEqual([false, true, false]);
  });

  it('does not go on in a folder that a crash has left ahead of what is written', async () => {
    let hasBegun = false;
    const seen: boolean[] = [];
    const look: Attempt = async context => {
      const { files } = context as StepContext<'files'>;
      seen.push((await files.find('a.txt')) !== undefined);
      return { kind: 'succeeded' };
    };
    const told: boolean[][] = [];
    const tell: Attempt = ({ isRepeated, mayFindOwnFiles }) => {
      told.push([isRepeated, mayFindOwnFiles]);
      return told.length === 1
        ? { kind: 'waiting', reason: 'x' }
        : { kind: 'succeeded' };
    };
    script.plan('look', look, look);
    script.plan(
      'edit',
      context => {
        hasBegun = true;
        return hanging(context);
      },
      tell,
      tell,
    );
    await apply(
      '{uses: compose-output, as: first, config: {a: b}}',
      '{uses: scripted, as: look, config: {name: look}}',
      READY,
      '{uses: scripted, as: edit, config: {name: edit}}',
      PUSH,
    );
    const [freight] = await harness.list('Freight');
    const { metadata } = await harness.promote('test', freight.metadata.name);
    await harness.until(() => hasBegun);
    await harness.restart();
    await harness.settle();
    await harness.advance(3_600_000);
    expect((await outcome(metadata.name))[0]).toBe('Succeeded');
    expect(script.attempts).toEqual(['look', 'edit', 'look', 'edit', 'edit']);
    expect(seen).toEqual([false, false]);
    // The first time in a new folder, and then in the same one.
    expect(told).toEqual([
      [true, false],
      [true, true],
    ]);
    expect(pushed).toEqual([`of ${metadata.name}`]);
  });

  it('fills a folder from the start again when a step that fills it could not be stopped', async () => {
    script.plan('deploy', waiting, readFile);
    script.plan(
      'fill',
      () => ({ kind: 'succeeded' }),
      () => new Promise(() => {}),
    );
    const name = await promote(
      '{uses: scripted, as: fill, retry: {timeout: 30s}, config: {name: fill}}',
      READY,
      DEPLOY.replace('as: deploy', 'as: deploy, retry: {errorThreshold: 2}'),
    );
    await loseFolder();
    await harness.until(async () => {
      await harness.clock.advance(1_000);
      return (await outcome(name))[0] === 'Succeeded';
    });
    expect(script.attempts).toEqual([
      'fill',
      'deploy',
      'fill',
      'fill',
      'deploy',
    ]);
    expect(found).toBe(`of ${name}`);
  });

  it('tells later steps of what was pushed, whatever a restart cuts off behind it', async () => {
    let commits = 0;
    const commit: Attempt = () => {
      commits += 1;
      return { kind: 'succeeded', output: { number: commits } };
    };
    let hasBegun = false;
    script.plan('commit', commit, commit);
    script.plan(
      'edit',
      () => ({ kind: 'succeeded' }),
      context => {
        hasBegun = true;
        return hanging(context);
      },
    );
    script.plan('deploy', readFile);
    const edit = '{uses: scripted, as: edit, config: {name: edit}}';
    await apply(
      READY,
      '{uses: scripted, as: commit, config: {name: commit}}',
      '{uses: acting, as: push, config: {name: push, number: "${{ outputs.commit.number }}"}}',
      edit,
      edit.replace('as: edit', 'as: again'),
      DEPLOY,
      '{uses: compose-output, as: last, config: {number: "${{ outputs.commit.number }}"}}',
    );
    const [freight] = await harness.list('Freight');
    const { metadata } = await harness.promote('test', freight.metadata.name);
    await harness.until(() => hasBegun);
    await harness.restart();
    await harness.settle();
    const { status } = await harness.get('Promotion', metadata.name);
    expect(status?.phase).toBe('Succeeded');
    expect(status?.state?.last).toEqual({ number: 1 });
    expect(script.attempts).toEqual([
      'commit',
      'push',
      'edit',
      'edit',
      'edit',
      'deploy',
    ]);
    expect(found).toBe(`of ${metadata.name}`);
  });

  it('repeats no step that acts by a client of its own when a restart cuts off one behind it', async () => {
    let hasBegun = false;
    script.plan('fill', context => {
      hasBegun = true;
      return hanging(context);
    });
    await apply(
      READY,
      '{uses: call, as: call}',
      '{uses: scripted, as: fill, config: {name: fill}}',
      PUSH,
    );
    const [freight] = await harness.list('Freight');
    const { metadata } = await harness.promote('test', freight.metadata.name);
    await harness.until(() => hasBegun);
    await harness.restart();
    await harness.settle();
    expect((await outcome(metadata.name))[0]).toBe('Succeeded');
    expect(called).toBe(1);
    expect(pushed).toEqual([`of ${metadata.name}`]);
  });

  it('goes on in a folder that it has filled again for a step that takes its time', async () => {
    script.plan('deploy', throwing('the cluster is away'), hanging, readFile);
    const name = await promote(
      '{uses: scripted, as: fill, config: {name: fill}}',
      READY,
      DEPLOY.replace('scripted', 'acting'),
    );
    const { metadata } = await harness.retry(name);
    await harness.until(() => script.attempts.length === 4);
    await harness.clock.advance(1_000);
    await harness.until(async () => {
      const { status } = await harness.get('Promotion', metadata.name);
      return status?.stepExecutionMetadata?.length === 3;
    });
    await harness.restart();
    await harness.settle();
    expect((await outcome(metadata.name))[0]).toBe('Succeeded');
    expect(script.attempts).toEqual([
      'fill',
      'deploy',
      'fill',
      'deploy',
      'deploy',
    ]);
    expect(found).toBe(`of ${metadata.name}`);
  });

  it('tells a step that a restart has cut off that it may have acted, and since when', async () => {
    let firstBeganAt: number | undefined;
    script.plan(
      'deploy',
      context => {
        firstBeganAt = context.now();
        return hanging(context);
      },
      ({ isRepeated, startedAt }) => ({
        kind: 'succeeded',
        output: { isRepeated, startedAt },
      }),
      ({ isRepeated }) => ({ kind: 'succeeded', output: { isRepeated } }),
    );
    const deploy = DEPLOY.replace('scripted', 'acting');
    await apply(READY, deploy, deploy.replace('as: deploy', 'as: next'));
    const [freight] = await harness.list('Freight');
    const { metadata } = await harness.promote('test', freight.metadata.name);
    await harness.until(() => firstBeganAt !== undefined);
    await harness.restart();
    await harness.settle();
    const { status } = await harness.get('Promotion', metadata.name);
    expect(status?.phase).toBe('Succeeded');
    expect(status?.state).toMatchObject({
      deploy: { isRepeated: true },
      next: { isRepeated: false },
    });
    const { startedAt } = status?.state?.deploy as { startedAt: number };
    expect(startedAt).toBeLessThanOrEqual(firstBeganAt ?? 0);
  });

  it('is told of no time before it began when a restart has cut off its first step', async () => {
    let hasBegun = false;
    script.plan(
      'deploy',
      throwing('no'),
      context => {
        hasBegun = true;
        return hanging(context);
      },
      ({ isRepeated, startedAt }) => ({
        kind: 'succeeded',
        output: { isRepeated, startedAt },
      }),
    );
    const name = await promote(READY, DEPLOY);
    await harness.advance(3_600_000);
    const { metadata } = await harness.retry(name);
    await harness.until(() => hasBegun);
    await harness.restart();
    await harness.settle();
    const { status } = await harness.get('Promotion', metadata.name);
    expect(status?.state?.deploy).toEqual({
      isRepeated: true,
      startedAt: Date.parse(status?.startedAt ?? ''),
    });
  });

  it('waits its turn', async () => {
    script.plan('deploy', throwing('no'), waiting);
    const name = await promote(READY, DEPLOY);
    const [freight] = await harness.list('Freight');
    const other = await harness.promote('test', freight.metadata.name);
    await harness.settle();
    const retried = await retry(name);
    expect(retried.status?.phase).toBe('Pending');
    await harness.advance(60_000);
    expect((await outcome(other.metadata.name))[0]).toBe('Succeeded');
    expect((await outcome(retried.metadata.name))[0]).toBe('Succeeded');
  });

  it('is refused when other Freight has been promoted since', async () => {
    script.plan('deploy', throwing('the cluster is away'), readFile);
    const name = await promote(READY, PUSH, DEPLOY);
    const [{ metadata: old }] = await harness.list('Freight');
    harness.publish(imageOf('guestbook'), '2.0.0');
    await harness.refresh('Warehouse', 'guestbook');
    await harness.settle();
    const [newer] = (await harness.list('Freight')).filter(
      ({ metadata }) => metadata.name !== old.name,
    );
    const other = await harness.promote('test', newer.metadata.name);
    await harness.settle();
    expect((await outcome(other.metadata.name))[0]).toBe('Succeeded');
    expect(pushed).toEqual([`of ${name}`, `of ${other.metadata.name}`]);
    const refused = `Stage 'test' has been promoted to other Freight since Promotion '${name}' ran; promote its Freight again`;
    await expect(harness.retry(name)).rejects.toThrow(refused);
    // What is not there any more has been all the same.
    await harness.admission.delete(
      { kind: 'Promotion', namespace: 'demo', name: other.metadata.name },
      { actor: 'user:default/tester' },
    );
    await harness.settle();
    await expect(harness.retry(name)).rejects.toThrow(refused);
  });

  it('is refused when the steps of the Stage have changed', async () => {
    const name = await promote('{uses: fail, as: deploy}');
    await apply('{uses: fail, as: deploy}', PUSH);
    await expect(harness.retry(name)).rejects.toThrow(
      `Stage 'test' has other steps or variables than Promotion '${name}' ran; promote its Freight again`,
    );
  });

  it('is refused when the Freight is gone', async () => {
    const name = await promote('{uses: fail, as: deploy}');
    const [freight] = await harness.list('Freight');
    await harness.admission.delete(
      { kind: 'Freight', namespace: 'demo', name: freight.metadata.name },
      { actor: 'user:default/tester' },
    );
    await expect(harness.retry(name)).rejects.toThrow(
      `Freight '${freight.metadata.name}' does not exist in project 'demo'`,
    );
  });
});
