import {
  coreServices,
  createServiceFactory,
  HttpAuthService,
} from '@backstage/backend-plugin-api';
import { permissionsServiceFactory } from '@backstage/backend-defaults/permissions';
import { permissionsRegistryServiceFactory } from '@backstage/backend-defaults/permissionsRegistry';
import {
  createMockDirectory,
  mockCredentials,
  mockServices,
  startTestBackend,
} from '@backstage/backend-test-utils';
import { catalogServiceRef } from '@backstage/plugin-catalog-node';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import permissionPlugin from '@backstage/plugin-permission-backend';
import { kargoRolesPolicyModule } from 'backstage-plugin-kargo-node';
import { kargoPlugin } from './plugin';
import {
  freightManifest,
  pipelineManifests,
} from './testing/pipelineManifests';
import { createMemoryDatabase } from './testing/memoryDatabase';

jest.setTimeout(120_000);

const SHOP = pipelineManifests('shop').replace(
  /metadata: \{ name: shop \}\n$/,
  'metadata: { name: shop, annotations: { kargo.akuity.io/entities: component:default/shop } }\n',
);

/** Maps people to the predefined roles, each by another claim. */
const ROLES = `
apiVersion: v1
kind: ServiceAccount
metadata:
  name: kargo-viewer
  namespace: shop
  annotations: { rbac.kargo.akuity.io/claims: '{"sub": ["user:default/vera"]}' }
---
apiVersion: v1
kind: ServiceAccount
metadata:
  name: kargo-promoter
  namespace: shop
  annotations: { rbac.kargo.akuity.io/claims: '{"email": ["pia@example.com"]}' }
`;

function user(name: string, email?: string) {
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'User',
    metadata: { name },
    spec: { memberOf: [], ...(email && { profile: { email } }) },
  };
}

const ENTITIES = [
  user('ada'),
  user('nils', 'nils@example.com'),
  user('otto'),
  user('pia', 'pia@example.com'),
  user('vera'),
  {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Component',
    metadata: {
      name: 'shop',
      annotations: { 'kargo.akuity.io/project': 'shop' },
    },
    spec: { type: 'service', lifecycle: 'production', owner: 'user:otto' },
    relations: [{ type: 'ownedBy', targetRef: 'user:default/otto' }],
  },
];

/** As in a portal, a request from a plugin on behalf of somebody is told from their own. */
const httpAuth = createServiceFactory({
  service: coreServices.httpAuth,
  deps: { plugin: coreServices.pluginMetadata },
  factory: ({ plugin }): HttpAuthService => {
    const pluginId = plugin.getId();
    const defaultCredentials = mockCredentials.none();
    const mock = mockServices.httpAuth({ pluginId, defaultCredentials });
    return {
      issueUserCookie: mock.issueUserCookie.bind(mock),
      async credentials(request, options) {
        const credentials = await mock.credentials(request, options);
        const { type, userEntityRef } = credentials.principal as {
          type: string;
          userEntityRef: string;
        };
        return pluginId === 'permission' && type === 'user'
          ? (mockCredentials.user(userEntityRef, {
              actor: { subject: 'plugin:kargo' },
            }) as typeof credentials)
          : credentials;
      },
    };
  },
});

/** What somebody is answered who only looks, who promotes, and who changes what there is. */
interface Row {
  looks: number;
  promotes: number;
  changes: number;
  creates: number;
}

