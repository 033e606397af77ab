import { AnalysisRun } from 'backstage-plugin-kargo-common';
import { ROLLOUTS_KINDS } from 'kargo-test';
import {
  CONTRACT_CLUSTERS,
  ContractCluster,
  putNamespace,
} from '../../testing/ContractCluster';
import { metadataOf } from '../../testing/resourceBuilders';
import { createKubeConfig } from '../../wiring/createKubeConfig';
import { KubernetesAnalyses } from './KubernetesAnalyses';

jest.setTimeout(60_000);

const SECRET = { name: 'args', data: { 'arg-0': 's3cr3t' } };

/** What a played API server and a real one have in common, as far as delegated runs go. */
describe.each(CONTRACT_CLUSTERS)('AnalysisRuns on %s', (_, reach) => {
  let cluster: ContractCluster;
  let analyses: KubernetesAnalyses;
  let project: string;
  let made = 0;
  const { signal } = new AbortController();

  beforeAll(async () => {
    cluster = await reach(ROLLOUTS_KINDS);
    const { access } = cluster;
    analyses = KubernetesAnalyses.create({
      cluster: 'checks',
      kubeConfig: createKubeConfig(
        { name: 'checks', access },
        'kargo.verification.rollouts',
      ),
    });
  });
  beforeEach(async () => {
    made += 1;
    project = `analyses-${made}`;
    await putNamespace(cluster, project);
  });
  afterAll(() => cluster.close());

  function aRun(changes: Partial<AnalysisRun> = {}): AnalysisRun {
    return {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'AnalysisRun',
      metadata: {
        ...metadataOf('test.01', {
          annotations: { 'kargo.akuity.io/verification': 'slot' },
        }),
        namespace: project,
      },
      spec: {
        metrics: [
          { name: 'one', provider: { job: { spec: { template: {} } } } },
        ],
      },
      ...changes,
    } as AnalysisRun;
  }

  const runs = () => cluster.list('AnalysisRun', project);
  const findSecret = (name: string) =>
    cluster.find({ kind: 'Secret', namespace: project, name });
  const putSecret = (name: string) =>
    cluster.put({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name, namespace: project },
      type: 'Opaque',
      data: { 'arg-0': 'b2xk' },
    });

  it('are made once, as they are told, and gone on with', async () => {
    const { startedAt } = await analyses.follow(aRun(), { signal });
    await analyses.follow(aRun(), { signal });
    const [run, ...more] = await runs();
    expect(more).toEqual([]);
    expect(run).toMatchObject({
      metadata: {
        name: 'test.01',
        annotations: { 'kargo.akuity.io/verification': 'slot' },
        creationTimestamp: startedAt,
      },
      spec: aRun().spec,
    });
  });

  it('tell what Argo Rollouts says of them', async () => {
    await analyses.follow(aRun(), { signal });
    const [run] = await runs();
    const status = {
      phase: 'Running',
      startedAt: '2026-01-01T00:00:00Z',
      metricResults: [{ name: 'one', phase: 'Failed', count: 2, failed: 1 }],
    };
    await cluster.put({ ...run, status });
    expect(await analyses.follow(aRun(), { signal })).toEqual(status);
  });

  it('are asked to end once', async () => {
    await analyses.follow(aRun(), { signal });
    const ending = aRun({ spec: { ...aRun().spec, terminate: true } });
    await analyses.follow(ending, { signal });
    const [asked] = await runs();
    expect(asked.spec).toMatchObject({ terminate: true });
    await analyses.follow(ending, { signal });
    expect(await runs()).toEqual([asked]);
  });

  it('have their Secret, also that which an earlier start left', async () => {
    await putSecret('args');
    await analyses.follow(aRun(), { secret: SECRET, signal });
    const [{ metadata }] = await runs();
    expect(await findSecret('args')).toMatchObject({
      metadata: {
        ownerReferences: [
          { kind: 'AnalysisRun', name: 'test.01', uid: metadata.uid },
        ],
      },
      data: { 'arg-0': Buffer.from('s3cr3t').toString('base64') },
    });
  });

  it('of another verification are left alone', async () => {
    await analyses.follow(aRun(), { signal });
    const before = await runs();
    const other = aRun();
    other.metadata.annotations = { 'kargo.akuity.io/verification': 'other' };
    await expect(analyses.follow(other, { signal })).rejects.toThrow(
      `there is another AnalysisRun "${project}/test.01"`,
    );
    expect(await runs()).toEqual(before);
  });

  it('are not made in a namespace that is not there', async () => {
    project = 'analyses-elsewhere';
    await expect(analyses.follow(aRun(), { signal })).rejects.toThrow(
      'the cluster has no namespace "analyses-elsewhere" to run AnalysisRuns in',
    );
  });

  it('are missed when somebody removed them', async () => {
    const { startedAt } = await analyses.follow(aRun(), { signal });
    await cluster.remove({
      kind: 'AnalysisRun',
      namespace: project,
      name: 'test.01',
    });
    await expect(
      analyses.follow(aRun({ status: { phase: 'Running', startedAt } }), {
        signal,
      }),
    ).rejects.toThrow(`somebody removed the AnalysisRun "${project}/test.01"`);
  });

  it('take along the Secret of a run that did not come to be, and no other', async () => {
    await putSecret('args');
    await putSecret('theirs');
    await analyses.remove(aRun(), { secretName: 'args', signal });
    expect(await findSecret('args')).toBeUndefined();
    expect(await findSecret('theirs')).toBeDefined();
    await analyses.remove(aRun(), { secretName: 'args', signal });
  });

  it('take along the Secret that they did not come to own, and no other', async () => {
    await analyses.follow(aRun(), { signal });
    await putSecret('args');
    await putSecret('theirs');
    await analyses.remove(aRun(), { secretName: 'args', signal });
    expect(await runs()).toEqual([]);
    expect(await findSecret('args')).toBeUndefined();
    expect(await findSecret('theirs')).toBeDefined();
  });

  it.each([
    {
      what: 'followed',
      act: (run: AnalysisRun) =>
        expect(
          analyses.follow(run, { secret: SECRET, signal }),
        ).rejects.toThrow('there is another AnalysisRun'),
    },
    {
      what: 'removed',
      act: (run: AnalysisRun) =>
        analyses.remove(run, { secretName: 'args', signal }),
    },
  ])(
    'of another verification stay, but not the Secret of what is $what by their name',
    async ({ act }) => {
      await analyses.follow(aRun(), { signal });
      const before = await runs();
      await putSecret('args');
      const other = aRun();
      other.metadata.annotations = { 'kargo.akuity.io/verification': 'other' };
      await act(other);
      expect(await findSecret('args')).toBeUndefined();
      expect(await runs()).toEqual(before);
    },
  );

  it('are removed, also when there is none', async () => {
    await analyses.follow(aRun(), { signal });
    await analyses.remove(aRun(), { signal });
    expect(await runs()).toEqual([]);
    await analyses.remove(aRun(), { signal });
  });
});
