import {
  AnalysisTemplate,
  ClusterAnalysisTemplate,
  ClusterConfig,
  ClusterPromotionTask,
  ConfigMap,
  JsonObject,
  KargoApi,
  KargoRequestError,
  KargoRole,
  Project,
  ProjectConfig,
  PromotionTask,
  Resource,
  ResourceList,
  Secret,
  WebhookDelivery,
} from 'backstage-plugin-kargo-common';

/** What the fake holds of settings at the start. */
export interface SettingsContent {
  project?: Project;
  config?: ProjectConfig;
  clusterConfig?: ClusterConfig;
  tasks?: PromotionTask[];
  templates?: AnalysisTemplate[];
  clusterTasks?: ClusterPromotionTask[];
  clusterTemplates?: ClusterAnalysisTemplate[];
  /** By place (`Project`, `Shared`, `System`). */
  repoCredentials?: Record<string, Secret[]>;
  secrets?: Record<string, Secret[]>;
  configMaps?: Record<string, ConfigMap[]>;
  deliveries?: WebhookDelivery[];
  roles?: KargoRole[];
  tokens?: Secret[];
  systemRoles?: KargoRole[];
  /** Why the credentials of a project are not told. */
  denied?: string;
}

type Call = (request: { name?: string; body?: unknown }) => Promise<unknown>;

/**
 * The operations of the settings over what is given. What is changed is reported, and
 * answered as it was asked for; nothing is kept of it.
 */
export function fakeSettings(
  content: SettingsContent,
  act: (call: string) => void,
): Partial<KargoApi> {
  const {
    repoCredentials = {},
    secrets = {},
    configMaps = {},
    denied,
  } = content;
  const families = ['Project', 'Shared', 'System'].flatMap(place => [
    family(`${place}RepoCredentials`, repoCredentials[place], act, denied),
    family(`${place}GenericCredentials`, secrets[place], act, denied),
    family(`${place}ConfigMap`, configMaps[place], act),
  ]);
  return Object.assign({}, ...families, {
    getProjectConfig: async () => found(content.config, 'ProjectConfig'),
    getClusterConfig: async () => found(content.clusterConfig, 'ClusterConfig'),
    listProjectWebhookDeliveries: async () => ({
      items: content.deliveries ?? [],
    }),
    ...fakeRoles(content, act),
    listPromotionTasks: async () => listOf(content.tasks),
    listAnalysisTemplates: async () => listOf(content.templates),
    listClusterPromotionTasks: async () => listOf(content.clusterTasks),
    listClusterAnalysisTemplates: async () => listOf(content.clusterTemplates),
  });
}

/** Roles and tokens; a token that is made is `secret-text`. */
function fakeRoles(
  { roles = [], tokens = [], systemRoles = [] }: SettingsContent,
  act: (call: string) => void,
): Partial<KargoApi> {
  return {
    listProjectRoles: async () => roles,
    createProjectRole: async ({ body }) => {
      act(`create role ${JSON.stringify(body)}`);
      return roles[0];
    },
    grantProjectRole: async ({ body }) => {
      act(`grant ${JSON.stringify(body)}`);
      return roles[0];
    },
    revokeProjectRole: async ({ body }) => {
      act(`revoke ${JSON.stringify(body)}`);
      return roles[0];
    },
    deleteProjectRole: async ({ name }) => act(`delete role ${name}`),
    listProjectTokens: async () => listOf(tokens),
    createProjectToken: async ({ name, body }) => {
      act(`create token ${body.name} of ${name}`);
      return {
        ...aSecret(body.name, {}),
        data: { token: btoa('secret-text') },
      };
    },
    deleteProjectToken: async ({ name }) => act(`delete token ${name}`),
    listSystemRoles: async () => systemRoles,
    listSystemTokens: async () => listOf(tokens),
    createSystemToken: async ({ name, body }) => {
      act(`create system token ${body.name} of ${name}`);
      return aSecret(body.name, {});
    },
    deleteSystemToken: async ({ name }) => act(`delete system token ${name}`),
  };
}

function family(
  id: string,
  items: Resource[] | undefined,
  act: (call: string) => void,
  denied?: string,
): Record<string, Call> {
  const acting =
    (verb: string): Call =>
    async ({ name, body }) =>
      act(
        [verb, id, name, body && JSON.stringify(body)]
          .filter(Boolean)
          .join(' '),
      );
  return {
    [`list${id}`]: async () => {
      if (denied !== undefined) {
        throw new KargoRequestError(403, denied);
      }
      return listOf(items);
    },
    [`create${id}`]: acting('create'),
    [`patch${id}`]: acting('patch'),
    [`delete${id}`]: acting('delete'),
  };
}

function found<T>(resource: T | undefined, kind: string): T {
  if (!resource) {
    throw new KargoRequestError(404, `${kind} not found`);
  }
  return resource;
}

function listOf<T extends Resource>(items: T[] = []): ResourceList<T> {
  return {
    apiVersion: 'v1',
    kind: 'List',
    metadata: { resourceVersion: '1' },
    items,
  };
}

/** A Secret as the API tells it: its values redacted. */
export function aSecret(
  name: string,
  stringData: Record<string, string>,
  type?: string,
): Secret {
  return {
    ...coreObject('Secret', name),
    ...(type && {
      metadata: {
        ...coreObject('Secret', name).metadata,
        labels: { 'kargo.akuity.io/cred-type': type },
      },
    }),
    stringData,
  } as unknown as Secret;
}

/** A role of one's own. */
export function aRole(
  name: string,
  role: Pick<Partial<KargoRole>, 'claims' | 'rules' | 'kargoManaged'> = {},
): KargoRole {
  return {
    apiVersion: 'rbac.kargo.akuity.io/v1alpha1',
    kind: 'Role',
    metadata: { name, namespace: 'shop' },
    kargoManaged: true,
    ...role,
  };
}

/** A ConfigMap. */
export function aConfigMap(
  name: string,
  data: Record<string, string>,
): ConfigMap {
  return { ...coreObject('ConfigMap', name), data } as ConfigMap;
}

function coreObject(kind: string, name: string): JsonObject & Resource {
  return {
    apiVersion: 'v1',
    kind,
    metadata: {
      name,
      namespace: 'shop',
      uid: `uid-${name}`,
      resourceVersion: '1',
      generation: 1,
      creationTimestamp: '2026-03-01T12:00:00Z',
    },
  };
}