describe('a portal with the ready-made policy', () => {
  const directory = createMockDirectory();
  const knex = createMemoryDatabase();
  let baseUrl: string;
  const catalog = catalogServiceMock({ entities: ENTITIES });
  const getEntityByRef = catalog.getEntityByRef.bind(catalog);
  let isCatalogAway = false;
  catalog.getEntityByRef = async (...asked) => {
    if (isCatalogAway) throw new Error('the catalog is away');
    return getEntityByRef(...asked);
  };

  // A pool that stays keeps the process alive.
  afterAll(() => knex.destroy());

  beforeAll(async () => {
    const { server } = await startTestBackend({
      features: [
        kargoPlugin,
        permissionPlugin,
        kargoRolesPolicyModule,
        permissionsServiceFactory,
        permissionsRegistryServiceFactory,
        createServiceFactory({
          service: catalogServiceRef,
          deps: {},
          factory: () => catalog,
        }),
        httpAuth,
        mockServices.database.factory({ knex }),
        mockServices.rootConfig.factory({
          data: {
            app: { baseUrl: 'http://localhost:3000' },
            backend: { baseUrl: 'http://localhost:7007' },
            permission: { enabled: true },
            kargo: {
              workingDirectory: directory.path,
              secrets: { encryptionKeys: ['k'.repeat(32)] },
              roles: { admins: { claims: { sub: ['user:default/ada'] } } },
            },
          },
        }),
      ],
    });
    baseUrl = `http://localhost:${server.port()}/api/kargo/v1beta1`;
    const made = await ask('ada', 'PUT', '/resources?upsert=true', [
      SHOP,
      ROLES,
      freightManifest('shop', '1.0.0', 'brisk-otter'),
    ]);
    if (!made.ok) {
      throw new Error(await made.text());
    }
  });

  function ask(
    person: string | undefined,
    method: string,
    path: string,
    yaml?: string[],
  ) {
    return fetch(`${baseUrl}${path}`, {
      method,
      headers: {
        ...(person && {
          Authorization: mockCredentials.user.header(`user:default/${person}`),
        }),
      },
      ...(yaml && { body: yaml.join('\n---\n') }),
    });
  }

  it.each<[who: string, person: string | undefined, row: Row]>([
    [
      'nobody without a token',
      undefined,
      { looks: 401, promotes: 401, changes: 401, creates: 401 },
    ],
    [
      'nothing to somebody without a role',
      'nils',
      { looks: 404, promotes: 404, changes: 404, creates: 403 },
    ],
    [
      'a viewer look, known by the user',
      'vera',
      { looks: 200, promotes: 403, changes: 403, creates: 403 },
    ],
    [
      'a promoter promote, known by the address in the catalog',
      'pia',
      { looks: 200, promotes: 201, changes: 403, creates: 403 },
    ],
    [
      'the owner of the entity do everything in the project',
      'otto',
      { looks: 200, promotes: 201, changes: 200, creates: 403 },
    ],
    [
      'an administrator do everything, everywhere',
      'ada',
      { looks: 200, promotes: 201, changes: 200, creates: 200 },
    ],
  ])('lets %s', async (_, person, row) => {
    const looks = await ask(person, 'GET', '/projects/shop/stages');
    const promotes = await ask(
      person,
      'POST',
      '/projects/shop/stages/test/promotions',
      ['{"freightAlias": "brisk-otter"}'],
    );
    const changes = await ask(person, 'PUT', '/resources?upsert=true', [
      `{apiVersion: v1, kind: ConfigMap, metadata: {name: c, namespace: shop}, data: {a: "${person}"}}`,
    ]);
    const creates = await ask(person, 'PUT', '/resources?upsert=true', [
      `{apiVersion: kargo.akuity.io/v1alpha1, kind: Project, metadata: {name: "of-${person}"}}`,
    ]);
    expect({
      looks: looks.status,
      promotes: promotes.status,
      changes: changes.status,
      creates: creates.status,
    }).toEqual(row);
  });

  it('says why it cannot tell who somebody is while the catalog is away', async () => {
    isCatalogAway = true;
    try {
      const answer = await ask('zoe', 'GET', '/projects/shop/stages');
      expect(answer.status).toBe(503);
      expect(await answer.json()).toEqual({
        error: expect.stringContaining(
          'Nobody can tell now which roles user:default/zoe has in Kargo: the address in the catalog is not to be had',
        ),
      });
      // Known by the reference, and no address asked for.
      expect((await ask('ada', 'GET', '/projects/shop/stages')).status).toBe(
        200,
      );
    } finally {
      isCatalogAway = false;
    }
  });

  it('takes the role away with the claim', async () => {
    const promoter = ROLES.split('---')[1];
    const look = async () =>
      (await ask('pia', 'GET', '/projects/shop/stages')).status;

    await ask('otto', 'PUT', '/resources?upsert=true', [
      promoter.replace('pia@', 'somebody-else@'),
    ]);
    expect(await look()).toBe(404);

    await ask('otto', 'PUT', '/resources?upsert=true', [promoter]);
    expect(await look()).toBe(200);
  });
});
