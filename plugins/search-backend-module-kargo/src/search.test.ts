import {
  coreServices,
  createBackendModule,
  createServiceFactory,
  HttpAuthService,
  SchedulerServiceTaskFunction,
} from '@backstage/backend-plugin-api';
import { permissionsServiceFactory } from '@backstage/backend-defaults/permissions';
import { permissionsRegistryServiceFactory } from '@backstage/backend-defaults/permissionsRegistry';
import {
  createMockDirectory,
  mockCredentials,
  mockServices,
  startTestBackend,
} from '@backstage/backend-test-utils';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import permissionPlugin from '@backstage/plugin-permission-backend';
import {
  AuthorizeResult,
  isPermission,
  PolicyDecision,
} from '@backstage/plugin-permission-common';
import { policyExtensionPoint } from '@backstage/plugin-permission-node/alpha';
import searchPlugin from '@backstage/plugin-search-backend';
// eslint-disable-next-line @backstage/no-mixed-plugin-imports -- the search asks the real one
import kargoPlugin from 'backstage-plugin-kargo-backend';
import { kargoProjectReadPermission } from 'backstage-plugin-kargo-common';
import {
  createKargoProjectConditionalDecision,
  kargoProjectConditions,
} from 'backstage-plugin-kargo-node';
import knexFactory from 'knex';
import { searchModuleKargoCollator } from './module';

jest.setTimeout(120_000);

const COMMIT = '9f8e7d6c5b4a39281706f5e4d3c2b1a098765432';

/** A project with a Warehouse, a Stage and one piece of Freight. */
function pipeline(
  project: string,
  team: string,
  freight: { alias: string; tag: string; commit: string },
): string {
  return `
apiVersion: kargo.akuity.io/v1alpha1
kind: Project
metadata:
  name: ${project}
  labels: {team: ${team}}
  annotations: {kargo.akuity.io/description: Delivers the ${project}}
---
apiVersion: kargo.akuity.io/v1alpha1
kind: Warehouse
metadata: {name: ${project}-images, namespace: ${project}}
spec:
  freightCreationPolicy: Manual
  subscriptions:
  - image: {repoURL: 127.0.0.1:9/acme/${project}-server}
  - git: {repoURL: "https://127.0.0.1:9/${project}.git"}
---
apiVersion: kargo.akuity.io/v1alpha1
kind: Stage
metadata: {name: ${project}-production, namespace: ${project}}
spec:
  requestedFreight:
  - origin: {kind: Warehouse, name: ${project}-images}
    sources: {direct: true}
---
apiVersion: kargo.akuity.io/v1alpha1
kind: Freight
metadata: {namespace: ${project}}
alias: ${freight.alias}
origin: {kind: Warehouse, name: ${project}-images}
images: [{repoURL: 127.0.0.1:9/acme/${project}-server, tag: ${freight.tag}}]
commits: [{repoURL: "https://127.0.0.1:9/${project}.git", id: "${freight.commit}"}]
`;
}

const SHOP = pipeline('shop', 'sales', {
  alias: 'brisk-otter',
  tag: '4.17.2',
  commit: COMMIT,
});

const DOCS = pipeline('docs', 'writers', {
  alias: 'calm-heron',
  tag: '8.0.5',
  commit: '1111111111111111111111111111111111111111',
});

/** What people may read of projects; everything else is allowed. */
const READERS: Record<string, PolicyDecision> = {
  'user:default/ada': { result: AuthorizeResult.ALLOW },
  'user:default/nils': { result: AuthorizeResult.DENY },
  'user:default/otto': createKargoProjectConditionalDecision(
    kargoProjectReadPermission,
    kargoProjectConditions.hasLabel({ label: 'team', values: ['writers'] }),
  ),
  'user:default/vera': createKargoProjectConditionalDecision(
    kargoProjectReadPermission,
    kargoProjectConditions.inProject({ projects: ['sh*'] }),
  ),
};

const policy = createBackendModule({
  pluginId: 'permission',
  moduleId: 'of-the-test',
  register(env) {
    env.registerInit({
      deps: { policies: policyExtensionPoint },
      async init({ policies }) {
        policies.setPolicy({
          handle: async ({ permission }, user) =>
            (isPermission(permission, kargoProjectReadPermission) &&
              READERS[user?.info.userEntityRef ?? '']) || {
              result: AuthorizeResult.ALLOW,
            },
        });
      },
    });
  },
});

