import {
  addNamespace,
  JOB_KINDS,
  KubernetesJobController,
  KubernetesServer,
  startKubernetesServer,
} from 'kargo-test';
import { JobContext, JobRequest } from '../../ports/JobRunner';
import { createKubeConfig } from '../../wiring/createKubeConfig';
import { KubernetesJobRunner } from './KubernetesJobRunner';

jest.setTimeout(60_000);

const REQUEST: JobRequest = {
  project: 'demo',
  name: 'run-uid.test.1',
  uid: 'job-uid',
  analysisRun: { name: 'dev.01', uid: 'run-uid' },
  metric: 'test',
  labels: { team: 'a' },
  annotations: { note: 'b' },
  spec: {
    backoffLimit: 1,
    template: {
      metadata: { labels: { app: 'check' } },
      spec: {
        restartPolicy: 'Never',
        containers: [
          {
            name: 'check',
            image: 'alpine:3',
            env: [
              {
                name: 'T',
                valueFrom: { secretKeyRef: { name: 's', key: 't' } },
              },
            ],
          },
        ],
      },
    },
  },
  attempts: 0,
  startedAtMs: 0,
};

describe('KubernetesJobRunner', () => {
  let server: KubernetesServer;
  let cluster: KubernetesJobController;
  let runner: KubernetesJobRunner;
  let attempts: number;
  let logs: Record<string, string | undefined>;
  let unread: Record<string, string | undefined>;
  let nowMs: number;
  let stopping: AbortController;

  beforeEach(async () => {
    server = await startKubernetesServer({ kinds: JOB_KINDS });
    cluster = new KubernetesJobController(server);
    addNamespace(server, 'demo');
    runner = connect();
    attempts = 0;
    logs = {};
    unread = {};
    nowMs = 0;
    stopping = new AbortController();
  });
  afterEach(() => server.close());

  function connect(
    namespace?: string,
    access: { url: string; token: string } = server,
  ) {
    const { url, token } = access;
    return KubernetesJobRunner.create({
      kubeConfig: createKubeConfig(
        {
          name: 'checks',
          access: { kind: 'url', url, token, skipTLSVerify: false },
        },
        'kargo.verification.jobs.cluster',
      ),
      ...(namespace && { namespace }),
    });
  }

  function look(request: Partial<JobRequest> = {}) {
    const context: JobContext = {
      signal: stopping.signal,
      now: () => nowMs,
      log: () => {
        throw new Error('what a cluster keeps is not told piece by piece');
      },
      replaceLog: (container, { text = logs[container], message }) => {
        logs[container] = text;
        unread[container] = message;
      },
      countAttempt: async () => {
        attempts += 1;
      },
      findData: async () => undefined,
    };
    return runner.advance({ ...REQUEST, attempts, ...request }, context);
  }

  it('makes the Job that Argo Rollouts would make', async () => {
    expect(await look()).toMatchObject({ kind: 'running' });
    const [job] = cluster.jobs;
    expect(job).toMatchObject({
      metadata: {
        name: 'run-uid.test.1',
        namespace: 'demo',
        labels: { team: 'a', 'analysisrun.argoproj.io/uid': 'run-uid' },
        annotations: {
          note: 'b',
          'analysisrun.argoproj.io/name': 'dev.01',
          'analysisrun.argoproj.io/namespace': 'demo',
          'analysisrun.argoproj.io/metric-name': 'test',
        },
      },
      spec: {
        backoffLimit: 1,
        ttlSecondsAfterFinished: 86_400,
        template: {
          metadata: {
            labels: { app: 'check', 'analysisrun.argoproj.io/uid': 'run-uid' },
          },
          spec: (REQUEST.spec as any).template.spec,
        },
      },
    });
    expect(attempts).toBe(1);
  });

  it.each([
    [0, 3_600],
    [7_200, 7_200],
  ])(
    'has a Job that may go after %d seconds stay for %d, so that what it came to is read',
    async (ttlSecondsAfterFinished, stays) => {
      await look({ spec: { ...REQUEST.spec, ttlSecondsAfterFinished } });
      expect(cluster.jobs).toMatchObject([
        { spec: { ttlSecondsAfterFinished: stays } },
      ]);
    },
  );

  it('makes Jobs in the namespace that is configured', async () => {
    addNamespace(server, 'checks', {});
    runner = connect('checks');
    await look();
    expect(cluster.jobs[0].metadata.namespace).toBe('checks');
  });

  it.each([
    [
      'is not there',
      'elsewhere',
      'the cluster has no namespace "elsewhere" to run jobs in',
    ],
    [
      'is not marked as a Project',
      'kube-system',
      'namespace "kube-system" of the cluster is not labelled kargo.akuity.io/project=true, so no jobs run in it',
    ],
  ])('makes no Job in a namespace that %s', async (_, project, message) => {
    addNamespace(server, 'kube-system', {});
    await expect(look({ project })).rejects.toThrow(message);
    expect(cluster.jobs).toEqual([]);
  });

  it.each<
    [string, Array<{ type: string; message?: string }>, Record<string, unknown>]
  >([
    ['nothing yet', [], { kind: 'running' }],
    [
      'what may still end either way',
      [{ type: 'SuccessCriteriaMet' }, { type: 'FailureTarget' }],
      { kind: 'running' },
    ],
    ['Complete', [{ type: 'Complete' }], { phase: 'Complete' }],
    [
      'Failed, and why',
      [{ type: 'Failed', message: 'Job has reached the backoff limit' }],
      { phase: 'Failed', message: 'Job has reached the backoff limit' },
    ],
    [
      'the last of several',
      [{ type: 'Failed' }, { type: 'Complete' }],
      { phase: 'Complete' },
    ],
  ])('judges by the conditions: %s', async (_, conditions, expected) => {
    await look();
    cluster.judge(cluster.jobs[0], ...conditions);
    expect(await look()).toMatchObject(expected);
  });

  it.each(['ErrImagePull', 'ImagePullBackOff', 'InvalidImageName'])(
    'gives up a Job whose image cannot be had: %s',
    async reason => {
      await look();
      const [job] = cluster.jobs;
      cluster.startPod(job, { waiting: { reason, message: 'no such image' } });
      expect(await look()).toEqual({
        kind: 'ended',
        phase: 'Stuck',
        message: `Pod run-uid.test.1-1, container check has terminal error (${reason}): no such image`,
      });
    },
  );

  it('keeps what the pods print, one after the other, however often it looks', async () => {
    await look();
    const [job] = cluster.jobs;
    cluster.startPod(job);
    cluster.print(job, 'check', 'first\n');
    await look();
    expect(logs).toEqual({ check: 'first\n' });
    cluster.endPod(job, 1);
    cluster.startPod(job);
    cluster.print(job, 'check', 'second\n');
    cluster.judge(job, { type: 'Complete' });
    await look();
    expect(logs).toEqual({ check: 'first\nsecond\n' });
  });

  it('reads no more of a line without an end than it can hold', async () => {
    await look();
    const [job] = cluster.jobs;
    cluster.startPod(job);
    cluster.print(job, 'check', `${'a'.repeat(5 * 1024 * 1024)}end`);
    await look();
    expect(logs.check).toHaveLength(64 * 1024);
    expect(logs.check).not.toContain('end');
  });

  it('holds 64 KiB of a container however many pods it had', async () => {
    await look();
    const [job] = cluster.jobs;
    for (let pod = 1; pod <= 40; pod++) {
      cluster.startPod(job);
      cluster.print(job, 'check', `${`pod ${pod}`.padEnd(50 * 1024, '.')}\n`);
      cluster.endPod(job, 1);
    }
    server.resetStats();
    await look();
    const text = logs.check ?? '';
    expect(text).toHaveLength(64 * 1024);
    expect(text.match(/pod \d+/g)).toEqual(['pod 40']);
    // What does not come into it is not asked for.
    expect(server.stats().byRoute.log).toBe(2);
  });

  it.each([500, 403, 400])(
    'ends a Job that is complete although the log of one of its pods answers %d',
    async status => {
      await look();
      const [job] = cluster.jobs;
      cluster.startPod(job);
      cluster.print(job, 'check', 'first\n');
      await look();
      server.faults.always(
        { kind: 'status', status },
        { route: 'log', path: `${job.metadata.name}-1/` },
      );
      expect(await look()).toMatchObject({ kind: 'running' });
      expect(logs).toEqual({ check: 'first\n' });
      expect(unread.check).toContain(`log of pod "${job.metadata.name}-1"`);
      cluster.endPod(job, 1);
      cluster.startPod(job);
      cluster.print(job, 'check', 'second\n');
      cluster.judge(job, { type: 'Complete' });
      expect(await look()).toEqual({ kind: 'ended', phase: 'Complete' });
      expect(logs).toEqual({ check: 'second\n' });
      expect(unread.check).toContain(`log of pod "${job.metadata.name}-1"`);
    },
  );

  it.each([500, 403])(
    'ends a Job that is complete although asking for its pods answers %d',
    async status => {
      await look();
      cluster.judge(cluster.jobs[0], { type: 'Complete' });
      server.faults.always({ kind: 'status', status }, { route: 'list' });
      expect(await look()).toEqual({ kind: 'ended', phase: 'Complete' });
    },
  );

  it('stops reading logs when it shall end', async () => {
    await look();
    const [job] = cluster.jobs;
    cluster.startPod(job);
    server.faults.always({ kind: 'hang' }, { route: 'log' });
    const looking = look();
    await server.waitForRequests('log');
    stopping.abort(new Error('the lease was lost'));
    await expect(looking).rejects.toThrow('the lease was lost');
  });

  it('goes on with a Job whose answer was lost, and makes none beside it', async () => {
    await look();
    attempts = 0;
    expect(await look()).toMatchObject({ kind: 'running' });
    expect(cluster.jobs).toHaveLength(1);
    expect(attempts).toBe(1);
  });

  it('says that somebody removed its Job', async () => {
    await look();
    server.remove('demo', 'run-uid.test.1', 'Job');
    expect(await look()).toEqual({
      kind: 'ended',
      phase: 'Stuck',
      message: 'somebody removed the Job "demo/run-uid.test.1"',
    });
  });

  it('leaves the Job of another run alone', async () => {
    await look();
    attempts = 0;
    await expect(
      look({ analysisRun: { name: 'dev.02', uid: 'another' } }),
    ).rejects.toThrow(
      'there is another Job "demo/run-uid.test.1" in the cluster',
    );
  });

  it('waits for a cluster that does not answer, before the Job is made five minutes', async () => {
    server.faults.always({ kind: 'status', status: 503 });
    const failing = await look();
    expect(failing).toMatchObject({
      kind: 'running',
      isUnavailable: true,
      message: expect.stringContaining('503'),
    });
    const unavailableSinceMs = nowMs;
    nowMs += 5 * 60_000;
    expect(await look({ unavailableSinceMs })).toMatchObject(failing);
    nowMs += 1;
    await expect(look({ unavailableSinceMs })).rejects.toThrow('503');
    expect(await look({ unavailableSinceMs, attempts: 1 })).toMatchObject(
      failing,
    );
  });

  it('does not count the time in which nobody tried to make the Job', async () => {
    server.faults.always({ kind: 'status', status: 503 });
    nowMs = 3_600_000;
    expect(await look({ startedAtMs: 0 })).toMatchObject({ kind: 'running' });
  });

  it('waits for a Job that it has just made after it could not for long', async () => {
    nowMs = 3_600_000;
    server.faults.add({ kind: 'status', status: 503 }, { route: 'list' });
    expect(await look({ unavailableSinceMs: 0 })).toMatchObject({
      kind: 'running',
    });
    expect(attempts).toBe(1);
  });

  it('waits, and names the setting, when the cluster does not take its credentials', async () => {
    runner = connect(undefined, { url: server.url, token: 'wrong' });
    expect(await look()).toMatchObject({
      kind: 'running',
      isUnavailable: true,
      message: expect.stringContaining('kargo.verification.jobs.cluster'),
    });
    nowMs = 5 * 60_000 + 1;
    await expect(look({ unavailableSinceMs: 0 })).rejects.toThrow(
      'kargo.verification.jobs.cluster',
    );
  });

  it('removes the Job, and is content when there is none', async () => {
    await look();
    await runner.remove(REQUEST);
    expect(cluster.jobs).toEqual([]);
    await runner.remove(REQUEST);
  });

  it('removes no Job of another run', async () => {
    await look();
    const analysisRun = { name: 'dev.02', uid: 'another' };
    await runner.remove({ ...REQUEST, analysisRun });
    expect(cluster.jobs).toHaveLength(1);
  });

  it('looks seldom at what takes long, but never later than every ten seconds', async () => {
    const pauses = [];
    for (nowMs of [0, 2_000, 8_000, 50_000, 3_600_000]) {
      pauses.push((await look()) as { lookAgainInMs: number });
    }
    expect(pauses.map(({ lookAgainInMs }) => lookAgainInMs)).toEqual([
      1_000, 2_000, 4_000, 10_000, 10_000,
    ]);
  });

  it('refuses what is no spec of a Job', () => {
    expect(runner.refusal({})).toBe('job.spec.template: required');
    expect(runner.refusal(REQUEST.spec)).toBeUndefined();
  });
});
