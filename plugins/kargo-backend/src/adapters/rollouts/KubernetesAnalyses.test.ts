import {
  addNamespace,
  KubernetesServer,
  ROLLOUTS_KINDS,
  RolloutsController,
  startKubernetesServer,
} from 'kargo-test';
import { AnalysisRun, AnalysisRunStatus } from 'backstage-plugin-kargo-common';
import { metadataOf } from '../../testing/resourceBuilders';
import { createKubeConfig } from '../../wiring/createKubeConfig';
import { KubernetesAnalyses } from './KubernetesAnalyses';

jest.setTimeout(60_000);

const SECRET = { name: 'args', data: { 'arg-0': 's3cr3t' } };

function aRun(
  status?: AnalysisRunStatus,
  spec: AnalysisRun['spec'] = {},
): AnalysisRun {
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'AnalysisRun',
    metadata: metadataOf('test.01', {
      annotations: { 'kargo.akuity.io/verification': 'slot' },
    }),
    spec: { metrics: [], ...spec },
    ...(status && { status }),
  };
}

describe('KubernetesAnalyses', () => {
  let server: KubernetesServer;
  let rollouts: RolloutsController;
  let analyses: KubernetesAnalyses;
  const { signal } = new AbortController();

  beforeEach(async () => {
    server = await startKubernetesServer({ kinds: ROLLOUTS_KINDS });
    rollouts = new RolloutsController(server);
    addNamespace(server, 'demo');
    analyses = connect(server.token);
  });
  afterEach(() => server.close());

  function connect(token: string): KubernetesAnalyses {
    const { url } = server;
    return KubernetesAnalyses.create({
      cluster: 'checks',
      kubeConfig: createKubeConfig(
        {
          name: 'checks',
          access: { kind: 'url', url, token, skipTLSVerify: false },
        },
        'kargo.verification.rollouts',
      ),
    });
  }

  it('goes on with a run whose making was not answered, and makes none beside it', async () => {
    await analyses.follow(aRun(), { signal });
    await analyses.follow(aRun(), { signal });
    expect(rollouts.runs).toHaveLength(1);
  });

  it('takes the moment in which a run was made for its start until it has another', async () => {
    const { startedAt } = await analyses.follow(aRun(), { signal });
    expect(startedAt).toBe(
      (rollouts.runs[0] as any).metadata.creationTimestamp,
    );
    rollouts.report({ phase: 'Running', startedAt: '2026-01-01T00:00:00Z' });
    expect(await analyses.follow(aRun({ startedAt }), { signal })).toEqual({
      phase: 'Running',
      startedAt: '2026-01-01T00:00:00Z',
    });
  });

  it('leaves the run of another verification alone', async () => {
    await analyses.follow(aRun(), { signal });
    const other = aRun();
    other.metadata.annotations = { 'kargo.akuity.io/verification': 'other' };
    await expect(analyses.follow(other, { signal })).rejects.toThrow(
      'there is another AnalysisRun "demo/test.01"',
    );
    await analyses.remove(other, { signal });
    expect(rollouts.runs).toHaveLength(1);
  });

  it('asks a run to end once', async () => {
    await analyses.follow(aRun(), { signal });
    const ending = aRun(undefined, { terminate: true });
    await analyses.follow(ending, { signal });
    await analyses.follow(ending, { signal });
    expect(rollouts.runs[0].spec.terminate).toBe(true);
    expect(
      server.stats().log.filter(({ route }) => route === 'patch'),
    ).toHaveLength(1);
  });

  it.each([403, 503])(
    'tells how a run ended although asking it to end answers %d',
    async status => {
      await analyses.follow(aRun(), { signal });
      rollouts.report({ phase: 'Failed' });
      server.faults.always({ kind: 'status', status }, { route: 'patch' });
      const ending = aRun(undefined, { terminate: true });
      expect(await analyses.follow(ending, { signal })).toMatchObject({
        phase: 'Failed',
      });
    },
  );

  it.each([403, 503])(
    'tells what a run has come to although giving it its Secret answers %d',
    async status => {
      server.faults.always(
        { kind: 'status', status },
        { method: 'PATCH', path: 'secrets' },
      );
      expect(
        await analyses.follow(aRun(), { secret: SECRET, signal }),
      ).toMatchObject({ startedAt: expect.any(String) });
      rollouts.report({ phase: 'Running' });
      expect(
        await analyses.follow(aRun(), { secret: SECRET, signal }),
      ).toMatchObject({ phase: 'Running' });
    },
  );

  it('gives its Secret to the run, also to one that was made before a crash', async () => {
    server.put({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'args', namespace: 'demo' },
      data: { 'arg-0': 'b2xk' },
    });
    await analyses.follow(aRun(), { secret: SECRET, signal });
    const [{ metadata }] = rollouts.runs;
    const owned = {
      metadata: {
        ownerReferences: [
          {
            apiVersion: 'argoproj.io/v1alpha1',
            kind: 'AnalysisRun',
            name: 'test.01',
            uid: metadata.uid,
          },
        ],
      },
      data: { 'arg-0': Buffer.from('s3cr3t').toString('base64') },
    };
    expect(server.find('demo', 'args', 'Secret')).toMatchObject(owned);
    server.put({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'args', namespace: 'demo' },
      data: owned.data,
    });
    await analyses.follow(aRun(), { secret: SECRET, signal });
    expect(server.find('demo', 'args', 'Secret')).toMatchObject(owned);
  });

  it('leaves no Secret behind of a run that the cluster refuses', async () => {
    server.faults.add(
      { kind: 'status', status: 403 },
      { method: 'POST', path: '/analysisruns' },
    );
    await expect(
      analyses.follow(aRun(), { secret: SECRET, signal }),
    ).rejects.toThrow('may not create AnalysisRun "demo/test.01"');
    expect(server.find('demo', 'args', 'Secret')).toBeUndefined();
  });

  it('keeps the Secret of a run that may have been made although nobody said so', async () => {
    server.faults.add(
      { kind: 'status', status: 504 },
      { method: 'POST', path: '/analysisruns' },
    );
    await expect(
      analyses.follow(aRun(), { secret: SECRET, signal }),
    ).rejects.toThrow('could not create AnalysisRun "demo/test.01"');
    expect(server.find('demo', 'args', 'Secret')).toBeDefined();
  });

  it('removes the Secret of a run that did not come to own it', async () => {
    server.faults.add(
      { kind: 'status', status: 503 },
      { method: 'PATCH', path: '/secrets/args' },
    );
    await analyses.follow(aRun(), { secret: SECRET, signal });
    expect(rollouts.runs).toHaveLength(1);
    expect(server.find('demo', 'args', 'Secret')?.metadata).not.toHaveProperty(
      'ownerReferences',
    );
    await analyses.remove(aRun(), { secretName: 'args', signal });
    expect(rollouts.runs).toEqual([]);
    expect(server.find('demo', 'args', 'Secret')).toBeUndefined();
  });

  it('removes the Secret after its run, which may still read it', async () => {
    await analyses.follow(aRun(), { secret: SECRET, signal });
    server.faults.add(
      { kind: 'status', status: 503 },
      { method: 'DELETE', path: '/analysisruns' },
    );
    const remove = () =>
      analyses.remove(aRun(), { secretName: 'args', signal });
    await expect(remove()).rejects.toThrow('could not delete AnalysisRun');
    expect(server.find('demo', 'args', 'Secret')).toBeDefined();
    await remove();
    expect(server.find('demo', 'args', 'Secret')).toBeUndefined();
  });

  it('leaves no Secret behind when somebody else takes the name of the run meanwhile', async () => {
    const theirs = aRun();
    theirs.metadata.annotations = { 'kargo.akuity.io/verification': 'other' };
    const forget = server.onChange(({ kind }) => {
      if (kind === 'Secret') {
        forget();
        server.put({
          ...theirs,
          metadata: { ...theirs.metadata, namespace: 'demo', uid: 'theirs' },
        });
      }
    });
    await expect(
      analyses.follow(aRun(), { secret: SECRET, signal }),
    ).rejects.toThrow('there is another AnalysisRun "demo/test.01"');
    expect(server.find('demo', 'args', 'Secret')).toBeUndefined();
    expect(rollouts.runs).toMatchObject([{ metadata: { uid: 'theirs' } }]);
  });

  it('leaves out what it cannot read of a status', async () => {
    await analyses.follow(aRun(), { signal });
    rollouts.report({
      phase: 'Dreaming',
      message: 7,
      startedAt: '2026-01-01T00:00:00Z',
      metricResults: [
        { name: 'a', phase: 'Failed', count: 'many', failed: 1, unknown: {} },
      ],
      runSummary: [],
    });
    expect(await analyses.follow(aRun(), { signal })).toEqual({
      phase: '',
      startedAt: '2026-01-01T00:00:00Z',
      metricResults: [{ name: 'a', phase: 'Failed', failed: 1 }],
    });
  });

  it('names the setting when the cluster does not take its credentials', async () => {
    await expect(connect('wrong').follow(aRun(), { signal })).rejects.toThrow(
      'kargo.verification.rollouts',
    );
  });

  it('says that the cluster has no Argo Rollouts', async () => {
    await server.close();
    server = await startKubernetesServer({ kinds: [ROLLOUTS_KINDS[1]] });
    await expect(
      connect(server.token).follow(aRun(), { signal }),
    ).rejects.toMatchObject({
      name: 'UpstreamUnavailableError',
      message: expect.stringContaining(
        'knows no AnalysisRuns: Argo Rollouts is not installed there',
      ),
    });
  });

  it('removes a run, and is content when there is none', async () => {
    await analyses.follow(aRun(), { signal });
    await analyses.remove(aRun(), { signal });
    expect(rollouts.runs).toEqual([]);
    await analyses.remove(aRun(), { signal });
  });
});
