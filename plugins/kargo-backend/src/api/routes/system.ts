import {
  NotImplementedError,
  ServiceUnavailableError,
} from '@backstage/errors';
import {
  kargoClusterManagePermission,
  kargoViewPermission,
} from 'backstage-plugin-kargo-common';
import { z } from 'zod';
import { SYSTEM_NAMESPACE } from '../../logic/sharedNamespaces';
import { answerWatch } from '../server/answers';
import { watchParameters } from '../server/parseQuery';
import { demandRefreshDue, requestRefresh } from '../resources/requestRefresh';
import { createRoute, Route } from '../server/route';

const CLUSTER_CONFIG = {
  kind: 'ClusterConfig' as const,
  namespace: '',
  name: 'cluster',
};

const publicServerConfig = createRoute({
  method: 'get',
  path: '/system/public-server-config',
  operationId: 'getPublicServerConfig',
  summary: 'Tells clients how to sign in: with a token of the portal',
  ask: { scope: 'nobody' },
  answers: { 200: 'PublicServerConfig' },
  handle: async () => ({
    status: 200,
    body: { adminAccountEnabled: false, skipAuth: false },
  }),
});

const login = createRoute({
  method: 'post',
  path: '/login',
  operationId: 'login',
  summary: 'Not available: the portal signs people in',
  ask: { scope: 'nobody' },
  answers: { 501: 'Error' },
  handle: async () => {
    throw new NotImplementedError(
      'Kargo has no accounts of its own; sign in to the portal and send its token as bearer token',
    );
  },
});

const serverVersion = createRoute({
  method: 'get',
  path: '/system/server-version',
  operationId: 'getServerVersion',
  summary: 'Answers the version of the plugin',
  ask: { scope: 'anyone' },
  answers: { 200: 'ServerVersion' },
  handle: async (_, { version }) => ({
    status: 200,
    body: { version, platform: `${process.platform}/${process.arch}` },
  }),
});

const serverConfig = createRoute({
  method: 'get',
  path: '/system/server-config',
  operationId: 'getServerConfig',
  summary: 'Answers what the installation can do',
  ask: { scope: 'anyone' },
  answers: { 200: 'ServerConfig' },
  handle: async (_, { sharedNamespace }) => ({
    status: 200,
    body: {
      argocdShards: {},
      secretManagementEnabled: true,
      kargoNamespace: '',
      systemResourcesNamespace: SYSTEM_NAMESPACE,
      sharedResourcesNamespace: sharedNamespace,
      hasAnalysisRunLogsUrlTemplate: false,
    },
  }),
});

const engineHealth = createRoute({
  method: 'get',
  path: '/system/engine',
  operationId: 'getEngineHealth',
  summary: 'Answers whether the engine of the answering replica works',
  ask: { scope: 'anyone' },
  answers: { 200: 'EngineHealth' },
  handle: async (_, services) => ({
    status: 200,
    body: services.engineHealth(),
  }),
});

const readiness = createRoute({
  method: 'get',
  path: '/system/readiness',
  operationId: 'getReadiness',
  summary:
    'For probes: answers 503 while the engine of the answering replica does not work',
  ask: { scope: 'nobody' },
  answers: { 200: 'Readiness' },
  handle: async (_, services) => {
    const { state } = services.engineHealth();
    if (state !== 'running') {
      throw new ServiceUnavailableError(`The engine is ${state}`);
    }
    return { status: 200, body: { status: 'ok' } };
  },
});

const getClusterConfig = createRoute({
  method: 'get',
  path: '/system/cluster-config',
  operationId: 'getClusterConfig',
  summary:
    'Answers the configuration of the installation, or streams its changes',
  ask: { scope: 'basic', permission: kargoViewPermission },
  query: z.object(watchParameters),
  answers: { 200: 'ClusterConfig' },
  handle: async ({ query }, { store }) =>
    query.watch
      ? answerWatch(
          { store },
          CLUSTER_CONFIG.kind,
          { namespace: '', names: [CLUSTER_CONFIG.name] },
          query,
        )
      : { status: 200, body: await store.get(CLUSTER_CONFIG) },
});

const deleteClusterConfig = createRoute({
  method: 'delete',
  path: '/system/cluster-config',
  operationId: 'deleteClusterConfig',
  summary: 'Deletes the configuration of the installation',
  ask: { scope: 'basic', permission: kargoClusterManagePermission },
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

const refreshClusterConfig = createRoute({
  method: 'post',
  path: '/system/cluster-config/refresh',
  operationId: 'refreshClusterConfig',
  summary:
    'Asks the engine to look at the configuration of the installation again now',
  ask: { scope: 'basic', permission: kargoViewPermission },
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
export const systemRoutes: Route[] = [
  publicServerConfig,
  login,
  serverVersion,
  serverConfig,
  engineHealth,
  readiness,
  getClusterConfig,
  deleteClusterConfig,
  refreshClusterConfig,
];
