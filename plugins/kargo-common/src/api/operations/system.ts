import { ClusterConfig } from '../../model/ProjectConfig';
import {
  ControllerHeartbeats,
  EngineHealth,
  ServerConfig,
  ServerVersion,
} from '../answers';
import { ANYONE, CLUSTER, NOBODY, READ, VIEW } from '../asks';
import { Operation, typeOf } from '../operation';

/** The installation as a whole. @public */
export const SYSTEM_OPERATIONS = {
  getPublicServerConfig: {
    method: 'get',
    path: '/system/public-server-config',
    ask: NOBODY,
    answer: typeOf<{ adminAccountEnabled: boolean; skipAuth: boolean }>(),
  },
  /** Never available: the portal signs people in. */
  login: {
    method: 'post',
    path: '/login',
    ask: NOBODY,
    answer: typeOf<never>(),
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

const NOT_AVAILABLE = typeOf<never>();

/** What Kargo has and the portal has instead: each is refused and says where to go. @public */
export const ROLE_OPERATIONS = {
  listProjectRoles: {
    method: 'get',
    path: '/projects/{project}/roles',
    ask: READ,
    answer: NOT_AVAILABLE,
  },
  createProjectRole: {
    method: 'post',
    path: '/projects/{project}/roles',
    ask: READ,
    answer: NOT_AVAILABLE,
  },
  grantProjectRole: {
    method: 'post',
    path: '/projects/{project}/roles/grants',
    ask: READ,
    answer: NOT_AVAILABLE,
  },
  revokeProjectRole: {
    method: 'post',
    path: '/projects/{project}/roles/revocations',
    ask: READ,
    answer: NOT_AVAILABLE,
  },
  getProjectRole: {
    method: 'get',
    path: '/projects/{project}/roles/{name}',
    ask: READ,
    answer: NOT_AVAILABLE,
  },
  updateProjectRole: {
    method: 'put',
    path: '/projects/{project}/roles/{name}',
    ask: READ,
    answer: NOT_AVAILABLE,
  },
  deleteProjectRole: {
    method: 'delete',
    path: '/projects/{project}/roles/{name}',
    ask: READ,
    answer: NOT_AVAILABLE,
  },
  createProjectToken: {
    method: 'post',
    path: '/projects/{project}/roles/{name}/api-tokens',
    ask: READ,
    answer: NOT_AVAILABLE,
  },
  listProjectTokens: {
    method: 'get',
    path: '/projects/{project}/api-tokens',
    ask: READ,
    answer: NOT_AVAILABLE,
  },
  getProjectToken: {
    method: 'get',
    path: '/projects/{project}/api-tokens/{name}',
    ask: READ,
    answer: NOT_AVAILABLE,
  },
  deleteProjectToken: {
    method: 'delete',
    path: '/projects/{project}/api-tokens/{name}',
    ask: READ,
    answer: NOT_AVAILABLE,
  },
  listSystemRoles: {
    method: 'get',
    path: '/system/roles',
    ask: VIEW,
    answer: NOT_AVAILABLE,
  },
  getSystemRole: {
    method: 'get',
    path: '/system/roles/{name}',
    ask: VIEW,
    answer: NOT_AVAILABLE,
  },
  createSystemToken: {
    method: 'post',
    path: '/system/roles/{name}/api-tokens',
    ask: VIEW,
    answer: NOT_AVAILABLE,
  },
  listSystemTokens: {
    method: 'get',
    path: '/system/api-tokens',
    ask: VIEW,
    answer: NOT_AVAILABLE,
  },
  getSystemToken: {
    method: 'get',
    path: '/system/api-tokens/{name}',
    ask: VIEW,
    answer: NOT_AVAILABLE,
  },
  deleteSystemToken: {
    method: 'delete',
    path: '/system/api-tokens/{name}',
    ask: VIEW,
    answer: NOT_AVAILABLE,
  },
} as const satisfies Record<string, Operation>;
