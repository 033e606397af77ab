import { ArgoCdHarness } from '../../../testing/ArgoCdHarness';

jest.setTimeout(120_000);

const SYNCED = {
  health: { status: 'Healthy' },
  sync: { status: 'Synced', revision: 'abc' },
  operationState: { phase: 'Succeeded', syncResult: { revision: 'abc' } },
};

describe('the health of a Stage by its Applications', () => {
  let h: ArgoCdHarness;

  beforeEach(async () => {
    h = await ArgoCdHarness.start();
  });
  afterEach(() => h.close());

  const health = (desired: string[] = []) =>
    h.health([{ name: 'a', namespace: 'argocd', desiredRevisions: desired }]);

  it.each([
    ['Healthy', 'Healthy'],
    ['Progressing', 'Progressing'],
    ['Suspended', 'Progressing'],
    ['', 'Progressing'],
    ['Degraded', 'Unhealthy'],
    ['Missing', 'Unhealthy'],
    ['Unknown', 'Unhealthy'],
    ['Surprising', 'Unhealthy'],
  ])('an Application that is "%s" makes it %s', async (status, expected) => {
    h.application('a', { status: { health: { status } } });
    await expect(health()).resolves.toMatchObject({ status: expected });
  });

  it.each([
    ['is there', 'Healthy', SYNCED, ['abc']],
    ['is another', 'Unhealthy', SYNCED, ['def']],
    ['does not matter', 'Healthy', SYNCED, ['']],
    [
      'is being synced',
      'Unknown',
      { ...SYNCED, operationState: { phase: 'Running' } },
      ['abc'],
    ],
    ['is one of more than there are', 'Unknown', SYNCED, ['abc', 'def']],
  ])('a revision that %s makes it %s', async (_, expected, status, desired) => {
    h.application('a', { status });
    await expect(health(desired)).resolves.toMatchObject({ status: expected });
  });

  it.each([
    ['are as promoted', 'Healthy', ['abc', '1.2.3']],
    ['are not all as promoted', 'Unhealthy', ['abc', '1.2.4']],
    ['are more than were promoted', 'Unknown', ['abc']],
  ])(
    'revisions of two sources that %s make it %s',
    async (_, expected, desired) => {
      const told = { revision: '', revisions: ['abc', '1.2.3'] };
      const repoURL = 'https://github.com/O/R.git';
      h.application('a', {
        spec: {
          source: undefined,
          sources: [{ repoURL }, { repoURL, chart: 'c' }],
        },
        status: {
          ...SYNCED,
          sync: { status: 'Synced', ...told },
          operationState: { phase: 'Succeeded', syncResult: told },
        },
      });
      await expect(health(desired)).resolves.toMatchObject({
        status: expected,
      });
    },
  );

  it('says why an Application is not healthy, as far as Argo CD does', async () => {
    h.application('a', {
      status: { health: { status: 'Degraded', message: 'no such image' } },
    });
    await expect(health()).resolves.toMatchObject({
      issues: ['Application "argocd/a" is Degraded: no such image'],
    });
  });

  it('a condition that says the Application is broken makes it Unhealthy', async () => {
    const conditions = [{ type: 'InvalidSpecError', message: 'no project' }];
    h.application('a', { status: { ...SYNCED, conditions } });
    await expect(health()).resolves.toMatchObject({
      status: 'Unhealthy',
      issues: [
        'Application "argocd/a" has the condition InvalidSpecError: no project',
      ],
    });
  });

  it('is unknown while what Argo CD tells is from before its sync, and has it looked at', async () => {
    h.application('a', {
      status: {
        ...SYNCED,
        operationState: {
          phase: 'Succeeded',
          finishedAt: '2026-01-01T00:00:01Z',
        },
      },
    });
    await expect(health()).resolves.toMatchObject({ status: 'Unknown' });
    expect(
      h.get('a').metadata.annotations?.['argocd.argoproj.io/refresh'],
    ).toBe('hard');
  });

  it('is unknown when the Application is gone', async () => {
    await expect(health()).resolves.toMatchObject({
      status: 'Unknown',
      issues: ['Application "argocd/a" does not exist'],
    });
  });

  it('is that of the worst Application, and tells of each without times', async () => {
    h.application('a', {
      status: { ...SYNCED, reconciledAt: '2026-01-01T00:00:00Z' },
    });
    h.application('b', { status: { health: { status: 'Degraded' } } });
    await expect(
      h.health([{ name: 'a' }, { name: 'b', namespace: 'argocd' }]),
    ).resolves.toEqual({
      status: 'Unhealthy',
      issues: ['Application "argocd/b" is Degraded'],
      output: {
        applicationStatuses: [
          {
            name: 'a',
            namespace: 'argocd',
            health: { status: 'Healthy' },
            sync: { status: 'Synced', revision: 'abc' },
            operationState: { phase: 'Succeeded' },
          },
          {
            name: 'b',
            namespace: 'argocd',
            health: { status: 'Degraded' },
          },
        ],
      },
    });
  });
});
