import { randomBytes } from 'node:crypto';
import {
  AuditorService,
  AuthService,
  DatabaseService,
  DiscoveryService,
  HttpAuthService,
  HttpRouterService,
  LifecycleService,
  LoggerService,
  PermissionsRegistryService,
  PermissionsService,
  RootConfigService,
  SchedulerService,
  UrlReaderService,
  UserInfoService,
} from '@backstage/backend-plugin-api';
import {
  ActionsRegistryService,
  MetricsService,
  TracingService,
} from '@backstage/backend-plugin-api/alpha';
import { CatalogService } from '@backstage/plugin-catalog-node';
import { EventsService } from '@backstage/plugin-events-node';
import { CredentialsLookup } from 'backstage-plugin-kargo-node';
import { version } from '../../package.json';
import { CatalogLinkedEntities } from '../adapters/catalog/CatalogLinkedEntities';
import { bindSignal } from '../adapters/http/bindSignal';
import { readProxies } from '../adapters/http/proxies';
import { UndiciHttpClient } from '../adapters/http/UndiciHttpClient';
import { OciArtifacts } from '../adapters/oci/OciArtifacts';
import { createUlidSource, createUuid } from '../adapters/system/ids';
import { SystemClock } from '../adapters/system/SystemClock';
import { OwnApi } from '../api/actions/OwnApi';
import { registerActions } from '../api/actions/registerActions';
import { AdminAccount } from '../api/server/AdminAccount';
import { SignIn } from '../api/server/SignIn';
import { createRouter, UNAUTHENTICATED_PATHS } from '../api/server/router';
import { describeStepKinds } from '../logic/describeStepKinds';
import { readGitUser } from '../engine/kinds/cluster-config/gitUser';
import { maskingLogger } from '../engine/maskingLogger';
import { StoreAnalysisJobs } from '../engine/verification/StoreAnalysisJobs';
import { stopThreads } from '../foreign/threads/runInThread';
import { subscribedURLsOf } from '../logic/subscribedURLs';
import { maskPasswords } from '../logic/urlPassword';
import { GitHistory } from '../ports/GitClient';
import { IndexedStore } from '../ports/ResourceIndex';
import { WebhookDeliveries } from '../ports/WebhookDeliveries';
import { buildArgoCds } from './buildArgoCds';
import { addBuiltins } from './buildBuiltins';
import { buildCapabilities } from './buildCapabilities';
import { buildCredentials } from './buildCredentials';
import { announceEvents } from './announceEvents';
import { BuiltEngine, buildEngine } from './buildEngine';
import { buildJobRunner } from './buildJobRunner';
import { buildPrograms } from './buildPrograms';
import { buildRollouts } from './buildRollouts';
import { Registries } from './buildRegistries';
import { buildStore } from './buildStore';
import { createMetricsProgress } from './createMetricsProgress';
import { observeStages } from './observeStages';
import { KargoConfig } from './readConfig';
import { readSignIn } from './readSignIn';
import { scheduleUpkeep } from './scheduleUpkeep';
import { traceStore } from './tracing/traceStore';

/** The portal's services, the configuration and what extensions added. */
export interface StartKargoOptions {
  actionsRegistry: ActionsRegistryService;
  auditor: AuditorService;
  auth: AuthService;
  catalog: CatalogService;
  config: KargoConfig;
  database: DatabaseService;
  discovery: DiscoveryService;
  events: EventsService;
  httpAuth: HttpAuthService;
  httpRouter: HttpRouterService;
  lifecycle: LifecycleService;
  logger: LoggerService;
  metrics: MetricsService;
  permissions: PermissionsService;
  permissionsRegistry: PermissionsRegistryService;
  registries: Registries;
  rootConfig: RootConfigService;
  scheduler: SchedulerService;
  tracing: TracingService;
  urlReader: UrlReaderService;
  userInfo: UserInfoService;
}

/** How the engine is tuned; what each means is told at `WorkerTuning`. */
const TUNING = {
  leaseMs: 9_000,
  heartbeatMs: 1_000,
  pollMs: 1_000,
  graceMs: 8_000,
  sweepMs: 30 * 60_000,
};

