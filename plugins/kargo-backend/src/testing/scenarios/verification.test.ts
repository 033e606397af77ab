import {
  currentFreight,
  VerificationInfo,
} from 'backstage-plugin-kargo-common';
import { StoreVerifier } from '../../engine/verification/StoreVerifier';
import { EngineHarness } from '../EngineHarness';
import {
  demoProject,
  demoStage,
  demoWarehouse,
  imageOf,
} from '../scenarioManifests';
import { ScriptedMetrics } from '../ScriptedMetrics';

jest.setTimeout(120_000);

const MINUTE = 60_000;

/** A Stage `test` that verifies, and `prod` behind it. */
function pipeline(verification: string, vars = '[]'): string {
  return `${demoWarehouse('web')}
${demoStage('test', { web: '{direct: true}' })}
  vars: ${vars}
  verification: ${verification}
${demoStage('prod', { web: '{stages: [test]}' })}`;
}

function template(metrics: string, rest = ''): string {
  return `---
apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata: {name: smoke, namespace: demo}
spec:
  metrics: ${metrics}
${rest}`;
}

const SMOKE = '{analysisTemplates: [{name: smoke}]}';
const ONE =
  '[{name: http, provider: {scripted: {}}, successCondition: result < 5}]';

describe('a Stage that verifies by AnalysisTemplates', () => {
  let metrics: ScriptedMetrics;
  let harness: EngineHarness;

  beforeEach(async () => {
    metrics = new ScriptedMetrics();
    harness = await EngineHarness.create({
      metricProviders: [metrics.provider],
    });
  });
  afterEach(() => harness.stop());

  async function verifications(): Promise<VerificationInfo[]> {
    const stage = await harness.get('Stage', 'test');
    return currentFreight(stage)?.verificationHistory ?? [];
  }

  const verified = async () => (await verifications()).at(0);
  const runs = () => harness.list('AnalysisRun');

  async function isVerified(): Promise<boolean> {
    const [freight] = await harness.list('Freight');
    return freight.status?.verifiedIn?.test !== undefined;
  }

  async function promoted(verification: string, ...more: string[]) {
    harness.publish(imageOf('web'), '1.0.0');
    await harness.apply(
      [demoProject('test'), ...more, pipeline(verification)].join('\n'),
    );
    await harness.settle();
  }

  async function ask(
    annotation: string,
    id: string,
    actor = 'user:default/jo',
  ) {
    await harness.store.patch(
      { kind: 'Stage', namespace: 'demo', name: 'test' },
      {
        metadata: {
          annotations: {
            [`kargo.akuity.io/${annotation}`]: JSON.stringify({ id, actor }),
          },
        },
      },
    );
    await harness.settle();
  }

  it('follows each verification that it begins, also where somebody promotes meanwhile', async () => {
    metrics.answers.http = [3];
    await promoted(SMOKE, template(ONE));
    const { id } = (await verified())!;
    const [freight] = await harness.list('Freight');
    const write = harness.store.write.bind(harness.store);
    const writing = jest.spyOn(harness.store, 'write');
    writing.mockImplementation(async writes => {
      const written = await write(writes);
      if (written.some(({ kind }) => kind === 'AnalysisRun')) {
        writing.mockImplementation(write);
        await harness.promote('test', freight.metadata.name);
      }
      return written;
    });
    await ask('reverify', id);
    const { status } = await harness.get('Stage', 'test');
    const followed = status?.freightHistory?.flatMap(
      ({ verificationHistory = [] }) =>
        verificationHistory.map(({ analysisRun }) => analysisRun?.name),
    );
    const begun = (await runs()).map(({ metadata }) => metadata.name);
    expect(begun).toHaveLength(3);
    expect(followed?.sort()).toEqual(begun.sort());
  });

  it('verifies the Freight that a Promotion brought, and opens the way onward', async () => {
    metrics.answers.http = [3];
    await promoted(SMOKE, template(ONE));
    const [run] = await runs();
    const [promotion] = await harness.list('Promotion');
    const [freight] = await harness.list('Freight');
    expect(run).toMatchObject({
      metadata: {
        labels: {
          'kargo.akuity.io/stage': 'test',
          'kargo.akuity.io/freight-collection':
            expect.stringMatching(/^\w{40}$/),
        },
        annotations: { 'kargo.akuity.io/promotion': promotion.metadata.name },
        ownerReferences: [
          expect.objectContaining({ uid: freight.metadata.uid }),
        ],
      },
      status: {
        phase: 'Successful',
        runSummary: { count: 1, successful: 1 },
        metricResults: [
          {
            name: 'http',
            phase: 'Successful',
            measurements: [
              expect.objectContaining({ phase: 'Successful', value: '3' }),
            ],
          },
        ],
      },
    });
    expect(run.metadata.name).toMatch(/^test\.[0-9a-z]{26}\.\w{7}$/);
    expect(await verified()).toMatchObject({
      phase: 'Successful',
      analysisRun: {
        namespace: 'demo',
        name: run.metadata.name,
        phase: 'Successful',
      },
      finishTime: run.status?.completedAt,
    });
    expect(await isVerified()).toBe(true);
    const told = (await harness.list('Event')).find(
      ({ reason }) => reason === 'FreightVerificationSucceeded',
    );
    expect(told?.metadata.annotations).toMatchObject({
      'event.kargo.akuity.io/promotion-name': promotion.metadata.name,
      'event.kargo.akuity.io/analysis-run-name': run.metadata.name,
    });
  });

  it('trusts Freight that was found good while the next Promotion waited for it', async () => {
    metrics.answers.http = ['pending'];
    await promoted(SMOKE, template(ONE));
    const [first] = await harness.list('Freight');
    harness.publish(imageOf('web'), '1.1.0');
    await harness.refresh('Warehouse', 'web');
    await harness.settle();
    expect(await harness.list('Promotion')).toHaveLength(2);
    metrics.answers.http = [3, 'pending'];
    await harness.advance(MINUTE);
    const { status } = await harness.get('Freight', first.metadata.name);
    expect(Object.keys(status?.verifiedIn ?? {})).toEqual(['test']);
    expect((await verified())?.phase).toBe('Running');
    await harness.promote('prod', first.metadata.name);
  });

  it('waits between measurements without asking anybody', async () => {
    metrics.answers.http = [1, 2, 9, 3];
    await promoted(
      SMOKE,
      template(
        '[{name: http, interval: 1m, count: 3, failureLimit: 1, initialDelay: 30s, successCondition: result < 5, provider: {scripted: {}}}]',
      ),
    );
    expect(metrics.calls).toEqual([]);
    expect((await verified())?.phase).toBe('Running');
    await harness.advance(29_000);
    expect(metrics.calls).toEqual([]);
    await harness.advance(1_000);
    expect(metrics.calls).toEqual(['http 1']);
    await harness.advance(MINUTE);
    await harness.advance(MINUTE);
    expect(metrics.calls).toEqual(['http 1', 'http 2', 'http 3']);
    expect(await verified()).toMatchObject({ phase: 'Successful' });
  });

  it('keeps Freight back that failed, says why, and lets the next Promotion start', async () => {
    metrics.answers.http = [9];
    await promoted(SMOKE, template(ONE));
    expect(await verified()).toMatchObject({
      phase: 'Failed',
      message:
        'Metric "http" assessed Failed due to failed (1) > failureLimit (0)',
    });
    expect(await isVerified()).toBe(false);
    harness.publish(imageOf('web'), '2.0.0');
    metrics.answers.http = [1];
    await harness.refresh('Warehouse', 'web');
    await harness.settle();
    expect(await verified()).toMatchObject({ phase: 'Successful' });
    expect(await runs()).toHaveLength(2);
  });

  it('verifies again when somebody asks, by a run of its own', async () => {
    metrics.answers.http = [9, 1];
    await promoted(SMOKE, template(ONE));
    const first = await verified();
    await ask('reverify', first!.id);
    expect(await verifications()).toMatchObject([
      { phase: 'Successful', actor: 'user:default/jo' },
      { phase: 'Failed', id: first!.id },
    ]);
    expect(await runs()).toHaveLength(2);
    expect(await isVerified()).toBe(true);
  });

  it('trusts Freight no more that fails when it is verified again', async () => {
    metrics.answers.http = [1, 9];
    await promoted(SMOKE, template(ONE));
    expect(await isVerified()).toBe(true);
    await ask('reverify', (await verified())!.id);
    const stage = await harness.get('Stage', 'test');
    expect(stage.status?.conditions).toContainEqual(
      expect.objectContaining({
        type: 'Verified',
        status: 'False',
        reason: 'VerificationFailed',
      }),
    );
    expect(await isVerified()).toBe(false);
    metrics.answers.http = [1];
    await ask('reverify', (await verified())!.id);
    expect(await isVerified()).toBe(true);
  });

  it('trusts it no more behind Stages without steps either', async () => {
    metrics.answers.http = [1, 9];
    await promoted(
      SMOKE,
      template(ONE),
      demoStage('gate', { web: '{stages: [test]}' }, ''),
      demoStage('second-gate', { web: '{stages: [gate]}' }, ''),
      demoStage('other-gate', { web: '{stages: [uat, test]}' }, ''),
      demoStage('uat', { web: '{direct: true}' }),
    );
    const [{ metadata }] = await harness.list('Freight');
    await harness.promote('uat', metadata.name);
    await harness.settle();
    const verifiedIn = async () => {
      const { status } = await harness.get('Freight', metadata.name);
      return Object.keys(status?.verifiedIn ?? {}).sort();
    };
    const all = ['gate', 'other-gate', 'second-gate', 'test', 'uat'];
    expect(await verifiedIn()).toEqual(all);
    await ask('reverify', (await verified())!.id);
    expect(await verifiedIn()).toEqual(['other-gate', 'uat']);
    metrics.answers.http = [1];
    await ask('reverify', (await verified())!.id);
    expect(await verifiedIn()).toEqual(all);
  });

  it.each([
    ['cannot be measured', 'error', 'Error'],
    ['is aborted', 'pending', 'Failed'],
  ])(
    'trusts Freight on when verifying it again %s',
    async (_, answer, phase) => {
      metrics.answers.http = [1, answer];
      await promoted(SMOKE, template(ONE));
      await ask('reverify', (await verified())!.id);
      if (answer === 'pending') {
        await ask('abort', (await verified())!.id);
      }
      for (let retry = 0; retry < 5; retry++) {
        await harness.advance(10_000);
      }
      expect(await verified()).toMatchObject({ phase });
      expect(await isVerified()).toBe(true);
      const stage = await harness.get('Stage', 'test');
      expect(stage.status?.conditions).toContainEqual(
        expect.objectContaining({ type: 'Verified', status: 'True' }),
      );
    },
  );

  it('measures anew for Freight that comes back', async () => {
    metrics.answers.http = [1];
    await promoted(SMOKE, template(ONE));
    const [old] = await harness.list('Freight');
    harness.publish(imageOf('web'), '2.0.0');
    await harness.refresh('Warehouse', 'web');
    await harness.settle();
    await harness.promote('test', old.metadata.name);
    await harness.settle();
    expect(metrics.calls).toHaveLength(3);
    expect(await runs()).toHaveLength(3);
  });

  it('fails a verification that somebody aborts, whatever its run comes to', async () => {
    metrics.answers.http = ['pending'];
    await promoted(SMOKE, template(ONE));
    const running = await verified();
    expect(running?.phase).toBe('Running');
    await ask('abort', 'another');
    expect((await verified())?.phase).toBe('Running');
    await ask('abort', running!.id);
    expect(metrics.calls.at(-1)).toBe('http terminated');
    expect(await verified()).toMatchObject({
      phase: 'Failed',
      message: 'Verification aborted by user',
      actor: 'user:default/jo',
    });
    const [run] = await runs();
    expect(run).toMatchObject({
      spec: { terminate: true },
      status: { phase: 'Inconclusive' },
    });
    expect((await verified())?.phase).toBe('Failed');
  });

  it('gives up what it verifies when it loses its steps', async () => {
    metrics.answers.http = ['pending'];
    await promoted(SMOKE, template(ONE));
    expect((await verified())?.phase).toBe('Running');
    await harness.apply(demoStage('test', { web: '{direct: true}' }, ''));
    await harness.settle();
    expect(metrics.calls.at(-1)).toBe('http terminated');
    expect(await runs()).toMatchObject([
      { spec: { terminate: true }, status: { phase: 'Inconclusive' } },
    ]);
    expect(await isVerified()).toBe(true);
  });

  it('goes on after a restart with what it has measured', async () => {
    metrics.answers.http = [1];
    await promoted(
      SMOKE,
      template(
        '[{name: http, interval: 1m, count: 2, provider: {scripted: {}}}]',
      ),
    );
    expect(metrics.calls).toEqual(['http 1']);
    await harness.restart();
    await harness.advance(MINUTE);
    expect(metrics.calls).toEqual(['http 1', 'http 2']);
    expect(await verified()).toMatchObject({ phase: 'Successful' });
    expect(await runs()).toHaveLength(1);
  });

  it('gives arguments to templates, evaluated for the Freight that is verified', async () => {
    metrics.answers.http = [1];
    harness.publish(imageOf('web'), '1.10');
    await harness.apply(
      `${demoProject('test')}
${template(
  '[{name: http, provider: {scripted: {url: "{{args.url}}", tag: "{{ args.tag }}", mode: "{{args.mode}}"}}}]',
  '  args: [{name: url}, {name: tag}, {name: mode, value: fast}]',
)}
${pipeline(
  `{analysisTemplates: [{name: smoke}], args: [{name: url, value: "\${{ vars.base }}/healthz"}, {name: tag, value: "\${{ quote(imageFrom('${imageOf(
    'web',
  )}').Tag) }}"}, {name: undeclared, value: x}]}`,
  '[{name: base, value: "https://test.acme.io"}]',
)}`,
    );
    await harness.settle();
    expect(metrics.told).toEqual([
      { url: 'https://test.acme.io/healthz', tag: '1.10', mode: 'fast' },
    ]);
    const [run] = await runs();
    expect(run.spec.args?.map(({ name }) => name)).toEqual([
      'url',
      'tag',
      'mode',
    ]);
  });

  it.each([
    [
      'a template that is not there',
      SMOKE,
      undefined,
      "AnalysisTemplate 'smoke' does not exist",
    ],
    [
      'an argument without a value',
      SMOKE,
      template(ONE, '  args: [{name: token}]'),
      'unresolved argument "token"',
    ],
    [
      'an argument that is no text',
      '{analysisTemplates: [{name: smoke}], args: [{name: v, value: "${{ 42 }}"}]}',
      template(ONE, '  args: [{name: v}]'),
      'args.v: the result must be a text; wrap the expression in quote()',
    ],
    [
      'metrics of the same name',
      '{analysisTemplates: [{name: smoke}, {name: smoke}]}',
      template(ONE),
      'duplicate metric name: "http"',
    ],
  ])(
    'says what is wrong with %s',
    async (_, verification, manifest, message) => {
      await promoted(verification, ...(manifest ? [manifest] : []));
      const entry = await verified();
      expect(entry).toMatchObject({
        phase: 'Error',
        finishTime: expect.any(String),
      });
      expect(entry?.message).toContain(message);
      expect(await runs()).toEqual([]);
    },
  );

  it.each([
    [
      'nothing to measure',
      '{}',
      undefined,
      'Analysis spec invalid: no metrics specified',
    ],
    [
      'a provider that nobody knows',
      SMOKE,
      template(
        '[{name: http, consecutiveErrorLimit: 0, provider: {nobody: {}}}]',
      ),
      "no metric provider 'nobody' is installed; known are job, scripted",
    ],
    [
      'a Secret that is not there',
      SMOKE,
      template(
        ONE,
        '  args: [{name: t, valueFrom: {secretKeyRef: {name: nope, key: k}}}]',
      ),
      'secrets "nope" not found',
    ],
  ])('ends a run with %s', async (_, verification, manifest, message) => {
    await promoted(verification, ...(manifest ? [manifest] : []));
    const entry = await verified();
    expect(entry).toMatchObject({
      phase: 'Error',
      finishTime: expect.any(String),
    });
    expect(entry?.message).toContain(message);
  });

  it('shows no secret, neither of an argument nor of what was measured with it', async () => {
    const secret = `---
apiVersion: v1
kind: Secret
metadata: {name: metrics, namespace: demo}
stringData: {token: s3cr3t-t0ken, other: an0ther-secret}`;
    metrics.answers.http = [
      'the answer repeats s3cr3t-t0ken and an0ther-secret',
    ];
    await promoted(
      `{analysisTemplates: [{name: smoke}], args: [{name: header, value: "Bearer \${{ secret('metrics').other }}"}]}`,
      secret,
      template(
        '[{name: http, provider: {scripted: {token: "{{args.token}}", header: "{{args.header}}"}}, successCondition: "result == 1"}]',
        '  args: [{name: header}, {name: token, valueFrom: {secretKeyRef: {name: metrics, key: token}}}]',
      ),
    );
    expect(metrics.told[0]).toEqual({
      token: 's3cr3t-t0ken',
      header: 'Bearer an0ther-secret',
    });
    await harness.advance(5 * MINUTE);
    const everything = JSON.stringify([
      await runs(),
      await harness.list('Stage'),
      await harness.list('Event'),
    ]);
    expect(everything).not.toContain('s3cr3t-t0ken');
    expect(everything).not.toContain('an0ther-secret');
    // A blank is part of the header, of which the second is a part.
    expect(everything).toMatch(/the answer repeats \*{5} and ?\*{5}/);
    const [run] = await runs();
    await harness.store.delete({
      kind: 'AnalysisRun',
      namespace: 'demo',
      name: run.metadata.name,
    });
    const secrets = await harness.list('Secret');
    expect(secrets.map(({ metadata }) => metadata.name)).toEqual(['metrics']);
  });

  it('shows nothing of a token that a login gave for what was measured', async () => {
    metrics.answers.http = ['the answer repeats g1ven-t0ken'];
    await promoted(
      SMOKE,
      template(
        '[{name: http, provider: {scripted: {login: "{{args.login}}"}}, successCondition: "result == 1"}]',
        '  args: [{name: login, value: g1ven-t0ken}]',
      ),
    );
    const [run] = await runs();
    expect(run.status?.metricResults?.[0].measurements?.[0].value).toBe(
      '"the answer repeats *****"',
    );
  });

  it('goes on with the run that a start had made before a crash', async () => {
    metrics.answers.http = ['pending'];
    await promoted(SMOKE, template(ONE));
    const [run] = await runs();
    const stage = await harness.get('Stage', 'test');
    const held = currentFreight(stage)!;
    const verifier = StoreVerifier.create({
      store: harness.store,
      clock: harness.clock,
      ids: { uuid: () => 'uuid', ulid: () => 'another' },
      sharedNamespace: 'kargo-shared-resources',
      credentials: { find: async () => undefined },
      metricProviders: new Map([[metrics.provider.id, metrics.provider]]),
    });
    // What was written of the verification is lost.
    const entry = await verifier.start(
      {
        stage,
        freight: { ...held, verificationHistory: [] },
        id: 'again',
        now: '2026-01-01T00:00:00Z',
      },
      { signal: new AbortController().signal },
    );
    expect(entry).toMatchObject({
      id: 'again',
      phase: 'Running',
      analysisRun: { name: run.metadata.name },
    });
    expect(await runs()).toHaveLength(1);
  });

  it('starts no run once another replica has looked at the Stage since', async () => {
    metrics.answers.http = [1];
    await promoted(SMOKE, template(ONE));
    const stage = await harness.get('Stage', 'test');
    await harness.refresh('Stage', 'test');
    await harness.settle();
    const verifier = StoreVerifier.create({
      store: harness.store,
      clock: harness.clock,
      ids: { uuid: () => 'uuid', ulid: () => 'another' },
      sharedNamespace: 'kargo-shared-resources',
      credentials: { find: async () => undefined },
      metricProviders: new Map([[metrics.provider.id, metrics.provider]]),
    });
    const starting = verifier.start(
      {
        stage,
        freight: currentFreight(stage)!,
        id: 'again',
        now: '2026-01-01T00:00:00Z',
      },
      { signal: new AbortController().signal },
    );
    await expect(starting).rejects.toMatchObject({ name: 'ConflictError' });
    expect(await runs()).toHaveLength(1);
  });

  it('forgets the runs of a Stage that is deleted', async () => {
    metrics.answers.http = [1];
    await promoted(SMOKE, template(ONE));
    await harness.admission.delete(
      { kind: 'Stage', namespace: 'demo', name: 'test' },
      { actor: 'user:default/jo' },
    );
    await harness.settle();
    expect(await runs()).toEqual([]);
  });

  it('asks for nothing while it waits', async () => {
    metrics.answers.http = ['pending'];
    await promoted(SMOKE, template(ONE));
    const before = metrics.calls.length;
    await harness.advance(MINUTE - 1);
    expect(metrics.calls).toHaveLength(before);
    metrics.answers.http = [1];
    await harness.advance(1);
    expect(metrics.calls.at(-1)).toBe('http resumed');
    expect(await verified()).toMatchObject({ phase: 'Successful' });
  });
});
