import {
  InputError,
  NotAllowedError,
  NotFoundError,
  ServiceUnavailableError,
} from '@backstage/errors';
import { kargoClusterManagePermission } from 'backstage-plugin-kargo-common';
import {
  KARGO_NAMESPACE,
  SYSTEM_NAMESPACE,
} from '../../logic/sharedNamespaces';
import { toTimestamp } from '../../logic/timestamps';
import { answerOne, answerWatch } from '../server/answers';
import { demandRefreshDue, requestRefresh } from '../resources/requestRefresh';
import { createRoute } from '../server/route';

const CLUSTER_CONFIG = {
  kind: 'ClusterConfig' as const,
  namespace: '',
  name: 'cluster',
};

/** What the engine is called where Kargo names a controller. */
const ENGINE = 'kargo';

const publicServerConfig = createRoute('getPublicServerConfig', {
  summary:
    'Tells clients how to sign in: with a token, as admin where there is that account, or at the portal where it lets programs',
  answers: { 200: 'PublicServerConfig' },
  handle: async (_, { adminAccount, signIn }) => ({
    status: 200,
    body: {
      adminAccountEnabled: adminAccount !== undefined,
      skipAuth: false,
      ...(signIn && {
        oidcConfig: {
          issuerUrl: signIn.issuerUrl,
          clientId: signIn.clientId,
          cliClientId: signIn.cliClientId,
          scopes: ['openid'],
        },
      }),
    },
  }),
});

const cliClient = createRoute('getCliClient', {
  summary:
    "Describes Kargo's own command line to the portal, as a program that signs people in",
  answers: { 200: 'OAuthClient' },
  handle: async (_, { signIn }) => {
    if (!signIn) {
      throw new NotFoundError('This portal lets no programs sign people in');
    }
    return {
      status: 200,
      body: {
        client_id: signIn.ownClientId,
        client_name: 'Kargo command line',
        // The port is whichever is free: the portal does not compare it on this machine.
        redirect_uris: ['http://localhost/auth/callback'],
        response_types: ['code'],
        grant_types: ['authorization_code', 'refresh_token'],
        token_endpoint_auth_method: 'none',
        scope: 'openid offline_access',
      },
    };
  },
});

const login = createRoute('login', {
  summary:
    'Answers a token of the admin account, whose password is sent as bearer token',
  answers: { 200: 'Login' },
  audit: { eventId: 'admin-login', actionType: 'login', severityLevel: 'high' },
  handle: async ({ bearer }, { adminAccount, logger }) => {
    if (!adminAccount) {
      throw new NotAllowedError('admin user is not enabled');
    }
    const [, password] = /^Bearer ([^]+)$/.exec(bearer ?? '') ?? [];
    if (!password) {
      throw new InputError(
        bearer
          ? "Authorization header must be in format 'Bearer <password>'"
          : 'Authorization header is required',
      );
    }
    const idToken = await adminAccount.login(password);
    logger.info('The admin account logged in');
    return { status: 200, body: { idToken } };
  },
});

const serverVersion = createRoute('getServerVersion', {
  summary: 'Answers the version of the plugin',
  answers: { 200: 'ServerVersion' },
  handle: async (_, { version }) => ({
    status: 200,
    body: {
      version,
      // Kargo's clients expect what its own program was built of; a package of npm has
      // neither a commit nor a compiler, and runs on Node.js.
      buildDate: '',
      gitCommit: '',
      gitTreeDirty: false,
      goVersion: '',
      compiler: `node ${process.version}`,
      platform: `${process.platform}/${process.arch}`,
    },
  }),
});

const serverConfig = createRoute('getServerConfig', {
  summary: 'Answers what the installation can do',
  answers: { 200: 'ServerConfig' },
  handle: async (_, { sharedNamespace, argocdShards = {} }) => ({
    status: 200,
    body: {
      argocdShards,
      secretManagementEnabled: true,
      kargoNamespace: KARGO_NAMESPACE,
      systemResourcesNamespace: SYSTEM_NAMESPACE,
      sharedResourcesNamespace: sharedNamespace,
      hasAnalysisRunLogsUrlTemplate: false,
    },
  }),
});

