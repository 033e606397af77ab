import { LABELS } from 'backstage-plugin-kargo-common';
import {
  ConfigMapBody,
  DataPatch,
  GenericCredentialsBody,
  NewConfigMapBody,
  NewGenericCredentialsBody,
  NewRepoCredentialsBody,
  RepoCredentialsBody,
  RepoCredentialsPatch,
} from '../resources/dataBodies';
import {
  configMap,
  genericCredentialsSecret,
  patchConfigMap,
  patchRepoCredentials,
  patchSecretData,
  repoCredentialsSecret,
} from '../resources/dataManifests';
import { Route } from '../server/route';
import { DataFamily, dataRoutes } from './dataRoutes';
import { PROJECT, SHARED, SYSTEM } from './place';

const REPO_CREDENTIALS: DataFamily<
  'Secret',
  typeof NewRepoCredentialsBody,
  typeof RepoCredentialsBody,
  typeof RepoCredentialsPatch
> = {
  plural: 'repo-credentials',
  id: 'RepoCredentials',
  words: 'repository credentials',
  kind: 'Secret',
  labels: [
    { key: LABELS.credType, operator: 'In', values: ['git', 'helm', 'image'] },
  ],
  permissions: 'secrets',
  created: NewRepoCredentialsBody,
  replaced: RepoCredentialsBody,
  patched: RepoCredentialsPatch,
  build: repoCredentialsSecret,
  patch: patchRepoCredentials,
};

const GENERIC_CREDENTIALS: DataFamily<
  'Secret',
  typeof NewGenericCredentialsBody,
  typeof GenericCredentialsBody,
  typeof DataPatch
> = {
  plural: 'generic-credentials',
  id: 'GenericCredentials',
  words: 'generic credentials',
  kind: 'Secret',
  labels: [{ key: LABELS.credType, operator: 'In', values: ['generic'] }],
  permissions: 'secrets',
  created: NewGenericCredentialsBody,
  replaced: GenericCredentialsBody,
  patched: DataPatch,
  build: genericCredentialsSecret,
  patch: patchSecretData,
};

const CONFIG_MAPS: DataFamily<
  'ConfigMap',
  typeof NewConfigMapBody,
  typeof ConfigMapBody,
  typeof DataPatch
> = {
  plural: 'configmaps',
  id: 'ConfigMap',
  words: 'ConfigMaps',
  kind: 'ConfigMap',
  permissions: 'configMaps',
  created: NewConfigMapBody,
  replaced: ConfigMapBody,
  patched: DataPatch,
  build: configMap,
  patch: patchConfigMap,
};

/** Credentials and ConfigMaps of projects, shared ones and those of the installation. */
export const dataObjectRoutes: Route[] = [
  ...dataRoutes(PROJECT, REPO_CREDENTIALS),
  ...dataRoutes(PROJECT, GENERIC_CREDENTIALS),
  ...dataRoutes(PROJECT, CONFIG_MAPS),
  ...dataRoutes(SHARED, REPO_CREDENTIALS),
  ...dataRoutes(SHARED, GENERIC_CREDENTIALS),
  ...dataRoutes(SHARED, CONFIG_MAPS),
  ...dataRoutes(SYSTEM, GENERIC_CREDENTIALS),
  ...dataRoutes(SYSTEM, CONFIG_MAPS),
];
