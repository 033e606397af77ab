import { JsonObject } from 'backstage-plugin-kargo-common';
import { StepOutcome } from 'backstage-plugin-kargo-node';
import { ArgoCdHarness } from '../../../testing/ArgoCdHarness';
import { argocdUpdateStep } from './runner';

jest.setTimeout(120_000);

const SOURCE = { repoURL: 'https://github.com/o/r' };

/** An operation that a Promotion asked for. */
const operationOf = (promotion: string) => ({
  info: [{ name: 'kargo.akuity.io/promotion', value: promotion }],
});

describe('argocd-update', () => {
  let h: ArgoCdHarness;

  const run = (
    apps: JsonObject | JsonObject[],
    options: Parameters<ArgoCdHarness['run']>[2] = {},
  ): Promise<StepOutcome> =>
    h.run(argocdUpdateStep, { apps: [apps].flat() }, options);
  const wasPatched = (name = 'a') => h.get(name).operation !== undefined;

  beforeEach(async () => {
    h = await ArgoCdHarness.start();
  });
  afterEach(() => h.close());

  it('asks Argo CD to sync in the name of automation, by the policy of the Application', async () => {
    h.application('a', {
      spec: {
        syncPolicy: {
          syncOptions: ['CreateNamespace=true'],
          retry: { limit: 3 },
        },
      },
      status: {
        operationState: { phase: 'Succeeded', operation: operationOf('p0') },
        health: { status: 'Healthy' },
      },
    });
    await expect(run({ name: 'a' })).resolves.toEqual({
      kind: 'waiting',
      reason: 'Application "argocd/a": it is asked to sync',
      checkAgainInMs: 30_000,
      output: { apps: [{ name: 'a', namespace: 'argocd' }] },
    });
    expect(h.get('a')).toMatchObject({
      metadata: { annotations: { 'argocd.argoproj.io/refresh': 'hard' } },
      operation: {
        sync: { syncOptions: ['CreateNamespace=true'] },
        retry: { limit: 3 },
        initiatedBy: { username: 'kargo-controller', automated: true },
        info: expect.arrayContaining([
          { name: 'kargo.akuity.io/promotion', value: 'p1' },
        ]),
      },
      status: { health: { status: 'Healthy' } },
    });
    expect(h.get('a').status.operationState).toBeUndefined();
  });

  it('asks in the name of the person who created the Promotion', async () => {
    h.application('a');
    await run({ name: 'a' }, { actor: 'user:default/ada' });
    expect(h.get('a').operation.initiatedBy).toEqual({
      username: 'user:default/ada',
      automated: false,
    });
  });

  it('syncs once, waits, and succeeds with the check by which the Stage asks for health', async () => {
    h.application('a');
    const config = {
      name: 'a',
      sources: [
        { ...SOURCE, desiredRevision: 'abc', updateTargetRevision: true },
      ],
    };
    await run(config);
    await expect(run(config)).resolves.toMatchObject({
      kind: 'waiting',
      reason: 'Application "argocd/a": its sync has not begun',
    });
    h.controller.begin('a');
    await expect(run(config)).resolves.toMatchObject({
      kind: 'waiting',
      reason: 'Application "argocd/a": its sync is Running',
    });
    h.controller.finish('a');
    await expect(run(config)).resolves.toEqual({
      kind: 'succeeded',
      output: { apps: [{ name: 'a', namespace: 'argocd' }] },
      healthCheck: {
        uses: 'argocd-update',
        config: {
          apps: [{ name: 'a', namespace: 'argocd', desiredRevisions: ['abc'] }],
        },
      },
    });
    expect(h.server.stats().byRoute.patch).toBe(1);
  });

  describe('the Stages that may change an Application', () => {
    it.each([
      ['it alone', 'proj:dev'],
      ['one of several', 'x:y, proj:dev ,'],
      ['it, with space around its names', 'proj : dev'],
    ])('are %s', async (_, annotation) => {
      const annotations = { 'kargo.akuity.io/authorized-stage': annotation };
      h.application('a', { metadata: { annotations } });
      await expect(run({ name: 'a' })).resolves.toMatchObject({
        kind: 'waiting',
      });
    });

    it.each([
      ['no annotation', undefined, 'has no annotation'],
      ['another Stage', 'other:dev', 'names others ("other:dev")'],
      ['a wildcard', 'proj:*', '"proj:*" in its annotation'],
      ['something else beside it', 'proj:dev,bad', '"bad" in its annotation'],
      ['half a name', 'proj:dev,proj:', '"proj:" in its annotation'],
    ])('are none with %s', async (_, annotation, message) => {
      const annotations = annotation && {
        'kargo.akuity.io/authorized-stage': annotation,
      };
      h.application('a', { metadata: { annotations: annotations || {} } });
      await expect(run({ name: 'a' })).rejects.toThrow(message);
      expect(wasPatched()).toBe(false);
    });

    it('are looked at again at the moment of the change', async () => {
      h.application('a');
      h.server.faults.add(
        { kind: 'status', status: 409, body: '{"kind":"Status"}' },
        { route: 'patch' },
      );
      const off = h.server.onChange(() => {});
      const taken = h.get('a');
      taken.metadata.annotations = {};
      const asked = h.server.waitForRequests('patch').then(() => {
        h.server.put(taken);
      });
      await expect(run({ name: 'a' })).rejects.toThrow('has no annotation');
      await asked;
      off();
      expect(wasPatched()).toBe(false);
    });
  });

  describe('what Argo CD does already', () => {
    it.each([
      [
        'an operation of somebody else is waited for',
        { phase: 'Running' },
        { kind: 'waiting' },
        false,
      ],
      [
        'an operation of another Promotion is waited for',
        { phase: 'Running', operation: operationOf('p0') },
        {
          reason:
            'Application "argocd/a": an operation of Promotion "p0" is Running',
        },
        false,
      ],
      [
        'a finished operation of somebody else is followed by ours',
        { phase: 'Succeeded' },
        { kind: 'waiting' },
        true,
      ],
      [
        'our own without a result is asked for again',
        {
          phase: 'Error',
          message: 'no connection',
          operation: operationOf('p1'),
        },
        {
          reason:
            'Application "argocd/a": its sync ended as Error without a result: no connection: it is asked again',
        },
        true,
      ],
      [
        'our own is waited for while it is taken back',
        { phase: 'Terminating', operation: operationOf('p1') },
        { reason: 'Application "argocd/a": its sync is Terminating' },
        false,
      ],
      [
        'our own that came to another revision is asked for again',
        {
          phase: 'Succeeded',
          operation: operationOf('p1'),
          syncResult: { revision: 'R1' },
        },
        {
          reason:
            'Application "argocd/a": it synced to revision "R1" instead of "R2": it is asked again',
        },
        true,
      ],
    ])('%s', async (_, operationState, expected, patched) => {
      h.application('a', { status: { operationState } });
      const sources = [{ ...SOURCE, desiredRevision: 'R2' }];
      await expect(run({ name: 'a', sources })).resolves.toMatchObject(
        expected,
      );
      expect(wasPatched()).toBe(patched);
    });

    it('an operation that somebody asks for at the same time is not overwritten', async () => {
      h.application('a');
      h.server.faults.add(
        { kind: 'status', status: 409, body: '{"kind":"Status"}' },
        { route: 'patch' },
      );
      const theirs = { ...h.get('a'), operation: { info: [], sync: {} } };
      const asked = h.server
        .waitForRequests('patch')
        .then(() => h.server.put(theirs));
      await run({ name: 'a' });
      await asked;
      expect(h.get('a').operation).toEqual({ info: [], sync: {} });
    });

    it('a sync that failed fails the step with what Argo CD says', async () => {
      h.application('a');
      await run({ name: 'a' });
      h.controller.begin('a');
      h.controller.finish('a', { phase: 'Failed', message: 'no such image' });
      await expect(run({ name: 'a' })).rejects.toThrow(
        'Application "argocd/a": its sync ended as Failed: no such image',
      );
    });
  });

  describe('sources', () => {
    const config = (source: JsonObject) => ({ name: 'a', sources: [source] });

    it.each<[string, JsonObject, string[]]>([
      ['no images keep theirs', {}, ['old:1']],
      [
        'an empty tag beside a digest get the digest',
        { images: [{ repoURL: 'i', tag: '', digest: 'sha256:d' }] },
        ['i@sha256:d'],
      ],
    ])('with %s', async (_, kustomize, images) => {
      h.application('a', {
        spec: { source: { ...SOURCE, kustomize: { images: ['old:1'] } } },
      });
      await run(config({ ...SOURCE, kustomize }));
      expect(h.get('a').spec.source).toMatchObject({ kustomize: { images } });
    });

    it('get what several entries want of the same one', async () => {
      h.application('a', { spec: { source: SOURCE } });
      await run({
        name: 'a',
        sources: [
          { ...SOURCE, kustomize: { images: [{ repoURL: 'i', tag: '1' }] } },
          { ...SOURCE, desiredRevision: 'X', updateTargetRevision: true },
        ],
      });
      expect(h.get('a').spec.source).toMatchObject({
        targetRevision: 'X',
        kustomize: { images: ['i:1'] },
      });
    });

    it('of git are found however their URL is written, and get images and revision', async () => {
      h.application('a', {
        spec: {
          source: {
            repoURL: 'https://github.com/O/R.git',
            path: 'apps/a',
            kustomize: { images: ['old:1'], namePrefix: 'x-' },
          },
        },
      });
      await run(
        config({
          ...SOURCE,
          desiredRevision: 'X',
          updateTargetRevision: true,
          kustomize: {
            images: [
              { repoURL: 'i', newName: 'n', tag: 't' },
              { repoURL: 'j', digest: 'sha256:1' },
              { repoURL: 'k' },
            ],
          },
        }),
      );
      expect(h.get('a').spec).toEqual({
        project: 'default',
        source: {
          repoURL: 'https://github.com/O/R.git',
          path: 'apps/a',
          targetRevision: 'X',
          kustomize: {
            images: ['i=n:t', 'j@sha256:1', 'k:'],
            namePrefix: 'x-',
          },
        },
      });
    });

    it('keep their target revision when only the sync is to be checked', async () => {
      h.application('a');
      await run(config({ ...SOURCE, desiredRevision: 'X' }));
      expect(h.get('a').spec.source.targetRevision).toBe('main');
    });

    it('of charts are found by URL and chart, and get parameters', async () => {
      const repoURL = 'https://charts.example.com';
      h.application('a', {
        spec: {
          source: undefined,
          sources: [
            { repoURL, chart: 'other', targetRevision: '1' },
            {
              repoURL,
              chart: 'c',
              targetRevision: '1',
              helm: {
                releaseName: 'r',
                parameters: [
                  { name: 'image', value: 'old', forceString: true },
                  { name: 'z', value: '1' },
                ],
              },
            },
          ],
        },
      });
      await run(
        config({
          repoURL,
          chart: 'c',
          desiredRevision: '1.2.3',
          updateTargetRevision: true,
          helm: {
            images: [
              { key: 'image', value: 'new' },
              { key: 'y', value: '' },
            ],
          },
        }),
      );
      expect(h.get('a').spec.sources).toEqual([
        { repoURL, chart: 'other', targetRevision: '1' },
        {
          repoURL,
          chart: 'c',
          targetRevision: '1.2.3',
          helm: {
            releaseName: 'r',
            parameters: [
              { name: 'image', value: 'new' },
              { name: 'z', value: '1' },
              { name: 'y', value: '' },
            ],
          },
        },
      ]);
    });

    it.each([
      ['of another chart', { repoURL: SOURCE.repoURL, chart: 'c' }],
      ['of another repository', { repoURL: 'https://github.com/o/other' }],
    ])('that no Application has fail the step: %s', async (_, source) => {
      h.application('a');
      await expect(run(config(source))).rejects.toThrow(
        `Application "argocd/a" has no source with repoURL "${source.repoURL}"`,
      );
      expect(wasPatched()).toBe(false);
    });
  });

  describe('selectors', () => {
    const labelled = (name: string, extra: Record<string, any> = {}) =>
      h.application(name, {
        ...extra,
        metadata: { labels: { app: 'shop', tier: name }, ...extra.metadata },
      });

    it('leave out what the Stage may not change', async () => {
      labelled('a');
      labelled('b', { metadata: { annotations: {} } });
      h.application('c');
      await expect(
        run({ selector: { matchLabels: { app: 'shop' } } }),
      ).resolves.toMatchObject({
        kind: 'waiting',
        output: { apps: [{ name: 'a', namespace: 'argocd' }] },
      });
      expect(['a', 'b', 'c'].filter(wasPatched)).toEqual(['a']);
    });

    it('change nothing when one Application lacks the source', async () => {
      labelled('a');
      labelled('b', { spec: { source: { repoURL: 'https://x/y' } } });
      await expect(
        run({
          selector: { matchLabels: { app: 'shop' } },
          sources: [SOURCE],
        }),
      ).rejects.toThrow('Application "argocd/b" has no source');
      expect(wasPatched('a')).toBe(false);
    });

    it('change nothing when a later entry finds nothing', async () => {
      labelled('a');
      await expect(run([{ name: 'a' }, { name: 'gone' }])).rejects.toThrow(
        'Application "argocd/gone" does not exist',
      );
      expect(wasPatched('a')).toBe(false);
    });

    it.each([
      ['In', ['a', 'c'], ['a', 'c']],
      ['NotIn', ['a'], ['b', 'c']],
      ['Exists', undefined, ['a', 'b', 'c']],
    ])('understand %s', async (operator, values, expected) => {
      ['a', 'b', 'c'].forEach(name => labelled(name));
      const matchExpressions = [
        { key: 'tier', operator, ...(values && { values }) },
      ];
      const outcome = await run({ selector: { matchExpressions } });
      expect(outcome.output?.apps).toEqual(
        expected.map(name => ({ name, namespace: 'argocd' })),
      );
    });

    it.each([
      ['operator In without values', { operator: 'In' }, 'needs "values"'],
      [
        'operator Exists with values',
        { operator: 'Exists', values: ['x'] },
        'takes no "values"',
      ],
      [
        'a value that would be a second requirement',
        { operator: 'In', values: ['x,app=shop'] },
        '"x,app=shop" can be no label',
      ],
    ])('are refused: %s', async (_, expression, message) => {
      const matchExpressions = [{ key: 'tier', ...expression }];
      await expect(run({ selector: { matchExpressions } })).rejects.toThrow(
        message,
      );
    });
  });

  describe('an Application that does not exist', () => {
    it.each([
      [
        'by name',
        { name: 'a', namespace: 'apps' },
        'Application "apps/a" does not exist',
      ],
      [
        'by selector',
        { selector: { matchLabels: { app: 'x' } } },
        'no Application in namespace "argocd" matches the selector',
      ],
    ])(
      'is an error, %s, and waited for when that is asked',
      async (_, app, message) => {
        await expect(run(app)).rejects.toThrow(message);
        await expect(
          run({ ...app, waitIfMissing: true }),
        ).resolves.toMatchObject({ kind: 'waiting', reason: `${message} yet` });
      },
    );
  });

  it.each<[string, JsonObject, string]>([
    ['neither name nor selector', {}, 'oneOf'],
    ['both', { name: 'a', selector: { matchLabels: { a: 'b' } } }, 'oneOf'],
    ['an empty selector', { selector: {} }, 'matchLabels'],
    [
      'updateTargetRevision without a revision',
      { name: 'a', sources: [{ ...SOURCE, updateTargetRevision: true }] },
      'desiredRevision is required',
    ],
    [
      'a tag and a digest',
      {
        name: 'a',
        sources: [
          {
            ...SOURCE,
            kustomize: { images: [{ repoURL: 'i', tag: 't', digest: 'd' }] },
          },
        ],
      },
      'oneOf',
    ],
    ['a field of older versions', { name: 'a', fromOrigin: {} }, 'fromOrigin'],
  ])('refuses a configuration with %s', async (_, app, message) => {
    await expect(run(app)).resolves.toMatchObject({
      kind: 'failed',
      final: true,
      reason: expect.stringContaining(message),
    });
  });
});
