import { eventsServiceRef } from '@backstage/plugin-events-node';
import { createBackendModule } from '@backstage/backend-plugin-api';
import {
  createMockDirectory,
  mockCredentials,
  mockServices,
  startTestBackend,
} from '@backstage/backend-test-utils';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { ProjectConfig, Stage, Warehouse } from 'backstage-plugin-kargo-common';
import {
  AnyStep,
  createStep,
  createWebhookReceiverType,
  HealthChecker,
  kargoHealthCheckersExtensionPoint,
  kargoPullRequestsExtensionPoint,
  kargoStepsExtensionPoint,
  kargoWebhookReceiversExtensionPoint,
  PullRequestProvider,
  PullRequestRepository,
} from 'backstage-plugin-kargo-node';
import { Knex } from 'knex';
import { setTimeout } from 'node:timers/promises';
import { z } from 'zod';
import { kargoPlugin } from './plugin';
import { createMemoryDatabase } from './testing/memoryDatabase';

jest.setTimeout(300_000);

const REPO_URL = 'https://forge.example/acme/shop';
const DEPLOYMENT = { uses: 'probe', config: { app: 'shop' } };

const deployStep = createStep({
  id: 'deploy',
  description:
    'Deploys what a pull request has brought, and asks for a look at it.',
  config: z.object({}),
  needs: ['pullRequests'],
  async run(_, { pullRequests }) {
    const repository = await pullRequests.open({ repoURL: REPO_URL });
    const { state } = await repository.get(7);
    return { kind: 'succeeded', message: state, healthCheck: DEPLOYMENT };
  },
});

const MANIFESTS = `
apiVersion: kargo.akuity.io/v1alpha1
kind: Project
metadata: { name: shop }
---
apiVersion: kargo.akuity.io/v1alpha1
kind: Warehouse
metadata: { name: web, namespace: shop }
spec:
  freightCreationPolicy: Manual
  subscriptions:
    - image: { repoURL: 127.0.0.1:9/web }
---
apiVersion: kargo.akuity.io/v1alpha1
kind: Stage
metadata: { name: test, namespace: shop }
spec:
  requestedFreight:
    - origin: { kind: Warehouse, name: web }
      sources: { direct: true }
  promotionTemplate: { spec: { steps: [ { uses: deploy } ] } }
---
apiVersion: kargo.akuity.io/v1alpha1
kind: Freight
metadata: { namespace: shop }
alias: brisk-otter
origin: { kind: Warehouse, name: web }
images: [ { repoURL: 127.0.0.1:9/web, tag: 1.0.0 } ]
`;

const FORGERY = `
apiVersion: kargo.akuity.io/v1alpha1
kind: Project
metadata: { name: shop }
---
apiVersion: v1
kind: Secret
metadata: { name: forge, namespace: shop }
stringData: { key: a long text }
---
apiVersion: kargo.akuity.io/v1alpha1
kind: ProjectConfig
metadata: { name: shop, namespace: shop }
spec:
  webhookReceivers:
    - name: forge
      forgery: { secretRef: { name: forge }, branch: main }
---
apiVersion: kargo.akuity.io/v1alpha1
kind: Warehouse
metadata: { name: web, namespace: shop }
spec:
  freightCreationPolicy: Manual
  subscriptions:
    - git: { repoURL: https://forge.example/acme/shop, branch: main }
`;

