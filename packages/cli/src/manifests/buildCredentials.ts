import {
  ANNOTATIONS,
  JsonObject,
  KINDS,
  LABELS,
} from 'backstage-plugin-kargo-common';

interface Identity {
  name: string;
  namespace: string;
  description?: string;
}

/** What repository credentials are made of. */
export interface RepoCredentials extends Identity {
  type: string;
  repoUrl: string;
  regex?: boolean;
  username: string;
  password: string;
}

/** A name and values. */
export interface NamedValues extends Identity {
  values: Record<string, string>;
}

const KIND_OF_SECRET = {
  apiVersion: KINDS.Secret.apiVersion,
  kind: KINDS.Secret.kind,
};

/** The Secret that Kargo takes for credentials of a repository. */
export function buildRepoCredentials(credentials: RepoCredentials): JsonObject {
  const { type, repoUrl, regex, username, password } = credentials;
  return {
    ...KIND_OF_SECRET,
    metadata: metadataOf(credentials, type),
    stringData: {
      repoURL: repoUrl,
      ...(regex && { repoURLIsRegex: 'true' }),
      username,
      password,
    },
  };
}

/** The Secret that Kargo takes for credentials of any form. */
export function buildGenericCredentials(credentials: NamedValues): JsonObject {
  return {
    ...KIND_OF_SECRET,
    metadata: metadataOf(credentials, 'generic'),
    stringData: credentials.values,
  };
}

/** A ConfigMap. */
export function buildConfigMap(configMap: NamedValues): JsonObject {
  const { apiVersion, kind } = KINDS.ConfigMap;
  return {
    apiVersion,
    kind,
    metadata: metadataOf(configMap),
    data: configMap.values,
  };
}

function metadataOf(
  { name, namespace, description }: Identity,
  credentialsType?: string,
): JsonObject {
  return {
    name,
    namespace,
    ...(credentialsType && { labels: { [LABELS.credType]: credentialsType } }),
    ...(description && {
      annotations: { [ANNOTATIONS.description]: description },
    }),
  };
}