/** As in a portal, what a plugin asks on behalf of somebody is told from what they ask the search. */
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
        return pluginId !== 'search' && type === 'user'
          ? (mockCredentials.user(userEntityRef, {
              actor: { subject: 'plugin:search' },
            }) as typeof credentials)
          : credentials;
      },
    };
  },
});

describe('the search of a portal', () => {
  const directory = createMockDirectory();
  const knex = knexFactory({
    client: 'better-sqlite3',
    connection: ':memory:',
    useNullAsDefault: true,
    pool: { min: 1, max: 1 },
  });
  const collators = new Map<string, SchedulerServiceTaskFunction>();
  let baseUrl: string;

  // A pool that stays keeps the process alive.
  afterAll(() => knex.destroy());

  beforeAll(async () => {
    const { server } = await startTestBackend({
      features: [
        kargoPlugin,
        permissionPlugin,
        policy,
        searchPlugin,
        searchModuleKargoCollator,
        permissionsServiceFactory,
        permissionsRegistryServiceFactory,
        // Conditions may be about owners.
        catalogServiceMock.factory({ entities: [] }),
        httpAuth,
        mockServices.database.factory({ knex }),
        mockServices.scheduler.mock({
          createScheduledTaskRunner: () => ({
            run: async ({ id, fn }) => {
              collators.set(id, fn);
            },
          }),
        }).factory,
        mockServices.rootConfig.factory({
          data: {
            app: { baseUrl: 'http://localhost:3000' },
            backend: { baseUrl: 'http://localhost:7007' },
            permission: { enabled: true },
            kargo: { workingDirectory: directory.path },
          },
        }),
      ],
    });
    baseUrl = `http://localhost:${server.port()}/api`;
    const made = await ask(
      'ada',
      '/kargo/v1beta1/resources?upsert=true',
      `${SHOP}---${DOCS}`,
    );
    const { results } = await made.json();
    const problems = results.flatMap(
      ({ error }: { error?: string }) => error ?? [],
    );
    if (problems.length > 0) {
      throw new Error(problems.join('; '));
    }
    await collators.get('search_index_kargo')?.(new AbortController().signal);
  });

  function ask(person: string | undefined, path: string, yaml?: string) {
    return fetch(`${baseUrl}${path}`, {
      headers: {
        ...(person && {
          Authorization: mockCredentials.user.header(`user:default/${person}`),
        }),
      },
      ...(yaml && { method: 'PUT', body: yaml }),
    });
  }

  /** Where the results lead, the best first. */
  async function find(person: string, term: string): Promise<string[]> {
    const query = new URLSearchParams({ term, pageLimit: '100' });
    const answer = await ask(person, `/search/query?${query}`);
    const { results } = await answer.json();
    return results.map(
      ({ document }: { document: { kind: string; location: string } }) =>
        `${document.kind} ${document.location.replace(
          /freight=.*/,
          'freight',
        )}`,
    );
  }

  it.each([
    ['the alias of Freight', 'brisk-otter', 'Freight', 'freight'],
    ['a version', '4.17.2', 'Freight', 'freight'],
    ['a commit', COMMIT, 'Freight', 'freight'],
    ['the beginning of a commit', COMMIT.slice(0, 7), 'Freight', 'freight'],
    ['a Stage', 'shop-production', 'Stage', 'stage=shop-production'],
    ['a Warehouse', 'shop-images', 'Warehouse', 'warehouse=shop-images'],
  ])('finds %s', async (_, term, kind, parameter) => {
    const [best] = await find('ada', term);
    expect(best).toBe(`${kind} /kargo/projects/shop?${parameter}`);
  });

  it('finds a project by what people say of it', async () => {
    const [best] = await find('ada', 'delivers');
    expect(best).toMatch(/^Project \/kargo\/projects\/(shop|docs)$/);
  });

  it.each([
    ['whoever may read everything', 'ada', ['docs', 'shop']],
    ['whoever may read projects of some names', 'vera', ['shop']],
    ['whoever may read projects with a label', 'otto', ['docs']],
    ['whoever may read nothing', 'nils', []],
  ])('tells %s of what they may read', async (_, person, expected) => {
    // Every document has this word.
    const found = await find(person, 'Kargo project');
    const projects = found.map(each => /projects\/(\w+)/.exec(each)?.[1]);
    expect([...new Set(projects)].sort()).toEqual(expected);
  });

  it('tells nobody without a token', async () => {
    expect((await ask(undefined, '/search/query?term=shop')).status).toBe(401);
  });
});
