import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AnalysisJob,
  currentFreight,
  keyOf,
  VerificationInfo,
} from 'backstage-plugin-kargo-common';
import { LocalJobPolicy } from '../../adapters/jobs/allowedJobs';
import {
  addNamespace,
  JOB_KINDS,
  KubernetesJobController,
  KubernetesServer,
  startKubernetesServer,
} from 'kargo-test';
import { KubernetesJobRunner } from '../../adapters/jobs/KubernetesJobRunner';
import { LocalJobRunner } from '../../adapters/jobs/LocalJobRunner';
import { createKubeConfig } from '../../wiring/createKubeConfig';
import { DirectProcesses } from '../../adapters/processes/DirectProcesses';
import { EngineHarness } from '../EngineHarness';
import {
  demoProject,
  demoStage,
  demoWarehouse,
  imageOf,
} from '../scenarioManifests';

jest.setTimeout(120_000);

const ALLOWED: LocalJobPolicy = {
  processes: { images: ['alpine:*'], programs: ['sleep', 'sh'] },
};

/** The template of Kargo's own guide, but for what it runs. */
function guide(command: string, more = ''): string {
  return `---
apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata: {name: kargo-demo, namespace: demo}
spec:
  ${more}
  metrics:
  - name: test
    provider:
      job:
        metadata:
        spec:
          backoffLimit: 1
          template:
            spec:
              containers:
              - name: test
                image: alpine:latest
                command: ${command}
              restartPolicy: Never
`;
}

describe('a job that another replica has gone on with', () => {
  it('is not ended by the one that stood still', async () => {
    let goOn = async () => {};
    const harness = await EngineHarness.create({
      jobRunner: {
        refusal: () => undefined,
        async advance() {
          await goOn();
          return { kind: 'ended', phase: 'Failed', message: 'too late' };
        },
        remove: async () => {},
      },
    });
    const key = async () => {
      const [{ metadata }] = await harness.list('AnalysisJob');
      return { ...metadata, kind: 'AnalysisJob', namespace: 'demo' } as const;
    };
    goOn = async () => {
      await harness.store.patchStatus(await key(), {
        phase: 'Complete',
        finishedAt: '2026-01-01T00:00:00Z',
      });
    };
    try {
      harness.publish(imageOf('web'), '1.0.0');
      await harness.apply(
        [
          demoProject('test'),
          guide('[sleep, "1"]'),
          demoWarehouse('web'),
          `${demoStage('test', { web: '{direct: true}' })}
  verification: {analysisTemplates: [{name: kargo-demo}]}`,
        ].join('\n'),
      );
      await harness.settle();
      const { status } = await harness.store.get(await key());
      expect(status).toMatchObject({ phase: 'Complete' });
      const stage = await harness.get('Stage', 'test');
      expect(currentFreight(stage)?.verificationHistory?.[0]).toMatchObject({
        phase: 'Successful',
      });
    } finally {
      await harness.stop();
    }
  });
});

