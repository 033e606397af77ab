import {
  AuditorServiceCreateEventOptions,
  coreServices,
  createBackendPlugin,
} from '@backstage/backend-plugin-api';
import { actionsRegistryServiceFactory } from '@backstage/backend-defaults/alpha';
import { actionsRegistryServiceRef } from '@backstage/backend-plugin-api/alpha';
import {
  mockCredentials,
  mockServices,
  startTestBackend,
} from '@backstage/backend-test-utils';
import { hashSync } from 'bcryptjs';
import { Knex } from 'knex';
import {
  AuthorizeResult,
  Permission,
  PolicyDecision,
} from '@backstage/plugin-permission-common';
import {
  confirmedOwners,
  EntityClaim,
  Freight,
  KargoClient,
  KindMap,
  KindName,
  Project,
  Promotion,
  ResourceKey,
  ResourceOf,
  Stage,
  unconfirmedClaims,
} from 'backstage-plugin-kargo-common';
import { SqlWorkQueue } from '../adapters/queue/SqlWorkQueue';
import { openDatabase } from '../adapters/store/migrate';
import { SecretCipher } from '../adapters/store/SecretCipher';
import { SqlResourceStore } from '../adapters/store/SqlResourceStore';
import { createUlidSource, createUuid } from '../adapters/system/ids';
import { SystemClock } from '../adapters/system/SystemClock';
import { SqlWebhookDeliveries } from '../adapters/webhooks/SqlWebhookDeliveries';
import { OwnApi } from '../api/actions/OwnApi';
import { registerActions } from '../api/actions/registerActions';
import { AdminAccount } from '../api/server/AdminAccount';
import { createRouter, UNAUTHENTICATED_PATHS } from '../api/server/router';
import { ROUTES } from '../api/routes';
import { SchemaName, SCHEMAS } from '../api/server/schemas';
import { Admission } from '../engine/admission/Admission';
import { AliasSource } from '../engine/admission/AliasSource';
import { Promotions } from '../engine/admission/Promotions';
import { INDEXES } from '../engine/indexes';
import { StoreExplanations } from '../engine/explanations/StoreExplanations';
import { StoreEventSink } from '../engine/StoreEventSink';
import { describeStepKinds } from '../logic/describeStepKinds';
import { ownSubscribedURLs } from '../logic/subscribedURLs';
import { toTimestamp } from '../logic/timestamps';
import { judgeCriteria } from '../logic/warehouse/judgeCriteria';
import {
  DEFAULT_SHARED_NAMESPACE,
  SYSTEM_NAMESPACE,
} from '../logic/sharedNamespaces';
import { DiscoveryDryRuns, DryRuns } from '../ports/DryRuns';
import { EngineHealth } from '../ports/EngineHealth';
import { GitHistory } from '../ports/GitClient';
import { builtinReceivers } from '../builtins/receivers';
import { IndexedStore } from '../ports/ResourceIndex';
import { WebhookDeliveries } from '../ports/WebhookDeliveries';
import { buildWebhookExpressions } from '../wiring/buildBuiltins';
import { FakeClock } from './FakeClock';
import { builtinSteps } from '../builtins/steps';
import { KindIn } from '../ports/kinds';
import { mockLogger } from './mockLogger';

/** An event of the audit log, with how it ended. */
export interface AuditRecord {
  eventId: string;
  meta: Record<string, unknown>;
  outcome?: 'succeeded' | 'failed';
}

/** An answer of the API. */
export interface ApiAnswer {
  status: number;
  headers: Headers;
  /** Parsed JSON, or `undefined` for an empty body. */
  // Tests look into every shape, and a wrong look fails the test.
  body: any;
}

/** How a test request is sent. */
export interface SendOptions {
  /**
   * Entity reference of a user, `service`, `plugin:` and the id of one, `nobody` or `expired` (a token that is not
   * valid any more); `token:` and a bearer token; `user:default/alice` by default.
   */
  as?: string;
  /** A string is sent as it is, anything else as JSON. */
  body?: unknown;
}

