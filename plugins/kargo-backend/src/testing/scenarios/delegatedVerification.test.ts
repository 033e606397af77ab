import {
  currentFreight,
  VerificationInfo,
} from 'backstage-plugin-kargo-common';
import {
  addNamespace,
  KubernetesServer,
  ROLLOUTS_KINDS,
  RolloutsController,
  startKubernetesServer,
} from 'kargo-test';
import { UpstreamUnavailableError } from 'backstage-plugin-kargo-node';
import { DelegatedAnalyses } from '../../ports/DelegatedAnalyses';
import { StoreUnavailableError } from '../../ports/StoreUnavailableError';
import { RolloutsConfig } from '../../wiring/readVerification';
import { buildRollouts } from '../../wiring/buildRollouts';
import { EngineHarness } from '../EngineHarness';
import { ScenarioDatabase } from '../ScenarioDatabase';
import {
  demoProject,
  demoStage,
  demoWarehouse,
  imageOf,
} from '../scenarioManifests';
import { ScriptedMetrics } from '../ScriptedMetrics';

jest.setTimeout(120_000);

const SECOND = 1_000;
const MINUTE = 60_000;
const TOKEN = 's3cr3t-t0ken';

const TEMPLATE = `---
apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata: {name: smoke, namespace: demo}
spec:
  args:
  - {name: url}
  - {name: key, valueFrom: {secretKeyRef: {name: of-the-cluster, key: k}}}
  metrics:
  - name: http
    interval: 1m
    count: 3
    provider: {plugin: {acme/checks: {url: "{{args.url}}"}}}
`;