describe('a Stage that verifies by a job', () => {
  let folder: string;
  let harness: EngineHarness;

  async function start(policy: LocalJobPolicy) {
    folder = await mkdtemp(join(tmpdir(), 'kargo-jobs-'));
    harness = await EngineHarness.create({
      jobRunner: LocalJobRunner.create({
        policy,
        processes: new DirectProcesses(),
        folder,
        environment: process.env,
      }),
    });
  }

  afterEach(async () => {
    await harness.stop();
    await rm(folder, { recursive: true });
  });

  async function verified(): Promise<VerificationInfo | undefined> {
    const stage = await harness.get('Stage', 'test');
    return currentFreight(stage)?.verificationHistory?.[0];
  }

  async function promote(...manifests: string[]) {
    harness.publish(imageOf('web'), '1.0.0');
    await harness.apply(
      [
        demoProject('test'),
        ...manifests,
        demoWarehouse('web'),
        `${demoStage('test', { web: '{direct: true}' })}
  verification: {analysisTemplates: [{name: kargo-demo}]}`,
      ].join('\n'),
    );
  }

  async function abort() {
    const running = await verified();
    await harness.store.patch(
      { kind: 'Stage', namespace: 'demo', name: 'test' },
      {
        metadata: {
          annotations: {
            'kargo.akuity.io/abort': JSON.stringify({ id: running?.id }),
          },
        },
      },
    );
  }

  const job = async () => (await harness.list('AnalysisJob')).at(-1);

  it('verifies by the template of the guide', async () => {
    await start(ALLOWED);
    await promote(guide('[sleep, "0.05"]'));
    await harness.settle();
    expect(await verified()).toMatchObject({ phase: 'Successful' });
    const [run] = await harness.list('AnalysisRun');
    expect(run.status?.metricResults?.[0].measurements?.[0].metadata).toEqual({
      'job-name': `${run.metadata.uid}.test.1`,
      'job-namespace': 'demo',
    });
    expect(await job()).toMatchObject({
      metadata: { name: `${run.metadata.uid}.test.1` },
      status: { phase: 'Complete', attempts: 1 },
    });
  });

  it('says what to configure where jobs are switched off, and runs nothing', async () => {
    await start({});
    await promote(guide('[sleep, "0.05"]'));
    await harness.settle();
    expect(await verified()).toMatchObject({
      phase: 'Error',
      message:
        "error building AnalysisRun: metric 'test': jobs are switched off; an operator can allow images and commands in kargo.verification.jobs",
    });
    expect(await job()).toBeUndefined();
  });

  it('keeps what the job printed, masked, and tries again as the job says', async () => {
    await start(ALLOWED);
    await promote(
      `---
apiVersion: v1
kind: Secret
metadata: {name: s, namespace: demo}
stringData: {token: s3cr3t-t0ken}`,
      guide(
        '[sh, -c, "echo the token is {{args.token}}; exit 1"]',
        'args: [{name: token, valueFrom: {secretKeyRef: {name: s, key: token}}}]',
      ),
    );
    await harness.settle();
    expect(await job()).toMatchObject({
      status: {
        phase: 'Running',
        attempts: 1,
        message: "container 'test' ended with exit code 1; it is started again",
      },
    });
    await harness.advance(10_000);
    expect(await job()).toMatchObject({
      status: {
        phase: 'Failed',
        attempts: 2,
        logs: [
          {
            container: 'test',
            text: 'the token is *****\nthe token is *****\n',
          },
        ],
      },
    });
    expect(await verified()).toMatchObject({ phase: 'Failed' });
    const everything = JSON.stringify(await harness.list('AnalysisJob'));
    expect(everything).not.toContain('s3cr3t-t0ken');
  });

  it('keeps what a container prints by its masked name where a Secret names it', async () => {
    await start(ALLOWED);
    await promote(
      `---
apiVersion: v1
kind: Secret
metadata: {name: s, namespace: demo}
stringData: {name: s3cr3t-n4me}`,
      guide(
        '[sh, -c, "echo all well; exit 1"]',
        'args: [{name: name, valueFrom: {secretKeyRef: {name: s, key: name}}}]',
      ).replace('- name: test\n                image', match =>
        match.replace('test', '"{{args.name}}"'),
      ),
    );
    await harness.settle();
    await harness.advance(10_000);
    expect(await job()).toMatchObject({
      status: {
        phase: 'Failed',
        logs: [{ container: 'temp-for-secret', text: 'all well\nall well\n' }],
      },
    });
    const everything = JSON.stringify([
      await harness.list('AnalysisJob'),
      await harness.list('AnalysisRun'),
    ]);
    expect(everything).not.toContain('s3cr3t-n4me');
  });

  it('ends the job of a verification that somebody aborts, and keeps its log', async () => {
    await start(ALLOWED);
    await promote(guide('[sh, -c, "echo begun; exec sleep 600"]'));
    await harness.until(async () => (await job())?.status?.attempts === 1);
    await abort();
    await harness.until(async () => (await job())?.status?.phase === 'Stopped');
    await harness.settle();
    expect(await verified()).toMatchObject({ phase: 'Failed' });
  });

  it('starts a job anew that was cut off by a restart', async () => {
    await start(ALLOWED);
    await promote(guide('[sh, -c, "sleep 1"]'));
    await harness.until(async () => (await job())?.status?.attempts === 1);
    await harness.restart();
    await harness.settle();
    expect(await job()).toMatchObject({
      status: { phase: 'Complete', attempts: 2 },
    });
    expect(await verified()).toMatchObject({ phase: 'Successful' });
  });

  it('learns how a job ended although the database failed while it ran', async () => {
    folder = await mkdtemp(join(tmpdir(), 'kargo-jobs-'));
    let failures = 0;
    harness = await EngineHarness.create({
      jobRunner: {
        refusal: () => undefined,
        remove: async () => undefined,
        async advance(_, { countAttempt, log }) {
          await countAttempt();
          log('test', 'printed\n');
          const write = jest.spyOn(harness.store, 'write');
          write.mockImplementation(async () => {
            failures += 1;
            throw new Error('the connection was lost');
          });
          try {
            await harness.until(async () => {
              await harness.clock.advance(1_000);
              return failures > 0;
            });
          } finally {
            write.mockRestore();
          }
          return { kind: 'ended', phase: 'Complete' };
        },
      },
    });
    await promote(guide('[sh, -c, "exit 0"]'));
    await harness.settle();
    expect(await job()).toMatchObject({
      status: {
        phase: 'Complete',
        attempts: 1,
        logs: [{ container: 'test', text: 'printed\n' }],
      },
    });
    expect(await verified()).toMatchObject({ phase: 'Successful' });
  });

  describe('in a cluster', () => {
    let server: KubernetesServer;
    let cluster: KubernetesJobController;

    beforeEach(async () => {
      server = await startKubernetesServer({ kinds: JOB_KINDS });
      cluster = new KubernetesJobController(server);
      addNamespace(server, 'demo');
      const { url, token } = server;
      folder = await mkdtemp(join(tmpdir(), 'kargo-jobs-'));
      harness = await EngineHarness.create({
        jobRunner: KubernetesJobRunner.create({
          kubeConfig: createKubeConfig(
            {
              name: 'checks',
              access: { kind: 'url', url, token, skipTLSVerify: false },
            },
            'kargo.verification.jobs.cluster',
          ),
        }),
      });
    });
    afterEach(() => server.close());

    /** The Job of an AnalysisJob, as the cluster makes it after all. */
    function putJob({ name, ownerReferences = [] }: AnalysisJob['metadata']) {
      server.put({
        apiVersion: 'batch/v1',
        kind: 'Job',
        metadata: {
          name,
          namespace: 'demo',
          labels: { 'analysisrun.argoproj.io/uid': ownerReferences[0].uid },
        },
      });
    }

    it('verifies, and keeps what the pods print without what is secret', async () => {
      await promote(
        `---
apiVersion: v1
kind: Secret
metadata: {name: s, namespace: demo}
stringData: {token: s3cr3t-t0ken}`,
        guide(
          '[check, "{{args.token}}"]',
          'args: [{name: token, valueFrom: {secretKeyRef: {name: s, key: token}}}]',
        ),
      );
      await harness.settle();
      expect(await verified()).toMatchObject({ phase: 'Running' });
      const [made] = cluster.jobs;
      cluster.startPod(made);
      cluster.print(made, 'test', 'the token is s3cr3t-t0ken\n');
      await harness.advance(10_000);
      expect(await job()).toMatchObject({
        status: {
          phase: 'Running',
          logs: [{ container: 'test', text: 'the token is *****\n' }],
        },
      });
      cluster.endPod(made, 0);
      cluster.judge(made, { type: 'Complete' });
      await harness.advance(10_000);
      expect(await verified()).toMatchObject({ phase: 'Successful' });
    });

    it('removes a Job whose image cannot be had, once the cluster lets it', async () => {
      await promote(guide('[check]'));
      await harness.settle();
      const [made] = cluster.jobs;
      cluster.startPod(made, {
        waiting: { reason: 'ErrImagePull', message: 'no such image' },
      });
      const allow = server.faults.always(
        { kind: 'status', status: 503 },
        { method: 'DELETE' },
      );
      await harness.advance(10_000);
      expect(await verified()).toMatchObject({ phase: 'Inconclusive' });
      expect(cluster.jobs).toHaveLength(1);
      expect(await job()).toMatchObject({
        status: { phase: 'Stuck', cleanupPending: true },
      });
      allow();
      await harness.advance(5 * 60_000);
      expect(cluster.jobs).toEqual([]);
      expect((await job())?.status).not.toHaveProperty('cleanupPending');
    });

    it.each<[string, () => Promise<void>]>([
      [
        'it was given up',
        async () => {
          for (let minute = 0; minute < 6; minute++) {
            await harness.advance(60_000);
          }
          expect(await verified()).toMatchObject({ phase: 'Inconclusive' });
          expect(await job()).toMatchObject({
            status: { phase: 'Stuck', cleanupPending: true },
          });
        },
      ],
      [
        'its verification was aborted',
        async () => {
          await abort();
          await harness.settle();
        },
      ],
      [
        'its run was deleted',
        async () => {
          const [run] = await harness.list('AnalysisRun');
          await harness.store.delete(keyOf(run));
          await harness.settle();
        },
      ],
    ])(
      'removes a Job that comes to be in the cluster only after %s',
      async (_, end) => {
        server.faults.always(
          { kind: 'status', status: 504 },
          { method: 'POST' },
        );
        await promote(guide('[check]'));
        await harness.settle();
        expect(await job()).toMatchObject({
          status: { phase: 'Running', unavailableSince: expect.any(String) },
        });
        await end();
        const { metadata } = (await job())!;
        putJob(metadata);
        await harness.advance(2 * 60_000);
        expect(cluster.jobs).toEqual([]);
        for (const { status } of await harness.list('AnalysisJob')) {
          expect(status).not.toHaveProperty('cleanupPending');
        }
      },
    );

    it('removes a Job that comes to be in the cluster only after its run was deleted while it was asked for first', async () => {
      server.faults.always({ kind: 'hang' }, { method: 'POST' });
      await promote(guide('[check]'));
      await server.waitForRequests('create');
      const [run] = await harness.list('AnalysisRun');
      await harness.store.delete(keyOf(run));
      await harness.settle();
      const { metadata } = (await job())!;
      putJob(metadata);
      await harness.advance(2 * 60_000);
      expect(cluster.jobs).toEqual([]);
      expect(await harness.list('AnalysisJob')).toEqual([]);
    });

    it.each([
      ['is asked for', 'create'],
      ['is looked at', 'get'],
    ])(
      'waits for a Job while the portal has no right to it when it %s',
      async (_, route) => {
        const allow = server.faults.always(
          { kind: 'status', status: 403 },
          { route, path: 'jobs' },
        );
        await promote(guide('[check]'));
        await harness.settle();
        await harness.advance(60_000);
        expect(await job()).toMatchObject({
          status: {
            phase: 'Running',
            message: expect.stringMatching(
              /^the credentials of cluster "checks" may not /,
            ),
          },
        });
        allow();
        await harness.advance(10_000);
        expect(cluster.jobs).toHaveLength(1);
      },
    );

    it('succeeds by a Job that is complete although its logs cannot be read, and says so', async () => {
      server.faults.always({ kind: 'status', status: 403 }, { route: 'log' });
      await promote(guide('[check]'));
      await harness.settle();
      const [made] = cluster.jobs;
      cluster.startPod(made);
      cluster.judge(made, { type: 'Complete' });
      await harness.advance(10_000);
      expect(await verified()).toMatchObject({ phase: 'Successful' });
      expect(await job()).toMatchObject({
        status: {
          logs: [
            {
              container: 'test',
              text: '',
              message: expect.stringMatching(
                /^the credentials of cluster "checks" may not read the log of pod/,
              ),
            },
          ],
        },
      });
    });

    it('removes the Job of a verification that somebody aborts', async () => {
      await promote(guide('[sleep, "600"]'));
      await harness.settle();
      expect(cluster.jobs).toHaveLength(1);
      await abort();
      await harness.settle();
      expect(cluster.jobs).toEqual([]);
      expect(await verified()).toMatchObject({ phase: 'Failed' });
    });
  });

  it('forgets jobs with their run', async () => {
    await start(ALLOWED);
    await promote(guide('[sleep, "0.05"]'));
    await harness.settle();
    const [run] = await harness.list('AnalysisRun');
    await harness.store.delete({
      kind: 'AnalysisRun',
      namespace: 'demo',
      name: run.metadata.name,
    });
    await harness.settle();
    expect(await job()).toBeUndefined();
  });
});
