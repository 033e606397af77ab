import { CustomObject, JOB_KINDS } from 'kargo-test';
import { JobContext, JobProgress, JobRequest } from '../../ports/JobRunner';
import {
  CONTRACT_CLUSTERS,
  ContractCluster,
  putNamespace,
} from '../../testing/ContractCluster';
import { createKubeConfig } from '../../wiring/createKubeConfig';
import { KubernetesJobRunner } from './KubernetesJobRunner';

jest.setTimeout(60_000);

const STARTED = { startTime: '2026-01-01T00:00:00Z' };
const NOW = '2026-01-01T00:01:00Z';

/** What a played API server and a real one have in common, as far as Jobs go. */
describe.each(CONTRACT_CLUSTERS)('Jobs on %s', (_, reach) => {
  let cluster: ContractCluster;
  let runner: KubernetesJobRunner;
  let project: string;
  let attempts: number;
  let made = 0;
  const { signal } = new AbortController();

  beforeAll(async () => {
    cluster = await reach(JOB_KINDS);
  });
  beforeEach(async () => {
    runner = connect();
    attempts = 0;
    made += 1;
    project = `jobs-${made}`;
    await putNamespace(cluster, project);
  });
  afterAll(() => cluster.close());

  function connect(namespace?: string): KubernetesJobRunner {
    const { access } = cluster;
    return KubernetesJobRunner.create({
      kubeConfig: createKubeConfig(
        { name: 'checks', access },
        'kargo.verification.jobs.cluster',
      ),
      ...(namespace && { namespace }),
    });
  }

  function look(changes: Partial<JobRequest> = {}): Promise<JobProgress> {
    const context: JobContext = {
      signal,
      now: () => 0,
      log: () => {},
      replaceLog: () => {},
      countAttempt: async () => {
        attempts += 1;
      },
      findData: async () => undefined,
    };
    return runner.advance(
      { ...requestOf(project), attempts, ...changes },
      context,
    );
  }

  const find = () =>
    cluster.find({ kind: 'Job', namespace: project, name: 'run-uid.test.1' });

  async function report(status: object): Promise<void> {
    await cluster.put({ ...(await find())!, status });
  }

  it('are made as Argo Rollouts makes them', async () => {
    expect(await look()).toMatchObject({ kind: 'running' });
    expect(await find()).toMatchObject({
      metadata: {
        labels: { team: 'a', 'analysisrun.argoproj.io/uid': 'run-uid' },
        annotations: {
          'analysisrun.argoproj.io/name': 'dev.01',
          'analysisrun.argoproj.io/namespace': project,
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
          spec: { containers: [{ name: 'check', image: 'alpine:3' }] },
        },
      },
    });
    expect(attempts).toBe(1);
  });

  it('are gone on with when the answer was lost, and none is made beside them', async () => {
    await look();
    attempts = 0;
    expect(await look()).toMatchObject({ kind: 'running' });
    expect(await cluster.list('Job', project)).toHaveLength(1);
    expect(attempts).toBe(1);
  });

  it('of another run are left alone', async () => {
    await look();
    await expect(
      look({ attempts: 0, analysisRun: { name: 'dev.02', uid: 'another' } }),
    ).rejects.toThrow(`there is another Job "${project}/run-uid.test.1"`);
  });

  it.each([
    ['is not there', undefined, 'the cluster has no namespace'],
    ['is not marked as a Project', {}, 'is not labelled'],
  ])('are not made in a namespace that %s', async (_case, labels, message) => {
    project = `elsewhere-${made}`;
    if (labels) await putNamespace(cluster, project, labels);
    await expect(look()).rejects.toThrow(message);
  });

  it('are not made in a configured namespace that is not there', async () => {
    runner = connect('jobs-nowhere');
    await expect(look()).rejects.toThrow(
      'cluster "checks" could not create Job "jobs-nowhere/run-uid.test.1": namespaces "jobs-nowhere" not found',
    );
  });

  it('are running until the cluster says how they ended', async () => {
    await look();
    const met = condition('SuccessCriteriaMet');
    await report({ ...STARTED, conditions: [met] });
    expect(await look()).toMatchObject({ kind: 'running' });
    await report({
      ...STARTED,
      completionTime: NOW,
      succeeded: 1,
      conditions: [met, condition('Complete')],
    });
    expect(await look()).toMatchObject({ kind: 'ended', phase: 'Complete' });
  });

  it('fail with what the cluster says', async () => {
    await look();
    const message = 'Job has reached the backoff limit';
    await report({
      ...STARTED,
      failed: 2,
      conditions: [
        condition('FailureTarget'),
        { ...condition('Failed'), message },
      ],
    });
    expect(await look()).toMatchObject({ phase: 'Failed', message });
  });

  it('are given up when their image cannot be had', async () => {
    await look();
    await cluster.put(podOf((await find())!));
    expect(await look()).toEqual({
      kind: 'ended',
      phase: 'Stuck',
      message: `Pod pod, container check has terminal error (ErrImagePull): no such image`,
    });
  });

  it('are missed when somebody removed them', async () => {
    await look();
    await cluster.remove({
      kind: 'Job',
      namespace: project,
      name: 'run-uid.test.1',
    });
    expect(await look()).toEqual({
      kind: 'ended',
      phase: 'Stuck',
      message: `somebody removed the Job "${project}/run-uid.test.1"`,
    });
  });

  it('are removed, also when there is none', async () => {
    await runner.remove(requestOf(project));
    await look();
    await runner.remove(requestOf(project));
    const left = await find();
    // A cluster removes its pods first, whoever does that there.
    expect(!left || 'deletionTimestamp' in left.metadata).toBe(true);
  });
});

function requestOf(project: string): JobRequest {
  return {
    project,
    name: 'run-uid.test.1',
    uid: 'job-uid',
    analysisRun: { name: 'dev.01', uid: 'run-uid' },
    metric: 'test',
    labels: { team: 'a' },
    annotations: {},
    spec: {
      backoffLimit: 1,
      template: {
        metadata: { labels: { app: 'check' } },
        spec: {
          restartPolicy: 'Never',
          containers: [{ name: 'check', image: 'alpine:3' }],
        },
      },
    },
    attempts: 0,
    startedAtMs: 0,
  };
}

function condition(type: string) {
  return { type, status: 'True', lastTransitionTime: NOW, lastProbeTime: NOW };
}

/** What the Job controller makes of it, and a kubelet that cannot pull. */
function podOf({ metadata, spec }: CustomObject): CustomObject {
  const { namespace, name } = metadata;
  const waiting = { reason: 'ErrImagePull', message: 'no such image' };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'pod', namespace, labels: { 'job-name': name } },
    spec: spec.template.spec,
    status: {
      phase: 'Pending',
      containerStatuses: [
        {
          name: 'check',
          state: { waiting },
          ready: false,
          restartCount: 0,
          image: 'alpine:3',
          imageID: '',
        },
      ],
    },
  };
}