/** The admin account of the harness; the password is `correct horse`. */
const ADMIN_ACCOUNT = {
  // The least cost there is: tests sign in often.
  passwordHash: hashSync('correct horse', 4),
  tokenSigningKey: 'the-harness-signs-tokens-with-this',
  tokenTtlMs: 86_400_000,
};

/** What the harness makes the API believe. */
export interface ApiWorld {
  /** Decision of the portal's policy; everything is allowed by default. */
  policy: (permission: Permission) => PolicyDecision;
  /** Owners by `project` or `project/stage`. */
  owners: Record<string, string[]>;
  /** Why the catalog does not tell of owners. */
  catalogFailure?: Error;
  /** What catalog entities say of every project, instead of owners. */
  claims?: EntityClaim[];
  /** Refs that users act for, beside their own. */
  memberships: string[];
  /** What git tells of two commits, or why it cannot; it knows none by default. */
  compareCommits?: GitHistory['compareCommits'];
  /** What a dry run comes to; none changes anything by default. */
  dryRun?: DryRuns['run'];
  /** What a Warehouse would find; nothing by default. */
  dryRunDiscovery?: DiscoveryDryRuns['run'];
}

/** What the log is told of a request. */
export interface LoggedRequest {
  type: 'request';
  actor: string;
  method: string;
  url: string;
  status: number;
}

function isRequest(meta: unknown): meta is LoggedRequest {
  return (meta as { type?: unknown } | undefined)?.type === 'request';
}

/** The API on the real store and admission, in a test backend; without the engine. */
export class ApiHarness {
  readonly audits: AuditRecord[] = [];
  /** What the log was told of requests. */
  readonly requests: LoggedRequest[] = [];
  /** What the audit log was told of those that failed. */
  readonly auditedErrors: Error[] = [];
  readonly permissionRequests: string[][] = [];
  /** What the database was asked. */
  readonly statements: string[] = [];
  readonly clock = FakeClock.create('2026-05-01T10:00:00Z');
  readonly shutdown = new AbortController();
  world: ApiWorld = {
    policy: allowEverything,
    owners: {},
    memberships: [],
  };
  store!: IndexedStore;
  private knex!: Knex;
  deliveries!: WebhookDeliveries;
  baseUrl = '';

  static async start(
    options: { historyLimit?: number } = {},
  ): Promise<ApiHarness> {
    const harness = new ApiHarness();
    const { server } = await startTestBackend({
      features: [
        harness.createPlugin(options.historyLimit),
        harness.permissions(),
        harness.auditor(),
        harness.userInfo(),
        actionsRegistryServiceFactory,
      ],
    });
    // A test may think longer than the five seconds after which Node closes a connection.
    server.keepAliveTimeout = 60_000;
    harness.baseUrl = `http://localhost:${server.port()}/api/kargo`;
    return harness;
  }

  /** Allows and denies everything again as the default says. */
  reset(): void {
    this.world = { policy: allowEverything, owners: {}, memberships: [] };
    this.audits.length = 0;
    this.requests.length = 0;
    this.auditedErrors.length = 0;
    this.permissionRequests.length = 0;
    this.statements.length = 0;
  }

  /** A typed client of the running server. */
  client(as?: string): KargoClient {
    return KargoClient.create({
      baseUrl: this.baseUrl,
      fetch: (url, init) =>
        fetch(url, {
          ...init,
          headers: { ...init?.headers, ...authorization(as) },
        }),
    });
  }

