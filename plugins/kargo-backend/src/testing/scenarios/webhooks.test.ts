import { once } from 'node:events';
import { request as openRequest } from 'node:http';
import { ANNOTATIONS } from 'backstage-plugin-kargo-common';
import {
  AnyStep,
  AnySubscriptionType,
  createStep,
  createSubscriptionType,
} from 'backstage-plugin-kargo-node';
import { z } from 'zod';
import { whileRefused } from '../busyThreads';
import { EngineHarness } from '../EngineHarness';
import { writeStatus } from '../../engine/writeStatus';
import { hmacOf } from '../webhookRequest';
import { WebhookServer } from '../WebhookServer';
import {
  demoProject,
  demoStage,
  demoWarehouse,
  imageOf,
} from '../scenarioManifests';

jest.setTimeout(120_000);

const PULL_REQUEST = 'https://git.example/Acme/app/pulls/7';

/** The receivers `gh`, `quay` and `any`, each with a Secret of its own. */
const RECEIVERS = `
apiVersion: v1
kind: Secret
metadata: {name: github, namespace: demo}
stringData: {secret: s3cr3t}
---
apiVersion: v1
kind: Secret
metadata: {name: quay, namespace: demo}
stringData: {secret: quay-secret}
---
apiVersion: kargo.akuity.io/v1alpha1
kind: ProjectConfig
metadata: {name: demo, namespace: demo}
spec:
  webhookReceivers:
  - {name: gh, github: {secretRef: {name: github}}}
  - {name: quay, quay: {secretRef: {name: quay}}}
  - name: any
    generic:
      secretRef: {name: github}
      actions:
      - action: Refresh
        whenExpression: request.header('x-event') == 'push'
        targetSelectionCriteria:
        - kind: Warehouse
          indexSelector:
            matchIndices: [{key: subscribedURLs, operator: Equals, value: "\${{ normalizeImage(request.body.image) }}"}]
`;

/** Waits for a pull request, once; the next look finds it merged. */
function waitStep(looks: { count: number }): AnyStep {
  return createStep({
    id: 'git-wait-for-pr',
    description: 'Waits.',
    config: z.looseObject({}),
    run: async () => {
      looks.count += 1;
      return looks.count === 1
        ? {
            kind: 'waiting',
            reason: 'it is open',
            checkAgainInMs: 3_600_000,
            output: { pr: { url: PULL_REQUEST } },
          }
        : { kind: 'succeeded' };
    },
  }) as AnyStep;
}

/** A type of subscription that an extension brings. */
const BUNDLES = createSubscriptionType({
  id: 'bundle',
  description: 'Bundles in a registry.',
  config: z.looseObject({ config: z.object({ url: z.string() }) }),
  describe: ({ config }) => `bundle ${config.url}`,
  repoURLs: ({ config }) => [config.url],
  discover: async ({ config }, _, { subscriptionName = '' }) => ({
    discovery: {
      kind: 'generic',
      result: {
        name: subscriptionName,
        artifactReferences: [
          {
            ...{ artifactType: 'bundle', subscriptionName },
            version: config.url,
          },
        ],
      },
    },
  }),
}) as AnySubscriptionType;

const BUNDLE_WAREHOUSE = `
apiVersion: kargo.akuity.io/v1alpha1
kind: Warehouse
metadata: {name: bundles, namespace: demo}
spec:
  subscriptions:
  - name: charts
    bundle: {config: {url: GHCR.io/acme/bundle}}
`;