/** Builds the object graph, serves the API and starts the engine with the portal. */
export async function startKargo(portal: StartKargoOptions): Promise<void> {
  const options = {
    ...portal,
    logger: maskingLogger(portal.logger, maskPasswords),
  };
  const { config, logger, lifecycle, registries } = options;
  const clock = SystemClock.create();
  const ids = { uuid: createUuid, ulid: createUlidSource({ clock }) };
  const {
    store: untracedStore,
    queue,
    sealer,
    signals,
    deliveries,
    installedAt,
    indexOthersWrites,
    databaseNow,
  } = await buildStore({
    ...options,
    ...{ clock, random },
    subscriptionTypes: registries.subscriptionTypes.byId,
  });
  const { tracing } = options;
  const store = traceStore(untracedStore, tracing);
  const http = UndiciHttpClient.create({
    egress: config.egress,
    userAgent: `kargo-backstage/${version}`,
    proxies: readProxies(process.env),
  });
  const {
    git,
    gitHistory,
    workingTrees,
    programs,
    jobProcesses,
    workspaces,
    checkFolder,
    stop: stopPrograms,
  } = await buildPrograms({ config, clock, random, http, logger, tracing });
  const argoCds = buildArgoCds({
    ...config.argocd,
    queue,
    clock,
    random,
    logger,
  });
  const jobRunner = buildJobRunner(config, jobProcesses);
  const rollouts = buildRollouts(config);
  addBuiltins(registries, {
    config,
    jobs: StoreAnalysisJobs.create(store),
    jobRunner,
    argoCds,
    clock,
    random,
    http,
    git,
    gitHistory,
    logger,
  });
  const credentials = buildCredentials({
    ...options,
    store,
    clock,
    fetch: http.fetch,
  });
  const built = buildEngine({
    store,
    queue,
    clock,
    ids,
    random,
    logger,
    progress: createMetricsProgress(options.metrics),
    workspaces,
    checkFolder,
    workingTrees,
    credentials,
    credentialVersions: credentials,
    sealer,
    capabilities: buildCapabilities({
      argoCds,
      artifacts: OciArtifacts.create({
        http,
        clock,
        random,
        maxPerSecond: config.discovery.registryRequestsPerSecond,
        plainHttpHosts: config.discovery.plainHttpRegistries,
      }),
      clock,
      pullRequestProviders: registries.pullRequestProviders.all,
      credentials,
      gitUser: () =>
        readGitUser(store, {
          name: config.git.userName,
          email: config.git.userEmail,
        }),
      http,
      programs,
      pushIntegrationPolicy: config.git.pushIntegrationPolicy,
      workingTrees,
    }),
    tracing,
    steps: registries.steps.byId,
    subscriptionTypes: registries.subscriptionTypes.byId,
    healthCheckers: registries.healthCheckers.byId,
    metricProviders: registries.metricProviders.byId,
    receiverTypes: registries.receiverTypes.byId,
    webhookBaseURL:
      config.webhooks.baseUrl ??
      (await options.discovery.getExternalBaseUrl('kargo')),
    webhookDeliveries: deliveries,
    http: signal => bindSignal(http, signal),
    announce: announceEvents(options.events),
    jobRunner,
    ...(rollouts && { rollouts }),
    sharedNamespace: config.sharedResourcesNamespace,
    requiresCacheByTag: config.discovery.cacheByTagPolicy === 'Require',
    ...(config.uiBaseUrl && { uiBaseURL: config.uiBaseUrl }),
    tuning: {
      ...TUNING,
      minimumDiscoveryIntervalMs: config.discovery.minimumIntervalMs,
      concurrency: config.concurrency,
    },
  });
  const shutdown = new AbortController();
  const unobserve = observeStages(options.metrics, store);
  const signIn = await readSignIn(options.rootConfig, options.discovery);
  serveApi({
    ...options,
    ...{ store, deliveries, clock, ids, built, shutdown, signIn, installedAt },
    ...{ gitHistory, credentials },
  });
  registerActions({
    actionsRegistry: options.actionsRegistry,
    api: OwnApi.create(options),
    ...(config.uiBaseUrl && { uiBaseUrl: config.uiBaseUrl }),
  });
  lifecycle.addStartupHook(() => {
    signals?.start();
    built.engine.start();
    argoCds.start();
  });
  lifecycle.addShutdownHook(async () => {
    shutdown.abort(new Error('The portal is stopping'));
    unobserve();
    await Promise.all([built.engine.stop(), argoCds.stop()]);
    await signals?.stop();
    await stopThreads();
    await stopPrograms();
  });
  await scheduleUpkeep({
    ...options,
    ...{ store, indexOthersWrites, databaseNow, built, clock, shutdown },
  });
}

/** Uniform in [0, 1). */
function random(): number {
  return randomBytes(4).readUInt32BE() / 2 ** 32;
}

function serveApi(
  options: StartKargoOptions & {
    store: IndexedStore;
    deliveries: WebhookDeliveries;
    clock: SystemClock;
    ids: { uuid(): string; ulid(): string };
    built: BuiltEngine;
    gitHistory: GitHistory;
    credentials: CredentialsLookup;
    shutdown: AbortController;
    signIn?: SignIn;
    installedAt?: number;
  },
): void {
  const { httpRouter, built, shutdown } = options;
  const { adminAccount } = options.config;
  httpRouter.use(
    createRouter({
      ...options,
      admission: built.admission,
      promotions: built.promotions,
      events: built.events,
      explanations: built.explanations,
      dryRuns: built.dryRuns,
      discoveryDryRuns: built.discoveryDryRuns,
      stepConfigs: built.stepConfigs,
      stepKinds: describeStepKinds(options.registries.steps.byId.values()),
      engineHealth: () => built.engine.health(),
      webhookDeliveries: options.deliveries,
      receiverTypes: options.registries.receiverTypes.byId,
      subscribedURLs: subscribedURLsOf(
        options.registries.subscriptionTypes.byId,
      ),
      linkedEntities: CatalogLinkedEntities.create(options),
      shutdownSignal: shutdown.signal,
      sharedNamespace: options.config.sharedResourcesNamespace,
      systemRoleClaims: options.config.roles.system,
      ...(adminAccount && {
        adminAccount: AdminAccount.create(adminAccount, options),
      }),
      argocdShards: Object.fromEntries(
        options.config.argocd.clusters.map(
          ({ name, uiUrl = '', namespace }) => [
            name,
            { url: uiUrl, namespace },
          ],
        ),
      ),
      version,
    }),
  );
  for (const path of UNAUTHENTICATED_PATHS) {
    httpRouter.addAuthPolicy({ path, allow: 'unauthenticated' });
  }
}
