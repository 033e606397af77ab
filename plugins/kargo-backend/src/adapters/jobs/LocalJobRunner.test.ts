import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { JsonObject } from 'backstage-plugin-kargo-common';
import { JobContext, JobProgress } from '../../ports/JobRunner';
import { DirectProcesses } from '../processes/DirectProcesses';
import { LocalJobPolicy } from './allowedJobs';
import { LocalJobRunner } from './LocalJobRunner';

jest.setTimeout(60_000);

const PROCESSES: LocalJobPolicy = {
  processes: { images: ['alpine:*'], programs: ['sh', 'sleep', 'cat'] },
};

/** A Job with one container. */
function job(container: JsonObject, rest: JsonObject = {}): JsonObject {
  return {
    backoffLimit: 0,
    ...rest,
    template: {
      spec: {
        restartPolicy: 'Never',
        containers: [{ name: 'test', image: 'alpine:latest', ...container }],
      },
    },
  };
}

function script(text: string): JsonObject {
  return { command: ['sh', '-c', text] };
}

describe('LocalJobRunner', () => {
  let folder: string;
  let printed: Record<string, string>;
  let attempts: number;
  let controller: AbortController;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kargo-jobs-'));
    printed = {};
    attempts = 0;
    controller = new AbortController();
  });
  afterEach(() => rm(folder, { recursive: true }));

  const runner = (policy: LocalJobPolicy) =>
    LocalJobRunner.create({
      policy,
      processes: new DirectProcesses(),
      folder,
      environment: { ...process.env, PORTAL_SECRET: 'never' },
    });

  function advance(
    spec: JsonObject,
    policy = PROCESSES,
    more: Partial<JobContext> & {
      attempts?: number;
      startedAtMs?: number;
    } = {},
  ): Promise<JobProgress> {
    return runner(policy).advance(
      {
        project: 'demo',
        name: 'job',
        uid: 'uid',
        analysisRun: { name: 'run', uid: 'run-uid' },
        metric: 'test',
        labels: {},
        annotations: {},
        spec,
        attempts: more.attempts ?? 0,
        startedAtMs: more.startedAtMs ?? 0,
      },
      {
        signal: controller.signal,
        now: () => 0,
        log: (container, text) => {
          printed[container] = (printed[container] ?? '') + text;
        },
        replaceLog: () => {
          throw new Error(
            'what a process has printed cannot be asked for again',
          );
        },
        countAttempt: async () => {
          attempts += 1;
        },
        findData: async (kind, name) =>
          name === 'known' ? { key: `from ${kind}` } : undefined,
        ...more,
      },
    );
  }

  it('runs the template of the guide to its end', async () => {
    await expect(advance(job({ command: ['sleep', '0.01'] }))).resolves.toEqual(
      { kind: 'ended', phase: 'Complete' },
    );
    expect(attempts).toBe(1);
    expect(await readdir(folder)).toEqual([]);
  });

  it('keeps what is printed, and shows a process nothing of the portal', async () => {
    await advance(
      job({
        ...script(
          'echo "$A $B $C"; echo "$PORTAL_SECRET." >&2; echo $PATH; id >/dev/null 2>&1 || echo no id',
        ),
        env: [
          { name: 'A', value: 'plain' },
          {
            name: 'B',
            valueFrom: { secretKeyRef: { name: 'known', key: 'key' } },
          },
          { name: 'C', value: '<$(A)> $$(A) $(NONE)' },
        ],
      }),
    );
    expect(printed.test).toContain('plain from Secret <plain> $(A) $(NONE)\n');
    expect(printed.test).toMatch(/^\.$/m);
    expect(printed.test).toContain(`${folder}/job-`);
    expect(printed.test).toContain('no id');
  });

  it('fails with the exit code, or tries again while the job allows it', async () => {
    await expect(advance(job(script('exit 3')))).resolves.toEqual({
      kind: 'ended',
      phase: 'Failed',
      message: "container 'test' ended with exit code 3",
    });
    await expect(
      advance(job(script('exit 3'), { backoffLimit: 2 }), PROCESSES, {
        attempts: 1,
      }),
    ).resolves.toEqual({
      kind: 'running',
      lookAgainInMs: 20_000,
      message: "container 'test' ended with exit code 3; it is started again",
    });
    await expect(
      advance(job(script('exit 3'), { backoffLimit: 2 }), PROCESSES, {
        attempts: 3,
      }),
    ).resolves.toMatchObject({ phase: 'Failed' });
  });

  it('runs containers side by side, after those that prepare', async () => {
    const result = await advance({
      template: {
        spec: {
          initContainers: [
            { name: 'first', image: 'alpine:3', ...script('echo 1') },
          ],
          containers: [
            { name: 'a', image: 'alpine:3', ...script('echo a') },
            { name: 'b', image: 'alpine:3', ...script('echo b; exit 1') },
          ],
        },
      },
      backoffLimit: 0,
    });
    expect(result).toMatchObject({
      phase: 'Failed',
      message: expect.stringContaining("'b'"),
    });
    expect(printed).toEqual({ first: '1\n', a: 'a\n', b: 'b\n' });
  });

  it('ends with the signal, and leaves nothing running', async () => {
    const running = advance(job(script('echo $$$$; exec sleep 600')));
    while (!printed.test) {
      await new Promise(setImmediate);
    }
    controller.abort(new Error('aborted by a person'));
    await expect(running).rejects.toThrow('aborted by a person');
    expect(() => process.kill(parseInt(printed.test, 10), 0)).toThrow('ESRCH');
    expect(await readdir(folder)).toEqual([]);
  });

  it('runs a job with an activeDeadlineSeconds of thirty days', async () => {
    await expect(
      advance(job(script('sleep 0.2'), { activeDeadlineSeconds: 2_592_000 })),
    ).resolves.toEqual({ kind: 'ended', phase: 'Complete' });
  });

  it('ends a job at its deadline', async () => {
    await expect(
      advance(
        job(script('sleep 600'), { activeDeadlineSeconds: 10 }),
        PROCESSES,
        {
          now: () => 9_950,
        },
      ),
    ).resolves.toEqual({
      kind: 'ended',
      phase: 'Failed',
      message: 'the job took longer than its activeDeadlineSeconds (10)',
    });
  });

  it.each<[string, LocalJobPolicy, JsonObject, string]>([
    [
      'anything unless it is configured',
      {},
      script('true'),
      'jobs are switched off',
    ],
    [
      'another image',
      PROCESSES,
      { ...script('true'), image: 'busybox:1' },
      "image 'busybox:1' may not be run here",
    ],
    [
      'another program',
      PROCESSES,
      { command: ['curl'] },
      "'curl' may not be run here",
    ],
    [
      'a path to a program that is allowed by name',
      PROCESSES,
      { command: ['/bin/sh'] },
      "'/bin/sh' may not be run here",
    ],
    ['what only the image knows', PROCESSES, {}, 'has no command'],
    [
      'volumes',
      PROCESSES,
      { ...script('true'), volumeMounts: [{ name: 'v', mountPath: '/v' }] },
      "cannot have volumeMounts of container 'test'",
    ],
    [
      'what only a pod has',
      PROCESSES,
      {
        ...script('true'),
        env: [
          {
            name: 'POD',
            valueFrom: { fieldRef: { fieldPath: 'metadata.name' } },
          },
        ],
      },
      "cannot have fieldRef of variable POD of container 'test'",
    ],
    [
      'what is no container',
      PROCESSES,
      { image: '' },
      'job.spec.template.spec.containers.0.image',
    ],
    [
      'an option in place of an image',
      { containers: { program: 'true', images: ['*'], arguments: [] } },
      { ...script('true'), image: '--privileged' },
      "image '--privileged' may not be run here",
    ],
    [
      'a name that is none',
      PROCESSES,
      { ...script('true'), name: 'a b' },
      'containers.0.name: must be a name of small letters',
    ],
    [
      'a variable that loads other code into an allowed program',
      PROCESSES,
      { ...script('true'), env: [{ name: 'LD_LIBRARY_PATH', value: '/x' }] },
      "container 'test' cannot have the variable LD_LIBRARY_PATH",
    ],
  ])('refuses %s', async (_, policy, container, message) => {
    const spec = job(container);
    expect(runner(policy).refusal(spec)).toContain(message);
    await expect(advance(spec, policy)).rejects.toThrow(message);
    expect(attempts).toBe(0);
  });

  it('refuses a container that prepares and never ends', () => {
    const spec = {
      template: {
        spec: {
          initContainers: [
            { name: 'proxy', image: 'alpine:3', restartPolicy: 'Always' },
          ],
          containers: [{ name: 'a', image: 'alpine:3', ...script('true') }],
        },
      },
    };
    expect(runner(PROCESSES).refusal(spec)).toBe(
      "a job without a cluster cannot have restartPolicy Always of container 'proxy'",
    );
  });

  it('says nothing yet of a template whose image is an argument', () => {
    const spec = job({ image: '{{args.image}}' });
    expect(
      runner(PROCESSES).refusal(spec, { isTemplate: true }),
    ).toBeUndefined();
    expect(runner({}).refusal(spec, { isTemplate: true })).toContain(
      'switched off',
    );
    expect(runner(PROCESSES).refusal(spec)).toContain('may not be run');
  });

  it('does not run a program that an argument has put in place of an allowed one', async () => {
    await expect(
      advance(job({ command: ['$(P)'], env: [{ name: 'P', value: 'sh' }] })),
    ).rejects.toThrow("'$(P)' may not be run here");
  });

  it('leaves out a variable that may lack', async () => {
    const refTo = (name: string, key: string) => ({
      secretKeyRef: { name, key, optional: true },
    });
    await advance(
      job({
        ...script('echo "${A-none} ${B-none} $C"'),
        env: [
          { name: 'A', valueFrom: refTo('nope', 'key') },
          { name: 'B', valueFrom: refTo('known', 'other') },
          { name: 'C', valueFrom: refTo('known', 'key') },
        ],
      }),
    );
    expect(printed.test).toBe('none none from Secret\n');
  });

  it('says what a variable lacks', async () => {
    await expect(
      advance(
        job({
          ...script('true'),
          env: [
            {
              name: 'T',
              valueFrom: { secretKeyRef: { name: 'nope', key: 'k' } },
            },
          ],
        }),
      ),
    ).rejects.toThrow(
      "variable T of container 'test': Secret 'nope' has no key 'k'",
    );
  });

  describe('with a container engine', () => {
    let engine: string;

    beforeEach(async () => {
      engine = join(folder, 'engine');
      await writeFile(
        engine,
        `#!/bin/sh
echo "$@"
[ "$1" = run ] || exit 0
cat "$6"
[ "$7" != broken ] || exit 125
`,
        { mode: 0o755 },
      );
    });

    const containers = (...args: string[]): LocalJobPolicy => ({
      containers: {
        program: engine,
        images: ['ghcr.io/acme/*', 'broken'],
        arguments: args,
      },
    });

    it('runs the image by it, with its variables in a file', async () => {
      const result = await advance(
        job({
          image: 'ghcr.io/acme/smoke:1',
          command: ['/smoke', '$(URL)'],
          args: ['--fast'],
          workingDir: '/w',
          env: [{ name: 'URL', value: 'http://test' }],
        }),
        containers('--network=none'),
      );
      expect(result).toEqual({ kind: 'ended', phase: 'Complete' });
      expect(printed.test.replace(/\S+\/env/, 'ENV')).toBe(
        'run --rm --name kargo-uid-test --env-file ENV --network=none --workdir /w --entrypoint /smoke ghcr.io/acme/smoke:1 http://test --fast\nURL=http://test\n',
      );
    });

    it('is stuck where the engine cannot run it', async () => {
      await expect(
        advance(job({ image: 'broken' }), containers()),
      ).resolves.toMatchObject({ phase: 'Stuck' });
    });
  });
});
