import { readFileSync } from 'node:fs';
import path from 'node:path';
import { receiverType } from 'backstage-plugin-kargo-common';
import { EngineHarness } from '../EngineHarness';
import { hmacOf } from '../webhookRequest';
import { WebhookServer } from '../WebhookServer';

jest.setTimeout(120_000);

const DOCS = path.resolve(
  __dirname,
  '../../../../../docs/reference/webhook-receivers',
);

/** The secret that every page makes in its example. */
const SECRET = 'a long text that nobody can guess';

/** What a sender sends when somebody has pushed what the Warehouse watches. */
interface Sender {
  type: string;
  watches: object;
  /** How it proves that it knows the secret, and what kind of event it is. */
  headers: (body: string) => Record<string, string>;
  body: object;
}

const signed = (name: string, event: object) => (body: string) => ({
  ...event,
  [name]: `sha256=${hmacOf(body, SECRET)}`,
});
const git = (repoURL: string) => ({ git: { repoURL, branch: 'main' } });
const image = (repoURL: string) => ({ image: { repoURL } });
const branchPush = (repository: object) => ({
  ...{ ref: 'refs/heads/main', commits: [], repository },
});

const SENDERS: Sender[] = [
  {
    type: 'artifactory',
    watches: image('acme.jfrog.io/docker/app'),
    headers: body => ({ 'X-JFrog-Event-Auth': hmacOf(body, SECRET) }),
    body: {
      ...{ domain: 'docker', event_type: 'pushed' },
      jpd_origin: 'https://acme.jfrog.io',
      data: {
        ...{ image_type: 'docker', repo_key: 'docker-local', tag: '1.0.0' },
        path: 'app/1.0.0/manifest.json',
      },
    },
  },
  {
    type: 'azure',
    watches: image('acme.azurecr.io/app'),
    headers: () => ({ 'User-Agent': 'AzureContainerRegistry/1.0' }),
    body: {
      action: 'push',
      request: { host: 'acme.azurecr.io' },
      target: {
        ...{ repository: 'app', tag: '1.0.0' },
        mediaType: 'application/vnd.docker.distribution.manifest.v2+json',
      },
    },
  },
  {
    type: 'bitbucket',
    watches: git('https://bitbucket.org/acme/app'),
    headers: signed('X-Hub-Signature', { 'X-Event-Key': 'repo:push' }),
    body: {
      repository: {
        links: { html: { href: 'https://bitbucket.org/acme/app' } },
      },
      push: { changes: [{ new: { type: 'branch', name: 'main' } }] },
    },
  },
  {
    type: 'dockerhub',
    watches: image('acme/app'),
    headers: () => ({}),
    body: {
      repository: { repo_name: 'acme/app' },
      push_data: {
        tag: '1.0.0',
        media_type: 'application/vnd.docker.container.image.v1+json',
      },
    },
  },
  {
    type: 'generic',
    watches: git('https://git.example/acme/app'),
    headers: () => ({ 'X-Event': 'push' }),
    body: {
      branch: 'main',
      repository: { url: 'https://git.example/acme/app.git' },
    },
  },
  {
    type: 'gitea',
    watches: git('https://gitea.example/acme/app'),
    headers: signed('X-Hub-Signature-256', { 'X-Gitea-Event': 'push' }),
    body: branchPush({ clone_url: 'https://gitea.example/acme/app.git' }),
  },
  {
    type: 'github',
    watches: git('https://github.com/acme/app'),
    headers: signed('X-Hub-Signature-256', { 'X-GitHub-Event': 'push' }),
    body: branchPush({ clone_url: 'https://github.com/acme/app.git' }),
  },
  {
    type: 'gitlab',
    watches: git('https://gitlab.com/acme/app'),
    headers: () => ({
      'X-Gitlab-Token': SECRET,
      'X-Gitlab-Event': 'Push Hook',
    }),
    body: {
      ...branchPush({ git_http_url: 'https://gitlab.com/acme/app.git' }),
      repository: { git_http_url: 'https://gitlab.com/acme/app.git' },
      total_commits_count: 0,
    },
  },
  {
    type: 'harbor',
    watches: image('harbor.example/acme/app'),
    headers: () => ({ Authorization: SECRET }),
    body: {
      type: 'PUSH_ARTIFACT',
      event_data: {
        resources: [
          { resource_url: 'harbor.example/acme/app:1.0.0', tag: '1.0.0' },
        ],
      },
    },
  },
  {
    type: 'quay',
    watches: image('quay.io/acme/app'),
    headers: () => ({}),
    body: { docker_url: 'quay.io/acme/app', updated_tags: ['1.0.0'] },
  },
];

/** The manifests of the example of a page. */
function exampleOf(type: string): string {
  const page = readFileSync(path.join(DOCS, `${type}.md`), 'utf8');
  const [, text] = /^```yaml\n([^]*?)^```$/m.exec(page.split('## Example')[1])!;
  return text;
}

describe('whoever sets a webhook up as its page says', () => {
  let harness: EngineHarness;
  let webhooks: WebhookServer;

  beforeEach(async () => {
    harness = await EngineHarness.create();
    webhooks = await WebhookServer.start(harness);
  });

  afterEach(async () => {
    await webhooks.close();
    await harness.stop();
  });

  it.each(SENDERS.map(sender => [sender.type, sender] as const))(
    'has a push to %s refresh the Warehouse, and nobody without the secret',
    async (type, { watches, headers, body }) => {
      await harness.apply(
        'apiVersion: kargo.akuity.io/v1alpha1\nkind: Project\nmetadata: {name: demo}\n',
      );
      await harness.apply(
        JSON.stringify({
          apiVersion: 'kargo.akuity.io/v1alpha1',
          kind: 'Warehouse',
          metadata: { name: 'app', namespace: 'demo' },
          spec: { subscriptions: [watches] },
        }),
      );
      await harness.apply(exampleOf(type));
      await harness.settle();
      const { spec, status } = await harness.get('ProjectConfig', 'demo');
      expect(
        spec.webhookReceivers?.map(each => receiverType(each)?.type),
      ).toEqual([type]);
      const [receiver] = status?.webhookReceivers ?? [];
      expect(receiver.url).toMatch(
        new RegExp(`^https://.*/webhook/${type}/[0-9a-f]{64}$`),
      );

      const text = JSON.stringify(body);
      const sent = await webhooks.post(receiver.path, text, headers(text));
      const done =
        type === 'generic'
          ? {
              results: [
                { result: 'Success', summary: 'refreshed 1 of 1 targets' },
              ],
            }
          : { msg: 'refreshed 1 warehouse(s)' };
      expect(sent).toMatchObject({ status: 200, body: done });
      expect(await harness.deliveries.list('demo')).toMatchObject([
        { type, status: 200, outcome: 'Refreshed' },
      ]);

      const stranger = await webhooks.post(
        receiver.path?.replace(/.{8}$/, '00000000'),
        text,
        headers(text),
      );
      expect(stranger.status).toBe(404);
    },
  );

  it('has a page for every type that there is', () => {
    expect(SENDERS.map(({ type }) => type)).toEqual(
      [...harness.receiverTypes.keys()].sort(),
    );
  });
});
