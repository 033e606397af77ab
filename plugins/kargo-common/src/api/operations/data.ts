import { ConfigMap, Secret } from '../../model/core';
import { ResourceList } from '../answers';
import { CLUSTER, CREDENTIALS, MANAGE, READ, VIEW } from '../asks';
import { Ask, TypeOf, typeOf } from '../operation';
import {
  ConfigMapContent,
  DataChange,
  GenericCredentials,
  NewGenericCredentials,
  RepoCredentials,
  RepoCredentialsChange,
} from '../requests';

/** Who may do what with a family of objects in a place. @public */
export interface DataAsks {
  readonly list: Ask;
  readonly read: Ask;
  readonly write: Ask;
}

/** Types of a family of objects that hold data, as they are sent and answered. @public */
export interface DataTypes {
  object: unknown;
  created: unknown;
  replaced: unknown;
  patched: unknown;
}

/** The six operations of a family of objects in a place. @public */
export type DataOperations<
  Id extends string,
  Path extends string,
  A extends DataAsks,
  T extends DataTypes,
> = {
  readonly [K in `list${Id}`]: {
    readonly method: 'get';
    readonly path: Path;
    readonly ask: A['list'];
    readonly answer: TypeOf<ResourceList<T['object']>>;
  };
} & {
  readonly [K in `create${Id}`]: {
    readonly method: 'post';
    readonly path: Path;
    readonly ask: A['write'];
    readonly body: TypeOf<T['created']>;
    readonly answer: TypeOf<T['object']>;
  };
} & {
  readonly [K in `get${Id}`]: {
    readonly method: 'get';
    readonly path: `${Path}/{name}`;
    readonly ask: A['read'];
    readonly answer: TypeOf<T['object']>;
  };
} & {
  readonly [K in `replace${Id}`]: {
    readonly method: 'put';
    readonly path: `${Path}/{name}`;
    readonly ask: A['write'];
    readonly body: TypeOf<T['replaced']>;
    readonly answer: TypeOf<T['object']>;
  };
} & {
  readonly [K in `patch${Id}`]: {
    readonly method: 'patch';
    readonly path: `${Path}/{name}`;
    readonly ask: A['write'];
    readonly body: TypeOf<T['patched']>;
    readonly answer: TypeOf<T['object']>;
  };
} & {
  readonly [K in `delete${Id}`]: {
    readonly method: 'delete';
    readonly path: `${Path}/{name}`;
    readonly ask: A['write'];
  };
};

function dataOperations<T extends DataTypes>() {
  return <
    const Id extends string,
    const Path extends string,
    const A extends DataAsks,
  >(
    id: Id,
    path: Path,
    ask: A,
  ): DataOperations<Id, Path, A, T> => {
    const one = `${path}/{name}`;
    const type = typeOf<unknown>();
    const operations = {
      [`list${id}`]: { method: 'get', path, ask: ask.list, answer: type },
      [`create${id}`]: {
        method: 'post',
        path,
        ask: ask.write,
        body: type,
        answer: type,
      },
      [`get${id}`]: { method: 'get', path: one, ask: ask.read, answer: type },
      [`replace${id}`]: {
        method: 'put',
        path: one,
        ask: ask.write,
        body: type,
        answer: type,
      },
      [`patch${id}`]: {
        method: 'patch',
        path: one,
        ask: ask.write,
        body: type,
        answer: type,
      },
      [`delete${id}`]: { method: 'delete', path: one, ask: ask.write },
    };
    // A computed key has no literal type; the six above are those of the type.
    return operations as unknown as DataOperations<Id, Path, A, T>;
  };
}

const repoCredentials = dataOperations<{
  object: Secret;
  created: RepoCredentials & { name: string };
  replaced: RepoCredentials;
  patched: RepoCredentialsChange;
}>();

const genericCredentials = dataOperations<{
  object: Secret;
  created: NewGenericCredentials;
  replaced: GenericCredentials;
  patched: DataChange;
}>();

const configMaps = dataOperations<{
  object: ConfigMap;
  created: ConfigMapContent & { name: string };
  replaced: ConfigMapContent;
  patched: DataChange;
}>();

const OWN_SECRETS = {
  list: CREDENTIALS,
  read: CREDENTIALS,
  write: CREDENTIALS,
} as const;
const OWN_CONFIG_MAPS = { list: READ, read: READ, write: MANAGE } as const;
const SHARED_SECRETS = { list: VIEW, read: CLUSTER, write: CLUSTER } as const;
const SHARED_CONFIG_MAPS = { list: VIEW, read: VIEW, write: CLUSTER } as const;
const SYSTEM = { list: CLUSTER, read: CLUSTER, write: CLUSTER } as const;

/** Credentials and ConfigMaps of projects, shared ones and those of the installation. @public */
export const DATA_OPERATIONS = {
  ...repoCredentials(
    'ProjectRepoCredentials',
    '/projects/{project}/repo-credentials',
    OWN_SECRETS,
  ),
  ...genericCredentials(
    'ProjectGenericCredentials',
    '/projects/{project}/generic-credentials',
    OWN_SECRETS,
  ),
  ...configMaps(
    'ProjectConfigMap',
    '/projects/{project}/configmaps',
    OWN_CONFIG_MAPS,
  ),
  ...repoCredentials(
    'SharedRepoCredentials',
    '/shared/repo-credentials',
    SHARED_SECRETS,
  ),
  ...genericCredentials(
    'SharedGenericCredentials',
    '/shared/generic-credentials',
    SHARED_SECRETS,
  ),
  ...configMaps('SharedConfigMap', '/shared/configmaps', SHARED_CONFIG_MAPS),
  ...genericCredentials(
    'SystemGenericCredentials',
    '/system/generic-credentials',
    SYSTEM,
  ),
  ...configMaps('SystemConfigMap', '/system/configmaps', SYSTEM),
};
