import { BodyOf, LABELS, OperationId } from 'backstage-plugin-kargo-common';
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
  replaceGenericCredentials,
  repoCredentialsSecret,
} from '../resources/dataManifests';
import { z } from 'zod';
import { DataFamily, dataRoutes } from './dataRoutes';
import { PROJECT, SHARED, SYSTEM } from './place';

/** A schema that takes all that a client of the table may send. */
type Taking<
  Id extends OperationId,
  B extends z.ZodType,
> = BodyOf<Id> extends z.input<B> ? B : never;

const REPO_CREDENTIALS: DataFamily<
  {
    kind: 'Secret';
    created: Taking<
      'createProjectRepoCredentials',
      typeof NewRepoCredentialsBody
    >;
    replaced: Taking<
      'replaceProjectRepoCredentials',
      typeof RepoCredentialsBody
    >;
    patched: Taking<'patchProjectRepoCredentials', typeof RepoCredentialsPatch>;
  },
  'RepoCredentials'
> = {
  id: 'RepoCredentials',
  words: 'repository credentials',
  kind: 'Secret',
  labels: [
    { key: LABELS.credType, operator: 'In', values: ['git', 'helm', 'image'] },
  ],
  created: NewRepoCredentialsBody,
  replaced: RepoCredentialsBody,
  patched: RepoCredentialsPatch,
  build: repoCredentialsSecret,
  patch: patchRepoCredentials,
};

const GENERIC_CREDENTIALS: DataFamily<
  {
    kind: 'Secret';
    created: Taking<
      'createProjectGenericCredentials',
      typeof NewGenericCredentialsBody
    >;
    replaced: Taking<
      'replaceProjectGenericCredentials',
      typeof GenericCredentialsBody
    >;
    patched: Taking<'patchProjectGenericCredentials', typeof DataPatch>;
  },
  'GenericCredentials'
> = {
  id: 'GenericCredentials',
  words: 'generic credentials',
  kind: 'Secret',
  labels: [{ key: LABELS.credType, operator: 'In', values: ['generic'] }],
  created: NewGenericCredentialsBody,
  replaced: GenericCredentialsBody,
  patched: DataPatch,
  build: genericCredentialsSecret,
  replace: replaceGenericCredentials,
  patch: patchSecretData,
};

const CONFIG_MAPS: DataFamily<
  {
    kind: 'ConfigMap';
    created: Taking<'createProjectConfigMap', typeof NewConfigMapBody>;
    replaced: Taking<'replaceProjectConfigMap', typeof ConfigMapBody>;
    patched: Taking<'patchProjectConfigMap', typeof DataPatch>;
  },
  'ConfigMap'
> = {
  id: 'ConfigMap',
  words: 'ConfigMaps',
  kind: 'ConfigMap',
  created: NewConfigMapBody,
  replaced: ConfigMapBody,
  patched: DataPatch,
  build: configMap,
  patch: patchConfigMap,
};

/** Credentials and ConfigMaps of projects, shared ones and those of the installation. */
export const dataObjectRoutes = [
  ...dataRoutes(PROJECT, REPO_CREDENTIALS),
  ...dataRoutes(PROJECT, GENERIC_CREDENTIALS),
  ...dataRoutes(PROJECT, CONFIG_MAPS),
  ...dataRoutes(SHARED, REPO_CREDENTIALS),
  ...dataRoutes(SHARED, GENERIC_CREDENTIALS),
  ...dataRoutes(SHARED, CONFIG_MAPS),
  ...dataRoutes(SYSTEM, GENERIC_CREDENTIALS),
  ...dataRoutes(SYSTEM, CONFIG_MAPS),
];