  /** Sends a request to a path below `/v1beta1` and checks the shape of its answer. */
  async send(
    method: string,
    path: string,
    { as, body }: SendOptions = {},
  ): Promise<ApiAnswer> {
    const response = await fetch(`${this.baseUrl}/v1beta1${path}`, {
      method,
      headers: authorization(as),
      ...(body !== undefined && {
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    });
    const text = await response.text();
    const parsed = text === '' ? undefined : JSON.parse(text);
    checkShape(method, path, response.status, parsed);
    return { status: response.status, headers: response.headers, body: parsed };
  }

  /** Who has a token of a new role of a project with these rules, as requests name them. */
  async holderOf(
    project: string,
    name: string,
    rules: ReadonlyArray<{ resources: string[]; verbs: string[] }>,
  ): Promise<string> {
    const roles = `/projects/${project}/roles`;
    await this.send('POST', roles, { body: { metadata: { name }, rules } });
    const { body } = await this.send('POST', `${roles}/${name}/api-tokens`, {
      body: { name },
    });
    return `token:${Buffer.from(body.data.token, 'base64')}`;
  }

  /** Invokes an action of the portal's registry, as its clients do. */
  async invoke(
    action: string,
    input: object,
    { as }: Pick<SendOptions, 'as'> = {},
  ): Promise<Pick<ApiAnswer, 'status' | 'body'>> {
    const response = await fetch(
      `${this.baseUrl}/.backstage/actions/v1/actions/kargo%3A${action}/invoke`,
      {
        method: 'POST',
        headers: { ...authorization(as), 'Content-Type': 'application/json' },
        body: JSON.stringify(input),
      },
    );
    return { status: response.status, body: await response.json() };
  }

  /** Creates resources from YAML through the API. */
  async apply(yaml: string): Promise<void> {
    const { body } = await this.send('PUT', '/resources?upsert=true', {
      body: yaml,
    });
    const errors = [body.error, ...(body.results ?? []).map(errorOf)];
    const failed = errors.filter(error => error !== undefined);
    if (failed.length > 0) {
      throw new Error(failed.join('\n'));
    }
  }

  get<K extends KindIn<KindMap>>(
    kind: K,
    namespace: string,
    name: string,
  ): Promise<ResourceOf<K>> {
    return this.store.get({ kind, namespace, name });
  }

  /** Lets go of what is marked for deletion, as the engine does when it has cleaned up. */
  async cleanUp(key: ResourceKey<KindName>): Promise<void> {
    const marked = await this.store.find(key);
    if (marked?.metadata.deletionTimestamp) {
      await this.store.patch(key, { metadata: { finalizers: [] } });
    }
  }

  /** Makes the data of a Secret what no configured key opens. */
  async loseKey(namespace: string, name: string): Promise<void> {
    await this.knex('resources')
      .where({ kind: 'Secret', namespace, name })
      .update({ key_id: 'gone' });
  }

  stage(project: string, name: string): Promise<Stage> {
    return this.get('Stage', project, name);
  }

  project(name: string): Promise<Project> {
    return this.get('Project', '', name);
  }

  async freight(project: string): Promise<Freight[]> {
    return (await this.store.list('Freight', { namespace: project })).items;
  }

  async promotions(project: string): Promise<Promotion[]> {
    const { items } = await this.store.list('Promotion', {
      namespace: project,
    });
    return items;
  }

  private createPlugin(historyLimit: number | undefined) {
    return createBackendPlugin({
      pluginId: 'kargo',
      register: env => {
        env.registerInit({
          deps: {
            actionsRegistry: actionsRegistryServiceRef,
            auditor: coreServices.auditor,
            auth: coreServices.auth,
            database: coreServices.database,
            discovery: coreServices.discovery,
            httpAuth: coreServices.httpAuth,
            httpRouter: coreServices.httpRouter,
            lifecycle: coreServices.lifecycle,
            logger: coreServices.logger,
            permissions: coreServices.permissions,
            permissionsRegistry: coreServices.permissionsRegistry,
            userInfo: coreServices.userInfo,
          },
          init: async ({ database, httpRouter, lifecycle, ...services }) => {
            const knex = await openDatabase(database);
            this.knex = knex;
            // Nobody else does, and its pool would keep the process alive.
            lifecycle.addShutdownHook(() => knex.destroy());
            knex.on('query', ({ sql }) => this.statements.push(sql));
            const clock = SystemClock.create();
            const store = SqlResourceStore.create({
              knex,
              clock,
              indexes: INDEXES,
              wakeups: () => [],
              secrets: SecretCipher.create({ keys: ['k'.repeat(32)] }),
              queue: SqlWorkQueue.create({ knex, clock }),
              ...(historyLimit !== undefined && { historyLimit }),
            });
            this.store = store;
            this.deliveries = SqlWebhookDeliveries.create({ knex });
            httpRouter.use(
              createRouter({
                ...services,
                logger: mockLogger({
                  info: (_, meta) => {
                    if (isRequest(meta)) this.requests.push(meta);
                  },
                  error: (message, meta) =>
                    services.logger.error(message, meta as Error),
                }),
                ...this.createAdmission(store, services.logger),
                store,
                linkedEntities: {
                  ownersOf: async (project, stage) => {
                    const { claims, owners, catalogFailure } = this.world;
                    if (catalogFailure) throw catalogFailure;
                    return claims
                      ? confirmedOwners(claims, project, stage)
                      : owners[
                          [project, stage]
                            .flatMap(place => place?.metadata.name ?? [])
                            .join('/')
                        ] ?? [];
                  },
                  unconfirmedClaims: async (project, stages) =>
                    unconfirmedClaims(this.world.claims ?? [], project, stages),
                },
                shutdownSignal: this.shutdown.signal,
                engineHealth: () => this.engineHealth,
                webhookDeliveries: this.deliveries,
                gitHistory: {
                  compareCommits: async (remote, request) =>
                    this.world.compareCommits?.(remote, request),
                },
                dryRuns: {
                  run: async (...asked) =>
                    this.world.dryRun?.(...asked) ?? { steps: [], changes: [] },
                },
                stepConfigs: { read: async () => ({ steps: [] }) },
                stepKinds: describeStepKinds(builtinSteps),
                discoveryDryRuns: {
                  run: async (...asked) =>
                    this.world.dryRunDiscovery?.(...asked) ?? {
                      discoveredArtifacts: { discoveredAt: toTimestamp(0) },
                      explanation: { reasons: [] },
                    },
                },
                credentials: { find: async () => undefined },
                receiverTypes: new Map(
                  builtinReceivers(buildWebhookExpressions(this.clock)).map(
                    type => [type.id, type],
                  ),
                ),
                subscribedURLs: ownSubscribedURLs,
                adminAccount: AdminAccount.create(ADMIN_ACCOUNT, {
                  clock: this.clock,
                  ids: { uuid: createUuid, ulid: createUuid },
                }),
                installedAt: Date.UTC(2026, 0, 1),
                version: '1.2.3',
              }),
            );
            registerActions({
              actionsRegistry: services.actionsRegistry,
              api: OwnApi.create(services),
              uiBaseUrl: 'http://portal.example/kargo',
            });
            for (const path of UNAUTHENTICATED_PATHS) {
              httpRouter.addAuthPolicy({ path, allow: 'unauthenticated' });
            }
          },
        });
      },
    });
  }

  /** What the engine says of itself; there is none. */
  engineHealth: EngineHealth = {
    state: 'running',
    since: '2026-01-01T00:00:00Z',
  };

  private createAdmission(
    store: IndexedStore,
    logger: Parameters<typeof StoreEventSink.create>[0]['logger'],
  ) {
    const { clock } = this;
    const ids = { uuid: createUuid, ulid: createUlidSource({ clock }) };
    const events = StoreEventSink.create({ store, logger });
    const random = () => 0.5;
    const shared = { store, events, ids, clock };
    const promotions = Promotions.create(shared);
    const admission = Admission.create({
      ...shared,
      promotions,
      aliases: AliasSource.create({ store, ids, random }),
      subscriptionTypes: [],
      sharedNamespaces: [DEFAULT_SHARED_NAMESPACE, SYSTEM_NAMESPACE],
    });
    const installation = {
      steps: new Map(builtinSteps.map(({ id, config }) => [id, config])),
      metricProviders: new Map(),
    };
    const explanations = StoreExplanations.create({
      store,
      clock,
      installation,
      judgeCriteria: warehouse => judgeCriteria(warehouse, clock.now()),
      minimumIntervalMs: 0,
    });
    return { admission, promotions, events, ids, clock, explanations };
  }

  private permissions() {
    return mockServices.permissions.mock({
      authorize: async requests =>
        requests.map(({ permission }) => {
          const { result } = this.world.policy(permission);
          return {
            result:
              result === AuthorizeResult.ALLOW
                ? AuthorizeResult.ALLOW
                : AuthorizeResult.DENY,
          };
        }),
      authorizeConditional: async requests => {
        this.permissionRequests.push(
          requests.map(({ permission }) => permission.name),
        );
        return requests.map(({ permission }) => this.world.policy(permission));
      },
    }).factory;
  }

  private auditor() {
    return mockServices.auditor.mock({
      createEvent: async (options: AuditorServiceCreateEventOptions) => {
        const record: AuditRecord = {
          eventId: options.eventId,
          meta: { ...options.meta },
        };
        this.audits.push(record);
        return {
          success: async (outcome?: { meta?: object }) => {
            record.outcome = 'succeeded';
            Object.assign(record.meta, outcome?.meta);
          },
          fail: async ({ error }: { error: Error }) => {
            record.outcome = 'failed';
            this.auditedErrors.push(error);
          },
        };
      },
    }).factory;
  }

  private userInfo() {
    return mockServices.userInfo.mock({
      getUserInfo: async ({ principal }) => {
        const { userEntityRef } = principal as { userEntityRef: string };
        return {
          userEntityRef,
          ownershipEntityRefs: [userEntityRef, ...this.world.memberships],
        };
      },
    }).factory;
  }
}

function allowEverything(): PolicyDecision {
  return { result: AuthorizeResult.ALLOW };
}

/** A policy that denies the named permissions. */
export function denying(...names: string[]): ApiWorld['policy'] {
  return ({ name }) => ({
    result: names.includes(name) ? AuthorizeResult.DENY : AuthorizeResult.ALLOW,
  });
}

/** The headers by which somebody is known. */
export function authorization(
  as = 'user:default/alice',
): Record<string, string> {
  if (as === 'nobody') {
    return { Authorization: mockCredentials.none.header() };
  }
  if (as === 'expired') {
    return { Authorization: mockCredentials.user.invalidHeader() };
  }
  if (as.startsWith('token:')) {
    return { Authorization: `Bearer ${as.slice('token:'.length)}` };
  }
  return {
    Authorization:
      as === 'service' || as.startsWith('plugin:')
        ? mockCredentials.service.header({
            onBehalfOf: mockCredentials.service(
              as === 'service' ? 'external:robot' : as,
            ),
            targetPluginId: 'kargo',
          })
        : mockCredentials.user.header(as),
  };
}

function errorOf(result: { error?: string }): string | undefined {
  return result.error;
}

/** Every answer has the shape that the table of routes declares for it. */
function checkShape(
  method: string,
  path: string,
  status: number,
  body: unknown,
): void {
  const [pathname] = path.split('?');
  const route = ROUTES.find(
    candidate =>
      candidate.method === method.toLocaleLowerCase('en-US') &&
      new RegExp(`^${candidate.path.replace(/\{\w+\}/g, '[^/]+')}$`).test(
        pathname,
      ),
  );
  if (!route) {
    return;
  }
  const declared = status in route.answers;
  const name = declared
    ? route.answers[status as keyof typeof route.answers]
    : 'Error';
  if (name === undefined) {
    expect(body).toBeUndefined();
    return;
  }
  const { success, error } = SCHEMAS[name as SchemaName].safeParse(body);
  if (!success) {
    throw new Error(
      `${method} ${path} answered ${status} in another shape than ${name}: ${error}`,
    );
  }
}
