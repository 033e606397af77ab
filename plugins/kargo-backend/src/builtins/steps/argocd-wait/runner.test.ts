import { JsonObject } from 'backstage-plugin-kargo-common';
import { ArgoCdHarness } from '../../../testing/ArgoCdHarness';
import { argocdWaitStep } from './runner';

jest.setTimeout(120_000);

const WELL = {
  health: { status: 'Healthy' },
  sync: { status: 'Synced', revision: 'abc' },
};

describe('argocd-wait', () => {
  let h: ArgoCdHarness;

  const attempt = (apps: JsonObject[], previousOutput?: JsonObject) =>
    h.run(argocdWaitStep, { apps }, previousOutput ? { previousOutput } : {});

  const run = async (app: JsonObject, previousOutput?: JsonObject) => {
    const outcome = await attempt([{ name: 'a', ...app }], previousOutput);
    if (outcome.kind === 'broken') throw outcome.error;
    return outcome;
  };

  beforeEach(async () => {
    h = await ArgoCdHarness.start();
  });
  afterEach(() => h.close());

  it('succeeds with an Application that is healthy, synced and idle, without its permission', async () => {
    h.application('a', { metadata: { annotations: {} }, status: WELL });
    await expect(run({})).resolves.toEqual({
      kind: 'succeeded',
      output: {
        apps: [{ name: 'a', namespace: 'argocd' }],
        healthStatus: { 'argocd/a': 'Healthy' },
      },
    });
  });

  it.each([
    [
      'an operation that runs',
      {},
      { ...WELL, operationState: { phase: 'Running' } },
      'its operation is Running',
    ],
    [
      'another revision than the one it should have',
      {},
      { ...WELL, sync: { status: 'OutOfSync' } },
      'it is OutOfSync, not Synced',
    ],
    [
      'a health that is not there yet',
      { waitFor: ['health'] },
      { ...WELL, health: { status: 'Progressing', message: '1 of 3' } },
      'it is Progressing, not Healthy: 1 of 3',
    ],
    [
      'one that was degraded from the start',
      { waitFor: ['health'] },
      { ...WELL, health: { status: 'Degraded' } },
      'it is Degraded, not Healthy',
    ],
  ])('waits for %s', async (_, config, status, reason) => {
    h.application('a', { status });
    await expect(run(config)).resolves.toMatchObject({
      kind: 'waiting',
      reason: `Application "argocd/a": ${reason}`,
    });
  });

  it.each([
    ['suspended', ['health', 'suspended'], 'Suspended'],
    ['degraded', ['degraded'], 'Degraded'],
  ])(
    'succeeds with one that is %s when that is enough',
    async (_, waitFor, health) => {
      h.application('a', { status: { health: { status: health } } });
      await expect(run({ waitFor })).resolves.toMatchObject({
        kind: 'succeeded',
      });
    },
  );

  it('is given five minutes unless the manifest says how long', () => {
    expect(argocdWaitStep.defaults).toEqual({ timeoutMs: 300_000 });
  });

  it('waits for an operation that has not begun', async () => {
    h.application('a', { status: WELL, operation: { sync: {} } });
    await expect(run({})).resolves.toMatchObject({
      reason: 'Application "argocd/a": its operation is Pending',
    });
  });

  it('fails for good when a healthy Application becomes degraded', async () => {
    h.application('a', { status: { health: { status: 'Progressing' } } });
    const { output } = await run({ waitFor: ['health'] });
    h.application('a', {
      status: { health: { status: 'Degraded', message: 'crash loop' } },
    });
    await expect(run({ waitFor: ['health'] }, output)).rejects.toMatchObject({
      name: 'TerminalError',
      message:
        'Application "argocd/a": it was Progressing and has become Degraded: crash loop',
    });
  });

  it('remembers the health that was known before Argo CD said nothing of it', async () => {
    h.application('a', { status: { health: { status: 'Healthy' } } });
    const { output: first } = await run({});
    h.application('a', { status: {} });
    const { output } = await run({}, first);
    expect(output).toMatchObject({ healthStatus: { 'argocd/a': 'Healthy' } });
  });

  it('waits for an Application of which nothing was known before it is degraded', async () => {
    h.application('a', { status: {} });
    const { output } = await run({ waitFor: ['health'] });
    h.application('a', { status: { health: { status: 'Degraded' } } });
    await expect(run({ waitFor: ['health'] }, output)).resolves.toMatchObject({
      kind: 'waiting',
    });
  });

  it.each(['ComparisonError', 'InvalidSpecError'])(
    'fails for good with the condition %s',
    async type => {
      const conditions = [{ type, message: 'bad path' }];
      h.application('a', { status: { ...WELL, conditions } });
      await expect(run({})).rejects.toMatchObject({
        name: 'TerminalError',
        message: `Application "argocd/a": it has the condition ${type}: bad path`,
      });
    },
  );

  it('has Argo CD look at an Application whose state is from before its last operation, once', async () => {
    h.application('a', {
      status: {
        ...WELL,
        reconciledAt: '2026-01-01T00:00:00Z',
        operationState: {
          phase: 'Succeeded',
          finishedAt: '2026-01-01T00:00:01Z',
        },
      },
    });
    await run({ waitFor: ['health'] });
    await expect(run({ waitFor: ['health'] })).resolves.toMatchObject({
      kind: 'waiting',
      reason:
        'Application "argocd/a": Argo CD has not looked at it since its last operation',
    });
    expect(h.server.stats().byRoute.patch).toBe(1);
    h.controller.reconcile('a');
    await expect(run({ waitFor: ['health'] })).resolves.toMatchObject({
      kind: 'succeeded',
    });
  });

  it('goes on waiting while the cluster does not answer, and keeps what it saw', async () => {
    h.application('a', { status: { health: { status: 'Progressing' } } });
    const { output } = await run({});
    h.server.faults.add({ kind: 'status', status: 503 });
    await expect(run({}, output)).resolves.toMatchObject({
      kind: 'waiting',
      reason: 'cluster "main" could not get Application "argocd/a": status 503',
      output,
    });
  });

  it('remembers what it saw in an attempt that breaks, and before it', async () => {
    const apps = [
      { name: 'a', waitFor: ['health'] },
      { name: 'b', waitFor: ['health'] },
    ];
    h.application('a', { status: { health: { status: 'Healthy' } } });
    h.application('b', { status: { health: { status: 'Progressing' } } });
    const { output: first } = await attempt(apps);
    h.server.faults.add({ kind: 'status', status: 403 });
    const second = await attempt(apps, first);
    expect(second).toMatchObject({ kind: 'broken', output: first });
    h.application('b', { status: { health: { status: 'Degraded' } } });
    await expect(attempt(apps, second.output)).resolves.toMatchObject({
      kind: 'broken',
      error: {
        name: 'TerminalError',
        message:
          'Application "argocd/b": it was Progressing and has become Degraded',
      },
    });
  });

  it('remembers what the first attempt saw before it broke', async () => {
    const apps: JsonObject[] = [
      { name: 'a', waitFor: ['health'] },
      { name: 'later' },
    ];
    h.application('a', { status: { health: { status: 'Healthy' } } });
    const first = await attempt(apps);
    expect(first).toMatchObject({
      kind: 'broken',
      error: { message: 'Application "argocd/later" does not exist' },
      output: { healthStatus: { 'argocd/a': 'Healthy' } },
    });
    h.application('a', { status: { health: { status: 'Degraded' } } });
    await expect(attempt(apps, first.output)).resolves.toMatchObject({
      error: { name: 'TerminalError' },
    });
  });

  it('waits for an Application that does not exist only when that is asked', async () => {
    await expect(run({})).rejects.toThrow(
      'Application "argocd/a" does not exist',
    );
    await expect(run({ waitIfMissing: true })).resolves.toMatchObject({
      kind: 'waiting',
      reason: 'Application "argocd/a" does not exist yet',
    });
  });

  it.each([
    ['nothing', []],
    ['something twice', ['sync', 'sync']],
    ['something else', ['love']],
  ])('refuses to wait for %s', async (_, waitFor) => {
    await expect(run({ waitFor })).resolves.toMatchObject({
      kind: 'failed',
      final: true,
    });
  });
});
