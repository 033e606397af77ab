import {
  ConfigMap,
  ConfigMapContent,
  DataChange,
  KargoApi,
  NewGenericCredentials,
  RepoCredentials,
  RepoCredentialsChange,
  RequestOptions,
  Secret,
} from 'backstage-plugin-kargo-common';
import { kargoKeys } from '../../queries/keys';

/** One family of objects that hold data, in one place: how it is listed and changed. */
export interface DataFamily<T, New, Change> {
  key: readonly string[];
  list: (options: RequestOptions) => Promise<T[]>;
  create: (body: New) => Promise<unknown>;
  change: (name: string, body: Change) => Promise<unknown>;
  remove: (name: string) => Promise<unknown>;
}

/** Credentials for git, image and chart repositories. */
export type RepoCredentialsFamily = DataFamily<
  Secret,
  RepoCredentials & { name: string },
  RepoCredentialsChange
>;

/** Secrets of any content. */
export type SecretFamily = DataFamily<
  Secret,
  NewGenericCredentials,
  DataChange
>;

/** ConfigMaps. */
export type ConfigMapFamily = DataFamily<
  ConfigMap,
  ConfigMapContent & { name: string },
  DataChange
>;

/** The data of a project. */
export function projectData(api: KargoApi, project: string) {
  const repoCredentials: RepoCredentialsFamily = {
    key: kargoKeys.data(project, 'repo-credentials'),
    list: async options =>
      (await api.listProjectRepoCredentials({ project }, options)).items ?? [],
    create: body => api.createProjectRepoCredentials({ project, body }),
    change: (name, body) =>
      api.patchProjectRepoCredentials({ project, name, body }),
    remove: name => api.deleteProjectRepoCredentials({ project, name }),
  };
  const secrets: SecretFamily = {
    key: kargoKeys.data(project, 'secrets'),
    list: async options =>
      (await api.listProjectGenericCredentials({ project }, options)).items ??
      [],
    create: body => api.createProjectGenericCredentials({ project, body }),
    change: (name, body) =>
      api.patchProjectGenericCredentials({ project, name, body }),
    remove: name => api.deleteProjectGenericCredentials({ project, name }),
  };
  const configMaps: ConfigMapFamily = {
    key: kargoKeys.data(project, 'config-maps'),
    list: async options =>
      (await api.listProjectConfigMap({ project }, options)).items ?? [],
    create: body => api.createProjectConfigMap({ project, body }),
    change: (name, body) => api.patchProjectConfigMap({ project, name, body }),
    remove: name => api.deleteProjectConfigMap({ project, name }),
  };
  return { repoCredentials, secrets, configMaps };
}

/** The data that all projects share. */
export function sharedData(api: KargoApi) {
  const repoCredentials: RepoCredentialsFamily = {
    key: kargoKeys.globalData('shared', 'repo-credentials'),
    list: async options =>
      (await api.listSharedRepoCredentials({}, options)).items ?? [],
    create: body => api.createSharedRepoCredentials({ body }),
    change: (name, body) => api.patchSharedRepoCredentials({ name, body }),
    remove: name => api.deleteSharedRepoCredentials({ name }),
  };
  const secrets: SecretFamily = {
    key: kargoKeys.globalData('shared', 'secrets'),
    list: async options =>
      (await api.listSharedGenericCredentials({}, options)).items ?? [],
    create: body => api.createSharedGenericCredentials({ body }),
    change: (name, body) => api.patchSharedGenericCredentials({ name, body }),
    remove: name => api.deleteSharedGenericCredentials({ name }),
  };
  const configMaps: ConfigMapFamily = {
    key: kargoKeys.globalData('shared', 'config-maps'),
    list: async options =>
      (await api.listSharedConfigMap({}, options)).items ?? [],
    create: body => api.createSharedConfigMap({ body }),
    change: (name, body) => api.patchSharedConfigMap({ name, body }),
    remove: name => api.deleteSharedConfigMap({ name }),
  };
  return { repoCredentials, secrets, configMaps };
}

/** The data of the installation itself. */
export function systemData(api: KargoApi) {
  const secrets: SecretFamily = {
    key: kargoKeys.globalData('system', 'secrets'),
    list: async options =>
      (await api.listSystemGenericCredentials({}, options)).items ?? [],
    create: body => api.createSystemGenericCredentials({ body }),
    change: (name, body) => api.patchSystemGenericCredentials({ name, body }),
    remove: name => api.deleteSystemGenericCredentials({ name }),
  };
  const configMaps: ConfigMapFamily = {
    key: kargoKeys.globalData('system', 'config-maps'),
    list: async options =>
      (await api.listSystemConfigMap({}, options)).items ?? [],
    create: body => api.createSystemConfigMap({ body }),
    change: (name, body) => api.patchSystemConfigMap({ name, body }),
    remove: name => api.deleteSystemConfigMap({ name }),
  };
  return { secrets, configMaps };
}