const stepKinds = createRoute('listStepKinds', {
  summary:
    'Lists the kinds of promotion steps that this portal has, with the schemas of their configurations',
  answers: { 200: 'StepKinds' },
  handle: async (_, services) => ({ status: 200, body: services.stepKinds }),
});

const engineHealth = createRoute('getEngineHealth', {
  summary: 'Answers whether the engine of the answering replica works',
  answers: { 200: 'EngineHealth' },
  handle: async (_, services) => ({
    status: 200,
    body: services.engineHealth(),
  }),
});

const controllerHeartbeats = createRoute('getControllerHeartbeats', {
  summary:
    'Tells whether the controllers of Stages work: here, the engine of the answering replica',
  answers: { 200: 'ControllerHeartbeats' },
  handle: async (_, services) => {
    const { state } = services.engineHealth();
    return {
      status: 200,
      body: {
        heartbeats: {
          [ENGINE]: {
            controller: ENGINE,
            status: state === 'stopped' ? 'Dead' : 'Alive',
            timestamp: toTimestamp(services.clock.now()),
          },
        },
        defaultController: ENGINE,
      },
    };
  },
});

const readiness = createRoute('getReadiness', {
  summary:
    'For probes: answers 503 while the engine of the answering replica does not work',
  answers: { 200: 'Readiness' },
  handle: async (_, services) => {
    const { state } = services.engineHealth();
    if (state !== 'running') {
      throw new ServiceUnavailableError(`The engine is ${state}`);
    }
    return { status: 200, body: { status: 'ok' } };
  },
});

const getClusterConfig = createRoute('getClusterConfig', {
  summary:
    'Answers the configuration of the installation, or streams its changes',
  answers: { 200: 'ClusterConfig' },
  handle: async ({ query, reads }, { store }) => {
    const one = await answerOne(reads, CLUSTER_CONFIG);
    return query.watch
      ? answerWatch(
          { store },
          CLUSTER_CONFIG.kind,
          { namespace: '', names: [CLUSTER_CONFIG.name] },
          query,
        )
      : one;
  },
});

const listWebhookDeliveries = createRoute('listSystemWebhookDeliveries', {
  summary:
    'Lists the last requests that came to the webhook receivers of the installation, newest first',
  answers: { 200: 'WebhookDeliveries' },
  handle: async (_, { webhookDeliveries }) => ({
    status: 200,
    body: { items: await webhookDeliveries.list('') },
  }),
});

const deleteClusterConfig = createRoute('deleteClusterConfig', {
  summary: 'Deletes the configuration of the installation',
  answers: { 204: undefined },
  audit: {
    eventId: 'clusterconfig-update',
    actionType: 'delete',
    severityLevel: 'high',
  },
  handle: async ({ caller }, { admission }) => {
    await admission.delete(CLUSTER_CONFIG, caller);
    return { status: 204 };
  },
});

const refreshClusterConfig = createRoute('refreshClusterConfig', {
  summary:
    'Asks the engine to look at the configuration of the installation again now',
  answers: { 200: undefined },
  audit: {
    eventId: 'clusterconfig-update',
    actionType: 'refresh',
    severityLevel: 'low',
  },
  handle: async ({ caller: { access } }, services) => {
    await demandRefreshDue(services, CLUSTER_CONFIG, () =>
      access.mayDo(kargoClusterManagePermission),
    );
    await requestRefresh(services, CLUSTER_CONFIG);
    return { status: 200 };
  },
});

/** The installation as a whole. */
export const systemRoutes = [
  publicServerConfig,
  cliClient,
  login,
  serverVersion,
  serverConfig,
  stepKinds,
  engineHealth,
  controllerHeartbeats,
  readiness,
  getClusterConfig,
  listWebhookDeliveries,
  deleteClusterConfig,
  refreshClusterConfig,
];