describe('a Stage whose verification Argo Rollouts runs', () => {
  let server: KubernetesServer;
  let rollouts: RolloutsController;
  let metrics: ScriptedMetrics;
  let harness: EngineHarness;
  /** What the engine asks, unless none is configured. */
  let analyses: DelegatedAnalyses | undefined;

  beforeEach(async () => {
    server = await startKubernetesServer({ kinds: ROLLOUTS_KINDS });
    rollouts = new RolloutsController(server);
    metrics = new ScriptedMetrics();
    addNamespace(server, 'demo');
    harness = await start();
  });
  afterEach(async () => {
    await harness.stop();
    await server.close();
  });

  function start(
    settings: Partial<RolloutsConfig> | 'none' = {},
    knex?: ScenarioDatabase['knex'],
  ) {
    const { url, token } = server;
    analyses =
      settings === 'none'
        ? undefined
        : buildRollouts({
            verification: {
              jobs: {},
              rollouts: {
                name: 'checks',
                access: { kind: 'url', url, token, skipTLSVerify: false },
                ...settings,
              },
            },
          });
    return EngineHarness.create({
      metricProviders: [metrics.provider],
      ...(analyses && { rollouts: analyses }),
      ...(knex && { knex }),
    });
  }

  async function promote(more = '', args = '{name: url, value: "https://x"}') {
    harness.publish(imageOf('web'), '1.0.0');
    await harness.apply(
      `${demoProject('test')}${more}${TEMPLATE}${demoWarehouse('web')}
${demoStage('test', { web: '{direct: true}' })}
  verification: {analysisTemplates: [{name: smoke}], args: [${args}]}
${demoStage('prod', { web: '{stages: [test]}' })}`,
    );
    await harness.settle();
  }

  /** An argument of the verification shows a Secret of the portal. */
  function promoteWithSecret() {
    return promote(
      `---
apiVersion: v1
kind: Secret
metadata: {name: s, namespace: demo}
stringData: {token: ${TOKEN}}
`,
      `{name: url, value: "https://x?t=\${{ secret('s').token }}"}`,
    );
  }

  /** The next run is made, which is not answered; then nothing is any more. */
  function loseNextRun(): { answerAgain: () => void } {
    server.faults.add(
      { kind: 'truncate', afterBytes: 1 },
      { method: 'POST', path: 'analysisruns' },
    );
    const lost = { answerAgain: () => {} };
    const stop = server.onChange(({ kind }) => {
      if (kind === 'AnalysisRun') {
        stop();
        lost.answerAgain = server.faults.always({
          kind: 'status',
          status: 503,
        });
      }
    });
    return lost;
  }

  async function giveUp() {
    for (let minute = 0; minute < 6; minute++) {
      await harness.advance(MINUTE);
    }
    expect(await verified()).toMatchObject({ phase: 'Error' });
  }

  async function isCleanedUp(): Promise<boolean> {
    const [run] = await harness.list('AnalysisRun');
    return run.status?.cleanupPending === undefined;
  }

  async function deleteStage() {
    await harness.admission.delete(
      { kind: 'Stage', namespace: 'demo', name: 'test' },
      { actor: 'user:default/tester' },
    );
    await harness.settle();
  }

  async function verified(): Promise<VerificationInfo | undefined> {
    const stage = await harness.get('Stage', 'test');
    return currentFreight(stage)?.verificationHistory?.[0];
  }

  async function saysOfVerification(): Promise<string | undefined> {
    const { status } = await harness.get('Stage', 'test');
    return status?.conditions?.find(({ type }) => type === 'Verified')?.message;
  }

  async function isVerified(): Promise<boolean> {
    const [freight] = await harness.list('Freight');
    return freight.status?.verifiedIn?.test !== undefined;
  }

  async function ask(annotation: 'abort' | 'reverify') {
    const id = (await verified())?.id;
    await harness.store.patch(
      { kind: 'Stage', namespace: 'demo', name: 'test' },
      {
        metadata: {
          annotations: {
            [`kargo.akuity.io/${annotation}`]: JSON.stringify({ id }),
          },
        },
      },
    );
    await harness.settle();
  }

  it('makes the AnalysisRun in the cluster, with what the templates say and no owner', async () => {
    await promote();
    const [ours] = await harness.list('AnalysisRun');
    expect(rollouts.runs).toEqual([
      expect.objectContaining({
        apiVersion: 'argoproj.io/v1alpha1',
        metadata: {
          name: ours.metadata.name,
          namespace: 'demo',
          uid: expect.any(String),
          resourceVersion: expect.any(String),
          creationTimestamp: expect.any(String),
          labels: ours.metadata.labels,
          annotations: ours.metadata.annotations,
        },
        spec: ours.spec,
      }),
    ]);
    expect(ours.spec).toMatchObject({
      args: [
        { name: 'url', value: 'https://x' },
        {
          name: 'key',
          valueFrom: { secretKeyRef: { name: 'of-the-cluster', key: 'k' } },
        },
      ],
    });
    expect(await verified()).toMatchObject({ phase: 'Pending' });
  });

  it('takes over what the run comes to, measurements included, and opens the way onward', async () => {
    await promote();
    const measured = {
      name: 'http',
      phase: 'Running',
      count: 1,
      successful: 1,
      measurements: [
        {
          phase: 'Successful',
          value: '200',
          startedAt: '2026-01-01T00:00:00Z',
          finishedAt: '2026-01-01T00:00:01Z',
        },
      ],
    };
    rollouts.report({
      phase: 'Running',
      startedAt: '2026-01-01T00:00:00Z',
      metricResults: [measured],
    });
    await harness.advance(10 * SECOND);
    expect(await verified()).toMatchObject({ phase: 'Running' });
    const [running] = await harness.list('AnalysisRun');
    expect(running.status).toEqual({
      phase: 'Running',
      startedAt: '2026-01-01T00:00:00Z',
      metricResults: [measured],
    });
    rollouts.report({
      phase: 'Successful',
      startedAt: '2026-01-01T00:00:00Z',
      completedAt: '2026-01-01T00:03:00Z',
      metricResults: [{ ...measured, phase: 'Successful' }],
      runSummary: { count: 1, successful: 1 },
    });
    await harness.advance(10 * SECOND);
    expect(await verified()).toMatchObject({
      phase: 'Successful',
      finishTime: '2026-01-01T00:03:00Z',
    });
    expect(await isVerified()).toBe(true);
    const [freight] = await harness.list('Freight');
    await harness.promote('prod', freight.metadata.name);
  });

  it.each([
    ['Failed', 'False/VerificationFailed'],
    ['Error', 'False/VerificationError'],
    ['Inconclusive', 'Unknown/VerificationInconclusive'],
  ])(
    'keeps Freight back whose run is %s, in its words',
    async (phase, condition) => {
      await promote();
      rollouts.report({ phase, message: 'Metric "http" says no' });
      await harness.advance(10 * SECOND);
      expect(await verified()).toMatchObject({
        phase,
        message: 'Metric "http" says no',
        finishTime: expect.any(String),
      });
      expect(await isVerified()).toBe(false);
      const { status } = await harness.get('Stage', 'test');
      const found = status?.conditions?.find(({ type }) => type === 'Verified');
      expect(`${found?.status}/${found?.reason}`).toBe(condition);
    },
  );

  it('asks the run to end when somebody aborts, and is Failed whatever it comes to', async () => {
    await promote();
    await ask('abort');
    expect(rollouts.runs[0].spec.terminate).toBe(true);
    rollouts.report({ phase: 'Successful' });
    await harness.advance(10 * SECOND);
    expect(await verified()).toMatchObject({
      phase: 'Failed',
      message: 'Verification aborted by user',
    });
    const [run] = await harness.list('AnalysisRun');
    expect(run.status?.phase).toBe('Successful');
  });

  it('verifies again by a run of its own', async () => {
    await promote();
    rollouts.report({ phase: 'Failed' });
    await harness.advance(10 * SECOND);
    await ask('reverify');
    expect(rollouts.runs).toHaveLength(2);
    rollouts.report({ phase: 'Successful' });
    await harness.advance(10 * SECOND);
    expect(await isVerified()).toBe(true);
  });

  it('says in one sentence that the cluster does not answer, and goes on when it does', async () => {
    const answerAgain = server.faults.always({ kind: 'status', status: 503 });
    await promote();
    expect(await saysOfVerification()).toMatch(
      /^cluster "checks" could not get AnalysisRun "demo\/test\.[^"]+": status 503/,
    );
    expect(await verified()).toMatchObject({ phase: 'Pending' });
    answerAgain();
    await harness.advance(10 * SECOND);
    expect(rollouts.runs).toHaveLength(1);
    expect(await saysOfVerification()).toBe('Verification is Pending');
  });

  it('gives a run up that cannot be made for five minutes, so that the queue goes on', async () => {
    server.faults.always({ kind: 'status', status: 503 });
    await promote();
    await giveUp();
    expect(await verified()).toMatchObject({
      message: expect.stringContaining('status 503'),
    });
  });

  it('does not give a run up at the first fault after nobody tried for long', async () => {
    jest.spyOn(analyses!, 'follow').mockImplementationOnce(async () => {
      await harness.clock.advance(6 * MINUTE);
      throw new UpstreamUnavailableError('checks', 'it is away');
    });
    await promote();
    expect(await verified()).toMatchObject({ phase: 'Pending' });
    await harness.advance(10 * SECOND);
    expect(rollouts.runs).toHaveLength(1);
    const [run] = await harness.list('AnalysisRun');
    expect(run.status).not.toHaveProperty('unavailableSince');
  });

  it('ends a run in the cluster once that answers again, whose creation was answered too late', async () => {
    const lost = loseNextRun();
    await promoteWithSecret();
    await giveUp();
    expect(rollouts.runs).toHaveLength(1);
    expect(await isCleanedUp()).toBe(false);
    lost.answerAgain();
    await harness.advance(5 * MINUTE);
    expect(rollouts.runs).toEqual([]);
    expect(server.all('Secret')).toEqual([]);
    expect(await isCleanedUp()).toBe(true);
    expect(await verified()).toMatchObject({ phase: 'Error' });
  });

  it.each<[string, () => Promise<void>]>([
    ['it was given up', giveUp],
    ['its Stage was deleted', deleteStage],
  ])(
    'ends a run in the cluster that comes to be only after %s',
    async (_, end) => {
      server.faults.always(
        { kind: 'status', status: 504 },
        { method: 'POST', path: 'analysisruns' },
      );
      await promote();
      await end();
      const [{ metadata, spec }] = await harness.list('AnalysisRun');
      const { name, annotations, creationTimestamp } = metadata;
      const late = { name, namespace: 'demo', annotations, creationTimestamp };
      server.put({
        apiVersion: 'argoproj.io/v1alpha1',
        kind: 'AnalysisRun',
        metadata: { ...late, uid: 'late' },
        spec,
      });
      await harness.advance(2 * MINUTE);
      expect(rollouts.runs).toEqual([]);
      for (const { status } of await harness.list('AnalysisRun')) {
        expect(status).not.toHaveProperty('cleanupPending');
      }
    },
  );

  it('notes that a run may be in the cluster before it is asked for it', async () => {
    const goOn = server.faults.always(
      { kind: 'hang' },
      { method: 'POST', path: 'analysisruns' },
    );
    const promoting = promote();
    await server.waitForRequests('create');
    const [{ status }] = await harness.list('AnalysisRun');
    expect(status).toEqual({ phase: 'Pending' });
    goOn();
    // As a crash would.
    await harness.restart();
    await promoting;
    expect(await verified()).toMatchObject({ phase: 'Pending' });
  });

  it('waits for the answer of the store, which says nothing of the run', async () => {
    const find = harness.store.find.bind(harness.store);
    let isLost = false;
    jest.spyOn(harness.store, 'find').mockImplementation(async key => {
      if (!isLost && key.name.startsWith('verification-args')) {
        isLost = true;
        throw new StoreUnavailableError('The database is not available');
      }
      return find(key) as never;
    });
    await promoteWithSecret();
    await harness.advance(10 * SECOND);
    expect(isLost).toBe(true);
    expect(rollouts.runs).toHaveLength(1);
    rollouts.report({ phase: 'Successful' });
    await harness.advance(10 * SECOND);
    expect(await verified()).toMatchObject({ phase: 'Successful' });
  });

  it('ends a run in the cluster whose measurements take more room than there is', async () => {
    await promote();
    rollouts.report({ phase: 'Running', message: 'x'.repeat(2_000_000) });
    await harness.advance(10 * SECOND);
    expect(await verified()).toMatchObject({ phase: 'Error' });
    expect(rollouts.runs).toEqual([]);
  });

  it('waits for a run that was made, however long the cluster does not answer', async () => {
    await promote();
    const answerAgain = server.faults.always({ kind: 'status', status: 503 });
    for (let minute = 0; minute < 6; minute++) {
      await harness.advance(MINUTE);
    }
    expect(await verified()).toMatchObject({
      phase: 'Pending',
      message: expect.stringContaining('status 503'),
    });
    answerAgain();
    rollouts.report({ phase: 'Successful' });
    await harness.advance(10 * SECOND);
    expect(await isVerified()).toBe(true);
  });

  it.each<[string, () => void, string]>([
    [
      'the namespace is not marked as a Project',
      () => addNamespace(server, 'demo', {}),
      'namespace "demo" of the cluster is not labelled kargo.akuity.io/project=true, so no AnalysisRuns run in it',
    ],
    [
      'the cluster refuses it',
      () =>
        server.faults.always(
          { kind: 'status', status: 422 },
          { route: 'create' },
        ),
      'refused to create AnalysisRun',
    ],
  ])('says at once that %s', async (_, arrange, message) => {
    arrange();
    await promote();
    expect(await verified()).toMatchObject({
      phase: 'Error',
      message: expect.stringContaining(message),
      finishTime: expect.any(String),
    });
  });

  it('says that somebody removed the run', async () => {
    await promote();
    const [{ metadata }] = rollouts.runs;
    server.remove('demo', metadata.name, 'AnalysisRun');
    await harness.advance(10 * SECOND);
    expect(await verified()).toMatchObject({
      phase: 'Error',
      message: `somebody removed the AnalysisRun "demo/${metadata.name}" from cluster "checks"; verify the Stage again`,
    });
  });

  it('goes on after a restart, and makes no second run', async () => {
    await promote();
    await harness.restart();
    await harness.advance(10 * SECOND);
    expect(rollouts.runs).toHaveLength(1);
    rollouts.report({ phase: 'Successful' });
    await harness.advance(10 * SECOND);
    expect(await isVerified()).toBe(true);
  });

  it('makes runs where it is told, for the controller that is told', async () => {
    await harness.stop();
    addNamespace(server, 'checks', {});
    harness = await start({ namespace: 'checks', instanceId: 'kargo' });
    await promote();
    expect(rollouts.runs[0].metadata).toMatchObject({
      namespace: 'checks',
      labels: {
        'argo-rollouts.argoproj.io/controller-instance-id': 'kargo',
        'kargo.akuity.io/stage': 'test',
      },
    });
  });

  it('hands a secret of the Stage over as a Secret of the run, and shows it nowhere', async () => {
    await promoteWithSecret();
    const [run] = rollouts.runs;
    const [secret] = server.all('Secret');
    const [url] = run.spec.args;
    expect(url.valueFrom.secretKeyRef.name).toBe(secret.metadata.name);
    expect(secret).toMatchObject({
      metadata: {
        ownerReferences: [
          {
            kind: 'AnalysisRun',
            name: run.metadata.name,
            uid: run.metadata.uid,
          },
        ],
      },
      data: {
        [url.valueFrom.secretKeyRef.key]: Buffer.from(
          `https://x?t=${TOKEN}`,
        ).toString('base64'),
      },
    });
    rollouts.report({
      phase: 'Failed',
      message: `no answer of https://x?t=${TOKEN}`,
      metricResults: [
        {
          name: 'http',
          phase: 'Failed',
          message: `https://x?t=${TOKEN}`,
          metadata: { query: `https://x?t=${TOKEN}` },
          measurements: [{ phase: 'Failed', value: `https://x?t=${TOKEN}` }],
        },
      ],
    });
    await harness.advance(10 * SECOND);
    const shown = JSON.stringify([
      await harness.list('AnalysisRun'),
      await harness.list('Stage'),
      await harness.list('Event'),
    ]);
    expect(shown).not.toContain(TOKEN);
    expect((await verified())?.message).toBe('no answer of *****');
  });

  it('leaves no Secret behind of a run that it gave up', async () => {
    server.faults.always(
      { kind: 'status', status: 503 },
      { method: 'POST', path: 'analysisruns' },
    );
    await promoteWithSecret();
    expect(server.all('Secret')).toHaveLength(1);
    await giveUp();
    expect(server.all('Secret')).toEqual([]);
  });

  it('leaves no Secret behind of a run that did not come to own it', async () => {
    server.faults.always(
      { kind: 'status', status: 503 },
      { method: 'PATCH', path: 'secrets' },
    );
    await promoteWithSecret();
    expect(rollouts.runs).toHaveLength(1);
    expect(server.all('Secret')).toHaveLength(1);
    await deleteStage();
    expect(rollouts.runs).toEqual([]);
    expect(server.all('Secret')).toEqual([]);
  });

  it('removes the run from the cluster with its Stage', async () => {
    await promote();
    await deleteStage();
    expect(rollouts.runs).toEqual([]);
    expect(await harness.list('AnalysisRun')).toEqual([]);
  });

  it('leaves runs of a cluster that is not configured any more until it is again, and says so', async () => {
    const { knex } = await ScenarioDatabase.openSqlite();
    await harness.stop();
    harness = await start({}, knex);
    await promote();
    await harness.stop({ keepDatabase: true });
    harness = await start('none', knex);
    await harness.advance(10 * SECOND);
    expect(await verified()).toMatchObject({
      phase: 'Error',
      message:
        'it runs in cluster "checks", which kargo.verification.rollouts does not name any more; verify the Stage again',
    });
    await harness.stop({ keepDatabase: true });
    harness = await start({}, knex);
    await harness.until(() => rollouts.runs.length === 0);
    await harness.stop({ keepDatabase: true });
    harness = await start('none', knex);
    await deleteStage();
    expect(await harness.list('AnalysisRun')).toEqual([]);
  });

  it('ends by itself what it began before a cluster was configured', async () => {
    const { knex } = await ScenarioDatabase.openSqlite();
    await harness.stop();
    harness = await start('none', knex);
    metrics.answers.http = ['pending', 1];
    harness.publish(imageOf('web'), '1.0.0');
    await harness.apply(
      `${demoProject('test')}---
apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata: {name: smoke, namespace: demo}
spec: {metrics: [{name: http, provider: {scripted: {}}}]}
${demoWarehouse('web')}
${demoStage('test', { web: '{direct: true}' })}
  verification: {analysisTemplates: [{name: smoke}]}`,
    );
    await harness.settle();
    expect(await verified()).toMatchObject({ phase: 'Running' });
    await harness.stop({ keepDatabase: true });
    harness = await start({}, knex);
    await harness.advance(MINUTE);
    expect(await isVerified()).toBe(true);
    expect(rollouts.runs).toEqual([]);
  });
});
