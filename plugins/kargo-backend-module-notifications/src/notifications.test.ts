import {
  coreServices,
  createServiceFactory,
} from '@backstage/backend-plugin-api';
import {
  createMockDirectory,
  mockCredentials,
  mockServices,
  startTestBackend,
} from '@backstage/backend-test-utils';
import { Entity } from '@backstage/catalog-model';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { Notification } from '@backstage/plugin-notifications-common';
import notificationsPlugin from '@backstage/plugin-notifications-backend';
// eslint-disable-next-line @backstage/no-mixed-plugin-imports -- what the real one tells
import kargoPlugin from 'backstage-plugin-kargo-backend';
import { KargoApi, KargoClient } from 'backstage-plugin-kargo-common';
import knexFactory, { Knex } from 'knex';
import { setTimeout } from 'node:timers/promises';
import { kargoModuleNotifications } from './module';

jest.setTimeout(120_000);

const PIPELINE = `
apiVersion: kargo.akuity.io/v1alpha1
kind: Project
metadata:
  name: shop
  annotations: {kargo.akuity.io/entities: component:default/web}
---
apiVersion: kargo.akuity.io/v1alpha1
kind: Warehouse
metadata: {name: images, namespace: shop}
spec:
  freightCreationPolicy: Manual
  subscriptions:
  - image: {repoURL: 127.0.0.1:9/acme/web}
---
apiVersion: kargo.akuity.io/v1alpha1
kind: Stage
metadata:
  name: production
  namespace: shop
  annotations: {kargo.akuity.io/notify: user:default/nora}
spec:
  requestedFreight:
  - origin: {kind: Warehouse, name: images}
    sources: {direct: true}
  promotionTemplate:
    spec:
      steps:
      - uses: fail
        config: {message: the gate is closed}
`;

const freight = (tag: string, alias: string) => `
apiVersion: kargo.akuity.io/v1alpha1
kind: Freight
metadata: {namespace: shop}
alias: ${alias}
origin: {kind: Warehouse, name: images}
images: [{repoURL: 127.0.0.1:9/acme/web, tag: ${tag}}]
`;

function entity(
  kind: string,
  name: string,
  relations: Array<[type: string, targetRef: string]>,
  annotations: Record<string, string> = {},
): Entity {
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind,
    metadata: { name, namespace: 'default', annotations },
    relations: relations.map(([type, targetRef]) => ({ type, targetRef })),
  };
}

/** What the owners' entity names, and who is in their team. */
const ENTITIES = [
  entity('Component', 'web', [['ownedBy', 'group:default/team']], {
    'kargo.akuity.io/project': 'shop',
  }),
  entity('Group', 'team', [['hasMember', 'user:default/otto']]),
];

