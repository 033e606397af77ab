import {
  kargoClusterManagePermission,
  kargoCredentialsManagePermission,
  kargoProjectManagePermission,
  kargoViewPermission,
} from 'backstage-plugin-kargo-common';
import { SYSTEM_NAMESPACE } from '../../logic/sharedNamespaces';
import { ApiServices, Ask } from '../server/route';

/** Where Secrets and ConfigMaps are kept, and who may do what with them there. */
export interface Place {
  /** Prefix of operation ids: `createProjectRepoCredentials`. */
  id: 'Project' | 'Shared' | 'System';
  /** Front part of the path. */
  path: string;
  /** For summaries: `of a project`. */
  whose: string;
  secrets: { list: Ask; read: Ask; write: Ask };
  configMaps: { list: Ask; read: Ask; write: Ask };
  namespaceOf(params: Record<string, string>, services: ApiServices): string;
}

const view: Ask = { scope: 'basic', permission: kargoViewPermission };
const cluster: Ask = {
  scope: 'basic',
  permission: kargoClusterManagePermission,
};
const credentials: Ask = {
  scope: 'project',
  permission: kargoCredentialsManagePermission,
};
const read: Ask = { scope: 'project' };
const manage: Ask = {
  scope: 'project',
  permission: kargoProjectManagePermission,
};

/** Things of one project. */
export const PROJECT: Place = {
  id: 'Project',
  path: '/projects/{project}',
  whose: 'of a project',
  secrets: { list: credentials, read: credentials, write: credentials },
  configMaps: { list: read, read, write: manage },
  namespaceOf: ({ project }) => project,
};

/** Things that every project may use. */
export const SHARED: Place = {
  id: 'Shared',
  path: '/shared',
  whose: 'that every project may use',
  secrets: { list: view, read: cluster, write: cluster },
  configMaps: { list: view, read: view, write: cluster },
  namespaceOf: (_, { sharedNamespace }) => sharedNamespace,
};

/** Things of the installation itself. */
export const SYSTEM: Place = {
  id: 'System',
  path: '/system',
  whose: 'of the installation',
  secrets: { list: cluster, read: cluster, write: cluster },
  configMaps: { list: cluster, read: cluster, write: cluster },
  namespaceOf: () => SYSTEM_NAMESPACE,
};
