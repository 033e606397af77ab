import { ClusterConfig } from '../../model/ProjectConfig';
import {
  ControllerHeartbeats,
  EngineHealth,
  OAuthClient,
  PublicServerConfig,
  ServerConfig,
  ServerVersion,
  StepKinds,
  SystemAccess,
  WebhookDeliveries,
} from '../answers';
import { ANYONE, CLUSTER, NOBODY, VIEW } from '../asks';
import { Operation, typeOf } from '../operation';

/** The installation as a whole. @public */
export const SYSTEM_OPERATIONS = {
  getPublicServerConfig: {
    method: 'get',
    path: '/system/public-server-config',
    ask: NOBODY,
    answer: typeOf<PublicServerConfig>(),
  },
  /** A client ID metadata document: it is known by its own address. */
  getCliClient: {
    method: 'get',
    path: '/system/cli-client',
    ask: NOBODY,
    answer: typeOf<OAuthClient>(),
  },
  /** As the admin account, where there is one; its password is sent as bearer token. */
  login: {
    method: 'post',
    path: '/login',
    ask: NOBODY,
    answer: typeOf<{ idToken: string }>(),
  },
  getServerVersion: {
    method: 'get',
    path: '/system/server-version',
    ask: ANYONE,
    answer: typeOf<ServerVersion>(),
  },
  getServerConfig: {
    method: 'get',
    path: '/system/server-config',
    ask: ANYONE,
    answer: typeOf<ServerConfig>(),
  },
  getSystemAccess: {
    method: 'get',
    path: '/system/access',
    ask: ANYONE,
    answer: typeOf<SystemAccess>(),
  },
  /** What promotion steps may use, those of extensions too. */
  listStepKinds: {
    method: 'get',
    path: '/system/step-kinds',
    ask: ANYONE,
    answer: typeOf<StepKinds>(),
  },
  /** Whether the engine of the answering replica works. */
  getEngineHealth: {
    method: 'get',
    path: '/system/engine',
    ask: ANYONE,
    answer: typeOf<EngineHealth>(),
  },
  /** Whether the controllers of Stages work. */
  getControllerHeartbeats: {
    method: 'get',
    path: '/system/controller-heartbeats',
    ask: ANYONE,
    answer: typeOf<ControllerHeartbeats>(),
  },
  /** For probes: fails while the engine of the answering replica does not work. */
  getReadiness: {
    method: 'get',
    path: '/system/readiness',
    ask: NOBODY,
    answer: typeOf<{ status: 'ok' }>(),
  },
  getClusterConfig: {
    method: 'get',
    path: '/system/cluster-config',
    ask: VIEW,
    watchable: true,
    answer: typeOf<ClusterConfig>(),
  },
  /** The last requests that came to the webhook receivers of the installation, newest first. */
  listSystemWebhookDeliveries: {
    method: 'get',
    path: '/system/webhook-deliveries',
    ask: VIEW,
    answer: typeOf<WebhookDeliveries>(),
  },
  deleteClusterConfig: {
    method: 'delete',
    path: '/system/cluster-config',
    ask: CLUSTER,
  },
  refreshClusterConfig: {
    method: 'post',
    path: '/system/cluster-config/refresh',
    ask: VIEW,
  },
} as const satisfies Record<string, Operation>;

/** Watches beside those of a single list or object. @public */
export const WATCH_OPERATIONS = {
  /** Streams several watches; each asks for the permission of its own path. */
  watchMany: {
    method: 'get',
    path: '/watches',
    ask: ANYONE,
    query: typeOf<{ subscribe: string[] }>(),
  },
} as const satisfies Record<string, Operation>;