describe('what a module adds to the plugin', () => {
  const directory = createMockDirectory();
  const databases: Knex[] = [];

  function openDatabase(): Knex {
    const knex = createMemoryDatabase();
    databases.push(knex);
    return knex;
  }

  // A pool that stays keeps the process alive.
  afterAll(() => Promise.all(databases.map(knex => knex.destroy())));

  it('runs a step of its own on a host of its own, and judges what came of it', async () => {
    const asked: unknown[] = [];
    const probe: HealthChecker = {
      id: 'probe',
      async check({ project, stage, check }) {
        asked.push({ project, stage, check });
        return { status: 'Healthy' };
      },
    };
    const connected: string[] = [];
    const forge: PullRequestProvider = {
      id: 'forge',
      appliesTo: hostname => hostname === 'forge.example',
      connect({ repoURL }) {
        connected.push(repoURL);
        const get = async (number: number) => ({
          number,
          url: `${repoURL}/${number}`,
          state: 'merged',
        });
        return { get } as unknown as PullRequestRepository;
      },
    };
    const heard: string[] = [];
    const { server } = await startTestBackend({
      features: [
        kargoPlugin,
        createBackendModule({
          pluginId: 'kargo',
          moduleId: 'deploy',
          register(env) {
            env.registerInit({
              deps: {
                events: eventsServiceRef,
                steps: kargoStepsExtensionPoint,
                healthCheckers: kargoHealthCheckersExtensionPoint,
                hosts: kargoPullRequestsExtensionPoint,
              },
              async init({ events, steps, healthCheckers, hosts }) {
                await events.subscribe({
                  id: 'deploy',
                  topics: ['kargo'],
                  onEvent: async ({ eventPayload }) => {
                    heard.push((eventPayload as { type: string }).type);
                  },
                });
                hosts.addPullRequestProviders(forge);
                steps.addSteps(deployStep as AnyStep);
                healthCheckers.addHealthCheckers(probe);
              },
            });
          },
        }),
        catalogServiceMock.factory(),
        mockServices.database.factory({ knex: openDatabase() }),
        mockServices.rootConfig.factory({
          data: { kargo: { workingDirectory: directory.path } },
        }),
      ],
    });
    const send = async (method: string, path: string, body?: string) => {
      const response = await fetch(
        `http://localhost:${server.port()}/api/kargo/v1beta1${path}`,
        {
          method,
          body,
          headers: {
            authorization: mockCredentials.user.header(),
            'content-type': path.startsWith('/resources')
              ? 'application/yaml'
              : 'application/json',
          },
        },
      );
      expect([response.status, response.ok]).toEqual([response.status, true]);
      return response.json();
    };
    await send('PUT', '/resources?upsert=true', MANIFESTS);
    await send(
      'POST',
      '/projects/shop/stages/test/promotions',
      '{"freightAlias":"brisk-otter"}',
    );
    const end = performance.now() + 240_000;
    let stage: Stage;
    do {
      await setTimeout(50);
      stage = await send('GET', '/projects/shop/stages/test');
    } while (
      stage.status?.health?.status !== 'Healthy' &&
      performance.now() < end
    );
    expect(stage.status?.health?.status).toBe('Healthy');
    expect(connected).toEqual([REPO_URL]);
    expect(heard).toEqual(
      expect.arrayContaining(['PromotionCreated', 'PromotionSucceeded']),
    );
    expect(asked[0]).toEqual({
      project: 'shop',
      stage: 'test',
      check: DEPLOYMENT,
    });
  });

  it('serves webhooks of a type of its own, without a token, where the portal says', async () => {
    const forgery = createWebhookReceiverType({
      id: 'forgery',
      description: 'Pushes of a forge.',
      config: z.object({ branch: z.string() }),
      secretKey: 'key',
      event: () => 'push',
      read: (request, _, { branch }) => ({
        kind: 'pushed',
        pushes: [
          {
            repositories: [{ kind: 'git', url: request.header('x-repo') }],
            qualifiers: [`refs/heads/${branch}`],
          },
        ],
      }),
    });
    const { server } = await startTestBackend({
      features: [
        kargoPlugin,
        createBackendModule({
          pluginId: 'kargo',
          moduleId: 'forgery',
          register(env) {
            env.registerInit({
              deps: { receivers: kargoWebhookReceiversExtensionPoint },
              async init({ receivers }) {
                receivers.addWebhookReceiverTypes(forgery);
              },
            });
          },
        }),
        catalogServiceMock.factory(),
        mockServices.database.factory({ knex: openDatabase() }),
        mockServices.rootConfig.factory({
          data: {
            kargo: {
              workingDirectory: directory.path,
              secrets: { encryptionKeys: ['k'.repeat(32)] },
            },
          },
        }),
      ],
    });
    const origin = `http://localhost:${server.port()}`;
    const send = async (method: string, path: string, body?: string) => {
      const response = await fetch(`${origin}/api/kargo/v1beta1${path}`, {
        method,
        body,
        headers: { authorization: mockCredentials.user.header() },
      });
      expect([response.status, response.ok]).toEqual([response.status, true]);
      return response.json();
    };
    await send('PUT', '/resources?upsert=true', FORGERY);
    const end = performance.now() + 240_000;
    let config: ProjectConfig;
    do {
      await setTimeout(50);
      config = await send('GET', '/projects/shop/config');
    } while (!config.status?.webhookReceivers && performance.now() < end);
    const { path, url } = config.status!.webhookReceivers![0];
    expect(url).toBe(`${origin}/api/kargo${path}`);
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'x-repo': 'https://Forge.example/acme/shop.git' },
    });
    expect(await response.json()).toEqual({ msg: 'refreshed 1 warehouse(s)' });
    const warehouse: Warehouse = await send(
      'GET',
      '/projects/shop/warehouses/web',
    );
    expect(warehouse.metadata.annotations).toHaveProperty([
      'kargo.akuity.io/refresh',
    ]);
    expect(
      await send('GET', '/projects/shop/webhook-deliveries'),
    ).toMatchObject({ items: [{ type: 'forgery', outcome: 'Refreshed' }] });
  });
});