describe('the inbox of a portal', () => {
  const directory = createMockDirectory();
  const databases = new Map<string, Knex>();
  let baseUrl: string;
  let logger: ReturnType<typeof mockServices.rootLogger.mock>;

  /** Plugins do not share tables. */
  const database = createServiceFactory({
    service: coreServices.database,
    deps: { plugin: coreServices.pluginMetadata },
    factory: ({ plugin }) => ({
      async getClient() {
        const known = databases.get(plugin.getId());
        const knex =
          known ??
          knexFactory({
            client: 'better-sqlite3',
            connection: ':memory:',
            useNullAsDefault: true,
            pool: { min: 1, max: 1 },
          });
        databases.set(plugin.getId(), knex);
        return knex;
      },
    }),
  });

  async function start(...others: Array<typeof notificationsPlugin>) {
    databases.clear();
    logger = mockServices.rootLogger.mock({ child: () => logger });
    const { server } = await startTestBackend({
      features: [
        kargoPlugin,
        kargoModuleNotifications,
        ...others,
        catalogServiceMock.factory({ entities: ENTITIES }),
        database,
        logger.factory,
        mockServices.events.factory(),
        mockServices.rootConfig.factory({
          data: {
            app: { baseUrl: 'http://localhost:3000' },
            backend: { baseUrl: 'http://localhost:7007' },
            kargo: { workingDirectory: directory.path },
          },
        }),
      ],
    });
    baseUrl = `http://localhost:${server.port()}/api`;
    await apply(PIPELINE);
    // What nobody has looked after yet may promote by itself.
    await until(
      () => kargo().getStage({ project: 'shop', stage: 'production' }),
      ({ status }) => status?.autoPromotionEnabled === false,
    );
  }

  // A pool that stays keeps the process alive.
  afterEach(() =>
    Promise.all([...databases.values()].map(knex => knex.destroy())),
  );

  function fetchAs(person: string): typeof fetch {
    const Authorization = mockCredentials.user.header(`user:default/${person}`);
    return (url, request) =>
      fetch(url, {
        ...request,
        headers: {
          ...Object.fromEntries(new Headers(request?.headers)),
          Authorization,
        },
      });
  }

  function kargo(person = 'ada'): KargoApi {
    return KargoClient.create({
      baseUrl: `${baseUrl}/kargo`,
      fetch: fetchAs(person),
    });
  }

  async function apply(manifests: string): Promise<void> {
    const { results } = await kargo().createResources({ body: manifests });
    expect(results.flatMap(({ error }) => error ?? [])).toEqual([]);
  }

  async function until<T>(
    look: () => Promise<T>,
    isThere: (found: T) => boolean,
  ): Promise<T> {
    for (;;) {
      const found = await look();
      if (isThere(found)) return found;
      await setTimeout(50);
    }
  }

  async function inbox(person: string): Promise<Notification['payload'][]> {
    const answer = await fetchAs(person)(`${baseUrl}/notifications`);
    const { notifications } = await answer.json();
    return notifications.map(({ payload }: Notification) => payload);
  }

  const called =
    (...titles: RegExp[]) =>
    (payloads: Notification['payload'][]) =>
      titles.every(title =>
        payloads.some(payload => title.test(payload.title)),
      );

  it('holds what needs a person, until somebody takes it up and beyond', async () => {
    await start(notificationsPlugin);
    await apply(freight('1.0.0', 'calm-heron'));
    const waits = /^1\.0\.0 \(calm-heron\) waits to be promoted to production$/;
    const [first] = await until(() => inbox('otto'), called(waits));
    expect(first).toMatchObject({
      severity: 'normal',
      topic: 'kargo:approval',
      link: expect.stringMatching(
        /^\/kargo\/projects\/shop\?freight=[0-9a-f]{40}&promote=production$/,
      ),
    });
    // Named by the Stage.
    await until(() => inbox('nora'), called(waits));
    // Who made the Freight knows.
    expect(await inbox('ada')).toEqual([]);

    // What is newer takes its place.
    await apply(freight('1.1.0', 'brisk-otter'));
    const newer = /^1\.1\.0 \(brisk-otter\) waits/;
    expect(
      (await until(() => inbox('otto'), called(newer))).map(
        ({ title }) => title,
      ),
    ).toEqual([expect.stringMatching(newer)]);

    const { metadata } = await kargo().promoteToStage({
      project: 'shop',
      stage: 'production',
      body: { freightAlias: 'brisk-otter' },
    });
    const failed =
      /^Promotion of 1\.1\.0 \(brisk-otter\) to production failed$/;
    const taken = /^ada promotes 1\.1\.0 \(brisk-otter\) to production$/;
    const all = await until(() => inbox('otto'), called(failed, taken));
    expect(all).toHaveLength(2);
    expect(all.find(({ title }) => failed.test(title))).toMatchObject({
      severity: 'high',
      topic: 'kargo:promotion-failed',
      description: expect.stringContaining('the gate is closed'),
      link: `/kargo/projects/shop/promotions/${metadata.name}`,
    });
    // Who asked for it owns nothing here.
    await until(() => inbox('ada'), called(failed));
    expect(await inbox('victor')).toEqual([]);
  });

  it('is no condition for Kargo to work, and its absence is told once', async () => {
    await start();
    const warnings = () =>
      logger.warn.mock.calls.filter(([message]) =>
        /^Cannot send notifications; is @backstage.plugin-notifications-backend installed/.test(
          message,
        ),
      );
    await apply(freight('1.0.0', 'calm-heron'));
    await until(
      async () => warnings(),
      found => found.length > 0,
    );
    await apply(freight('1.1.0', 'brisk-otter'));
    await until(
      async () => logger.debug.mock.calls,
      calls =>
        calls.some(([message]) => message === 'Cannot send a notification'),
    );
    expect(warnings()).toHaveLength(1);
  });
});