describe('webhooks', () => {
  let harness: EngineHarness;
  let webhooks: WebhookServer;
  let looks: { count: number };

  beforeEach(async () => {
    looks = { count: 0 };
    harness = await EngineHarness.create({
      steps: [waitStep(looks)],
      subscriptionTypes: [BUNDLES],
    });
    await harness.apply(demoProject('none'));
    await harness.apply(demoWarehouse('app'));
    await harness.apply(RECEIVERS);
    await harness.settle();
    webhooks = await WebhookServer.start(harness, [BUNDLES]);
  });

  afterEach(async () => {
    await webhooks.close();
    await harness.stop();
  });

  const status = async () =>
    (await harness.get('ProjectConfig', 'demo')).status ?? {};

  async function ready() {
    const found = (await status()).conditions?.find(
      ({ type }) => type === 'Ready',
    );
    return found && [found.status, found.reason, found.message];
  }

  async function pathOf(name: string): Promise<string | undefined> {
    return (await status()).webhookReceivers?.find(
      receiver => receiver.name === name,
    )?.path;
  }

  const post: WebhookServer['post'] = (...request) => webhooks.post(...request);

  async function postToGithub(event: string, body: string) {
    return post(await pathOf('gh'), body, {
      'x-github-event': event,
      'x-hub-signature-256': `sha256=${hmacOf(body, 's3cr3t')}`,
    });
  }

  async function tagsFound() {
    const { status: found } = await harness.get('Warehouse', 'app');
    return (found?.discoveredArtifacts?.images ?? []).flatMap(
      ({ references }) => references.map(({ tag }) => tag),
    );
  }

  function packagePushed(tag: string, url = imageOf('app')): string {
    return JSON.stringify({
      action: 'published',
      package: {
        package_type: 'CONTAINER',
        package_version: {
          package_url: `${url}:${tag}`,
          container_metadata: { tag: { name: tag } },
        },
      },
    });
  }

  it('have the addresses that Kargo gives, below the portal’s own', async () => {
    const hash =
      'd7be07ee2d7d056cf2deb6e6fbf4357b89f2954180fe1971719c92e0886b4dbf';
    expect((await status()).webhookReceivers?.[0]).toEqual({
      name: 'gh',
      path: `/webhook/github/${hash}`,
      url: `https://portal.example/api/kargo/webhook/github/${hash}`,
    });
    expect(await ready()).toEqual([
      'True',
      'Synced',
      'Configuration is in force',
    ]);
  });

  it('have a pushed image found long before the next interval', async () => {
    harness.publish(imageOf('app'), '1.0.0');
    expect(await postToGithub('package', packagePushed('1.0.0'))).toMatchObject(
      { status: 200, body: { msg: 'refreshed 1 warehouse(s)' } },
    );
    await harness.settle();
    expect(await tagsFound()).toEqual(['1.0.0']);
    expect(await harness.deliveries.list('demo')).toEqual([
      {
        receiver: 'gh',
        type: 'github',
        at: expect.any(String),
        event: 'package',
        status: 200,
        outcome: 'Refreshed',
        message: 'refreshed 1 warehouse(s)',
      },
    ]);
  });

  it('may come twice', async () => {
    harness.publish(imageOf('app'), '1.0.0');
    const body = packagePushed('1.0.0');
    await Promise.all([
      postToGithub('package', body),
      postToGithub('package', body),
    ]);
    await harness.settle();
    await postToGithub('package', body);
    await harness.settle();
    expect(await tagsFound()).toEqual(['1.0.0']);
    expect(await harness.list('Freight')).toHaveLength(1);
  });

  it('of other repositories refresh nothing', async () => {
    expect(
      await postToGithub('package', packagePushed('1.0.0', 'ghcr.io/x/y')),
    ).toMatchObject({ status: 200, body: { msg: 'refreshed 0 warehouse(s)' } });
    expect(await harness.deliveries.list('demo')).toMatchObject([
      { outcome: 'Ignored' },
    ]);
  });

  it('find Warehouses by what a type of an extension watches', async () => {
    await harness.apply(BUNDLE_WAREHOUSE);
    await harness.settle();
    const refreshRequest = async () =>
      (await harness.get('Warehouse', 'bundles')).metadata.annotations?.[
        ANNOTATIONS.refresh
      ];
    const url = 'ghcr.io/acme/bundle';
    expect(
      await postToGithub('package', packagePushed('nightly', url)),
    ).toMatchObject({ body: { msg: 'refreshed 1 warehouse(s)' } });
    const first = await refreshRequest();
    expect(first).toBeDefined();
    expect(
      await post(await pathOf('any'), JSON.stringify({ image: url }), {
        'x-event': 'push',
      }),
    ).toMatchObject({
      body: { results: [{ summary: 'refreshed 1 of 1 targets' }] },
    });
    expect(await refreshRequest()).not.toBe(first);
  });

  it('reach no other project', async () => {
    await harness.apply(
      `apiVersion: kargo.akuity.io/v1alpha1\nkind: Project\nmetadata: {name: other}`,
    );
    await harness.apply(
      demoWarehouse('app').replace('namespace: demo', 'namespace: other'),
    );
    await harness.settle();
    expect(await postToGithub('package', packagePushed('1.0.0'))).toMatchObject(
      { body: { msg: 'refreshed 1 warehouse(s)' } },
    );
    const other = await harness.get('Warehouse', 'app', 'other');
    expect(other.metadata.annotations ?? {}).not.toHaveProperty([
      ANNOTATIONS.refresh,
    ]);
  });

  it('reach every project from the ClusterConfig, which has Secrets of its own', async () => {
    await harness.apply(`
apiVersion: v1
kind: Secret
metadata: {name: all, namespace: kargo-system-resources}
stringData: {secret: s3cr3t}
---
apiVersion: kargo.akuity.io/v1alpha1
kind: ClusterConfig
metadata: {name: cluster}
spec:
  webhookReceivers: [{name: gh, github: {secretRef: {name: all}}}]
`);
    await harness.settle();
    const { status: found } = await harness.get('ClusterConfig', 'cluster', '');
    const path = found?.webhookReceivers?.[0].path;
    expect(path).toBe(
      '/webhook/github/8df909b09583cb3215301c988fae68a7a9e117b9659b081010bbf3f711bda8b4',
    );
    const body = packagePushed('1.0.0');
    expect(
      await post(path, body, {
        'x-github-event': 'package',
        'x-hub-signature-256': `sha256=${hmacOf(body, 's3cr3t')}`,
      }),
    ).toMatchObject({ body: { msg: 'refreshed 1 warehouse(s)' } });
    expect(await harness.deliveries.list('')).toHaveLength(1);
    expect(await harness.deliveries.list('demo')).toEqual([]);
    await breakWarehouse();
    await post(path, body, {
      'x-github-event': 'package',
      'x-hub-signature-256': `sha256=${hmacOf(body, 's3cr3t')}`,
    });
    const [{ message }] = await harness.deliveries.list('');
    // Whoever reads these deliveries may not read every project.
    expect(message).toBe('refreshed 1 warehouse(s); 1 could not be judged');
  });

  it('move when their secret is replaced, and the old address leads nowhere', async () => {
    const before = await pathOf('quay');
    await harness.store.patch(
      { kind: 'Secret', namespace: 'demo', name: 'quay' },
      { data: { secret: Buffer.from('another').toString('base64') } },
    );
    const body = JSON.stringify({ docker_url: imageOf('app') });
    // Also while the status still tells the old one.
    expect(await post(before, body)).toMatchObject({ status: 404, body: {} });
    await harness.settle();
    expect(await pathOf('quay')).not.toBe(before);
    expect(await post(before, body)).toMatchObject({ status: 404 });
    expect(await post(await pathOf('quay'), body)).toMatchObject({
      status: 200,
      body: { msg: 'refreshed 1 warehouse(s)' },
    });
  });

  it('go on while one of them is broken, and the condition says what is wrong', async () => {
    await harness.apply(
      RECEIVERS.replace('{name: quay}}}', '{name: nope}}}').replace(
        "request.header('x-event') ==",
        'request.header( ==',
      ),
    );
    await harness.settle();
    const [state, reason, message] = (await ready()) ?? [];
    expect([state, reason]).toEqual(['False', 'SyncWebhookReceiversFailed']);
    expect(message).toContain(
      "Receiver 'quay': Secret 'nope' in namespace 'demo' does not exist",
    );
    expect(message).toContain("Receiver 'any': action 1: whenExpression: ");
    expect(await pathOf('quay')).toBeUndefined();
    expect(await postToGithub('package', packagePushed('1'))).toMatchObject({
      status: 200,
    });
    await harness.apply(RECEIVERS);
    await harness.settle();
    expect((await ready())?.[0]).toBe('True');
  });

  it('of a Secret without the key are not served', async () => {
    await harness.store.patch(
      { kind: 'Secret', namespace: 'demo', name: 'quay' },
      { data: { secret: null, other: 'eA==' } },
    );
    await harness.settle();
    expect((await ready())?.[2]).toBe(
      "Receiver 'quay': Secret 'quay' in namespace 'demo' has no data under 'secret'",
    );
    expect(await pathOf('quay')).toBeUndefined();
  });

  it('of an unknown type are told of, with the known ones', async () => {
    await harness.apply(
      RECEIVERS.replace('quay: {secretRef', 'forgery: {secretRef'),
    );
    await harness.settle();
    expect((await ready())?.[2]).toMatch(
      /^Receiver 'quay': there is no type 'forgery'; known: artifactory, azure, /,
    );
  });

  it('are forgotten with their config', async () => {
    await postToGithub('package', packagePushed('1.0.0'));
    expect(await harness.deliveries.list('demo')).toHaveLength(1);
    await harness.store.delete({
      kind: 'ProjectConfig',
      namespace: 'demo',
      name: 'demo',
    });
    await harness.settle();
    expect(await harness.deliveries.list('demo')).toEqual([]);
  });

  /** Watches the same image as `app`, by a pattern that is none. */
  async function breakWarehouse() {
    await harness.apply(
      demoWarehouse('other').replace(/acme\/other/, 'acme/app'),
    );
    await harness.store.patch(
      { kind: 'Warehouse', namespace: 'demo', name: 'other' },
      {
        spec: {
          subscriptions: [
            { image: { repoURL: imageOf('app'), allowTagsRegexes: ['('] } },
          ],
        },
      },
    );
  }

  it('leave out a Warehouse that cannot be judged, and tell of it', async () => {
    await breakWarehouse();
    expect(await postToGithub('package', packagePushed('1.0.0'))).toMatchObject(
      { status: 200, body: { msg: 'refreshed 1 warehouse(s)' } },
    );
    const [{ message }] = await harness.deliveries.list('demo');
    expect(message).toMatch(
      /^refreshed 1 warehouse\(s\); 1 could not be judged; Warehouse 'other': .*allowTagsRegexes/,
    );
  });

  it('follow the default branch that discovery found, where the sender does not tell', async () => {
    const repoURL = 'https://git.example/acme/config.git';
    await harness.store.patch(
      { kind: 'Warehouse', namespace: 'demo', name: 'app' },
      {
        spec: {
          subscriptions: [
            { git: { repoURL, commitSelectionStrategy: 'NewestFromBranch' } },
          ],
        },
      },
    );
    const push = JSON.stringify({
      ref: 'refs/heads/trunk',
      repository: { clone_url: repoURL },
    });
    expect(await postToGithub('push', push)).toMatchObject({
      body: { msg: 'refreshed 0 warehouse(s)' },
    });
    const git = [{ repoURL, commits: [], defaultBranch: 'trunk' }];
    await writeStatus(
      harness.store,
      await harness.get('Warehouse', 'app'),
      { discoveredArtifacts: { discoveredAt: '2026-01-01T00:00:00Z', git } },
      { guarded: false },
    );
    expect(await postToGithub('push', push)).toMatchObject({
      body: { msg: 'refreshed 1 warehouse(s)' },
    });
  });

  it('of a generic receiver do what its expressions say, and name nothing', async () => {
    const path = await pathOf('any');
    const body = JSON.stringify({ image: imageOf('app') });
    expect(await post(path, body, { 'x-event': 'push' })).toMatchObject({
      status: 200,
      body: {
        results: [
          {
            action: 'Refresh',
            matchedWhenExpression: true,
            result: 'Success',
            summary: 'refreshed 1 of 1 targets',
          },
        ],
      },
    });
    expect(await post(path, body)).toMatchObject({
      status: 200,
      body: { results: [{ result: 'NotApplicable' }] },
    });
    expect(
      await post(path, '{"image": 7}', { 'x-event': 'push' }),
    ).toMatchObject({
      status: 500,
      body: {
        results: [{ result: 'Error', matchedWhenExpression: true }],
      },
    });
    expect(await post(path, '{"image', { 'x-event': 'push' })).toMatchObject({
      status: 400,
      body: { error: 'invalid request body' },
    });
    const [, failed] = await harness.deliveries.list('demo');
    expect(failed).toMatchObject({
      outcome: 'Failed',
      message: expect.stringContaining('action 1: the index subscribedURLs'),
    });
  });

  describe('of a generic receiver for every Warehouse', () => {
    beforeEach(async () => {
      await harness.apply(demoWarehouse('other'));
      await harness.apply(demoWarehouse('third'));
      await harness.apply(
        RECEIVERS.replace(
          /indexSelector:[^]*/,
          'labelSelector: {matchExpressions: [{key: none, operator: DoesNotExist}]}',
        ),
      );
    });

    async function refreshed() {
      const { items } = await harness.store.list('Warehouse', {
        namespace: 'demo',
      });
      return items
        .filter(({ metadata }) => metadata.annotations?.[ANNOTATIONS.refresh])
        .map(({ metadata }) => metadata.name);
    }

    const push = async () =>
      post(await pathOf('any'), '{}', { 'x-event': 'push' });

    it('reach no other project', async () => {
      await harness.apply(
        `apiVersion: kargo.akuity.io/v1alpha1\nkind: Project\nmetadata: {name: other}`,
      );
      await harness.apply(
        demoWarehouse('app').replace('namespace: demo', 'namespace: other'),
      );
      expect(await push()).toMatchObject({
        body: { results: [{ summary: 'refreshed 3 of 3 targets' }] },
      });
    });

    it('mark all of them in one write', async () => {
      const write = jest.spyOn(harness.store, 'write');
      await push();
      expect(await refreshed()).toEqual(['app', 'other', 'third']);
      const patches = write.mock.calls.filter(([writes]) =>
        writes.some(each => 'patch' in each),
      );
      expect(patches).toHaveLength(1);
    });

    it('mark the others when one is deleted meanwhile', async () => {
      const { store } = harness;
      const write = store.write.bind(store);
      const other = {
        kind: 'Warehouse' as const,
        namespace: 'demo',
        name: 'other',
      };
      jest.spyOn(store, 'write').mockImplementation(async writes => {
        const isBatch = writes.filter(each => 'patch' in each).length > 1;
        if (isBatch) {
          await store.delete(other);
        }
        return write(writes);
      });
      expect(await push()).toMatchObject({
        status: 200,
        body: { results: [{ summary: 'refreshed 3 of 3 targets' }] },
      });
      expect(await refreshed()).toEqual(['app', 'third']);
    });
  });

  it('wake a Promotion that waits for a pull request', async () => {
    harness.publish(imageOf('app'), '1.0.0');
    await harness.refresh('Warehouse', 'app');
    await harness.apply(
      demoStage(
        'test',
        { app: '{direct: true}' },
        '[{uses: git-wait-for-pr, as: wait}]',
      ),
    );
    await harness.settle();
    const [freight] = await harness.list('Freight');
    const { metadata } = await harness.promote('test', freight.metadata.name);
    await harness.settle();
    expect(looks.count).toBe(1);
    const body = (action: string) =>
      JSON.stringify({
        action,
        pull_request: { html_url: PULL_REQUEST.toLowerCase() },
      });
    expect(await postToGithub('pull_request', body('synchronize'))).toEqual(
      expect.objectContaining({ status: 200, body: {} }),
    );
    await harness.settle();
    expect(looks.count).toBe(1);
    expect(await postToGithub('pull_request', body('closed'))).toMatchObject({
      status: 200,
      body: { msg: 'refreshed 1 promotion(s)' },
    });
    await harness.settle();
    expect(looks.count).toBe(2);
    const { status: ended } = await harness.get('Promotion', metadata.name);
    expect(ended?.phase).toBe('Succeeded');
    expect(await postToGithub('pull_request', body('closed'))).toMatchObject({
      body: { msg: 'refreshed 0 promotion(s)' },
    });
    await harness.apply(
      RECEIVERS.replace(
        /kind: Warehouse(\s+)indexSelector:[^]*/,
        'kind: Promotion$1labelSelector: {matchExpressions: [{key: none, operator: DoesNotExist}]}',
      ),
    );
    // What has ended never moves again.
    expect(
      await post(await pathOf('any'), '{}', { 'x-event': 'push' }),
    ).toMatchObject({
      body: { results: [{ summary: 'refreshed 0 of 0 targets' }] },
    });
  });

  describe('are refused', () => {
    const LIMIT = 2 * 1024 * 1024;

    it.each<[string, number, object, Record<string, string>]>([
      [
        'without a signature',
        401,
        { error: 'missing signature' },
        { 'x-github-event': 'push' },
      ],
      [
        'with the signature of something else',
        401,
        { error: 'unauthorized' },
        {
          'x-github-event': 'push',
          'x-hub-signature-256': `sha256=${hmacOf('{}', 'other')}`,
        },
      ],
      [
        'for events that nobody knows',
        400,
        { error: 'event type issues is not supported' },
        { 'x-github-event': 'issues' },
      ],
      [
        'when they are compressed',
        415,
        { error: 'compressed bodies are not supported' },
        { 'x-github-event': 'push', 'content-encoding': 'gzip' },
      ],
    ])('%s', async (_, code, answer, headers) => {
      expect(await post(await pathOf('gh'), '{}', headers)).toMatchObject({
        status: code,
        body: answer,
      });
      expect(await harness.deliveries.list('demo')).toMatchObject([
        { receiver: 'gh', status: code, outcome: 'Refused' },
      ]);
    });

    it('when they are no JSON, also with a good signature', async () => {
      expect(await postToGithub('push', 'payload=%7B%7D')).toMatchObject({
        status: 400,
        body: { error: 'invalid request body' },
      });
    });

    it('when they are a form, with what to do about it', async () => {
      const form = 'payload=%7B%7D';
      const error =
        'invalid request body: it is a form; have the sender send JSON (content type application/json)';
      expect(
        await post(await pathOf('gh'), form, {
          'content-type': 'application/x-www-form-urlencoded',
          'x-github-event': 'push',
          'x-hub-signature-256': `sha256=${hmacOf(form, 's3cr3t')}`,
        }),
      ).toMatchObject({ status: 400, body: { error } });
      const [delivery] = await harness.deliveries.list('demo');
      expect(delivery).toMatchObject({ outcome: 'Refused', message: error });
    });

    it('when they are larger than 2 MiB, however they are sent', async () => {
      const path = await pathOf('quay');
      const error = `content exceeds limit of ${LIMIT} bytes`;
      const fitting = JSON.stringify({ docker_url: 'quay.io/a/b' }).padEnd(
        LIMIT,
      );
      expect(await whileRefused(() => post(path, fitting))).toMatchObject({
        status: 200,
      });
      expect(await post(path, `${fitting} `)).toMatchObject({
        status: 413,
        body: { error },
      });
      const chunked = await fetch(`${webhooks.origin}${path}`, {
        method: 'POST',
        body: new Blob([fitting, ' ']).stream(),
        duplex: 'half',
      } as RequestInit);
      expect(chunked.status).toBe(413);
      expect(await chunked.json()).toEqual({ error });
    });

    it.each(['GET', 'PUT', 'DELETE', 'PATCH'])('with %s', async method => {
      const response = await fetch(`${webhooks.origin}${await pathOf('gh')}`, {
        method,
      });
      expect(response.status).toBe(405);
      expect(response.headers.get('allow')).toBe('POST');
    });

    it.each([
      '/webhook',
      '/webhook/github',
      `/webhook/github/${'0'.repeat(64)}`,
      `/webhook/github/${'0'.repeat(63)}`,
      '/webhook/github/%00',
      '/webhook/github/%zz',
    ])('at %s, where there is nothing', async path => {
      expect(await post(path, '{}')).toMatchObject({ status: 404, body: {} });
    });

    it('at the address of another type', async () => {
      const path = (await pathOf('gh'))?.replace('github', 'quay');
      expect(await post(path, '{}')).toMatchObject({ status: 404 });
    });

    const ANY_PUSH = JSON.stringify({ docker_url: 'quay.io/a/b' });

    it('when too many come without the secret, and only those', async () => {
      const path = await pathOf('gh');
      const headers = { 'x-github-event': 'push', 'x-hub-signature-256': 'x' };
      let last = await post(path, '{}', headers);
      for (let count = 1; count < 101; count += 1) {
        last = await post(path, '{}', headers);
      }
      expect(last).toMatchObject({ status: 429 });
      expect(await post(await pathOf('quay'), ANY_PUSH)).toMatchObject({
        status: 200,
      });
    });

    it('when their bodies would fill the memory, and only then', async () => {
      const path = await pathOf('quay');
      const started = await Promise.all(
        Array.from({ length: 8 }, () => startBody(path)),
      );
      expect(await post(path, ANY_PUSH)).toMatchObject({ status: 503 });
      expect(await postToGithub('ping', '{}')).toMatchObject({ status: 200 });
      started.forEach(sent => sent.destroy());
      await harness.until(
        async () => (await post(path, ANY_PUSH)).status === 200,
      );
    });

    /** Begins to send 2 MiB, and goes no further. */
    async function startBody(path: string | undefined) {
      const sent = openRequest(`${webhooks.origin}${path}`, {
        method: 'POST',
        headers: { 'content-length': LIMIT, expect: '100-continue' },
      });
      // That the server reads on it tells when the room has been taken or refused.
      sent.on('error', () => undefined);
      sent.flushHeaders();
      await once(sent, 'continue');
      sent.write('{');
      return sent;
    }

    it('when there are too many, of one receiver alone', async () => {
      const path = await pathOf('quay');
      let last = await post(path, ANY_PUSH);
      for (let count = 1; count < 101; count += 1) {
        last = await post(path, ANY_PUSH);
      }
      expect(last).toMatchObject({
        status: 429,
        body: { error: 'too many requests' },
      });
      expect(last.headers.get('retry-after')).toBe('1');
      expect(await postToGithub('ping', '{}')).toMatchObject({ status: 200 });
    });
  });

  it('are logged by the portal without their address', async () => {
    await postToGithub('push', '{}');
    await post(`${await pathOf('quay')}?x=1`, '{}');
    await fetch(`${webhooks.origin}${await pathOf('gh')}`);
    await harness.until(() => webhooks.logged.length === 3);
    expect(webhooks.logged).toEqual(['/webhook/…', '/webhook/…', '/webhook/…']);
  });

  it('keep no body and no secret', async () => {
    const body = JSON.stringify({ image: 'hunter2', 'x-token': 'hunter2' });
    await post(await pathOf('any'), body, { 'x-event': 'push' });
    await post(await pathOf('gh'), body, { 'x-github-event': 'push' });
    await postToGithub('push', body);
    const kept = JSON.stringify(await harness.deliveries.list('demo'));
    expect(kept).not.toMatch(/hunter2|s3cr3t/);
  });
});
