import { InputError } from '@backstage/errors';
import {
  ANNOTATIONS,
  ConfigMap,
  LABELS,
  Secret,
} from 'backstage-plugin-kargo-common';
import { z } from 'zod';
import { assertAcceptedSize, compilePattern } from '../../logic/boundedPattern';
import {
  ConfigMapBody,
  DataChange,
  GenericCredentialsBody,
  NewGenericCredentialsBody,
  RepoCredentialsBody,
  RepoCredentialsPatch,
} from './dataBodies';

/** Where an object goes. */
export interface DataKey {
  name: string;
  namespace: string;
}

type RepoCredentials = z.output<typeof RepoCredentialsBody>;

/**
 * The Secret for repository credentials, as Kargo reads it.
 *
 * @throws InputError when the URL is said to be a pattern and is none.
 */
export function repoCredentialsSecret(key: DataKey, body: RepoCredentials) {
  checkPattern(body.repoUrl, body.repoUrlIsRegex);
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      ...key,
      labels: { [LABELS.credType]: body.type },
      ...annotations(body.description),
    },
    stringData: {
      repoURL: body.repoUrl,
      ...(body.repoUrlIsRegex && { repoURLIsRegex: 'true' }),
      ...(body.username && { username: body.username }),
      ...(body.password && { password: body.password }),
    },
  };
}

/** A Secret with some of its repository credentials changed. */
export function patchRepoCredentials(
  secret: Secret,
  patch: z.output<typeof RepoCredentialsPatch>,
): Secret {
  const { type, repoUrl, repoUrlIsRegex, username, password } = patch;
  const data = { ...secret.data };
  if (repoUrl) {
    checkPattern(repoUrl, repoUrlIsRegex);
    data.repoURL = encode(repoUrl);
    delete data.repoURLIsRegex;
    if (repoUrlIsRegex) {
      data.repoURLIsRegex = encode('true');
    }
  }
  if (username) {
    data.username = encode(username);
  }
  if (password) {
    data.password = encode(password);
  }
  const labels = {
    ...secret.metadata.labels,
    ...(type && { [LABELS.credType]: type }),
  };
  const described = describe(secret, patch.description);
  return { ...described, metadata: { ...described.metadata, labels }, data };
}

/** The Secret for credentials of any content. */
export function genericCredentialsSecret(
  key: DataKey,
  body: z.output<typeof GenericCredentialsBody> &
    Partial<z.output<typeof NewGenericCredentialsBody>>,
) {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    ...(body.type && { type: body.type }),
    metadata: {
      ...key,
      labels: { [LABELS.credType]: 'generic' },
      ...annotations(body.description, body.replicate),
    },
    stringData: body.data,
  };
}

/**
 * The Secret that replaces credentials of any content.
 *
 * @remarks Whoever edits what is stored cannot see its values, and sends them back empty:
 * those are kept.
 */
export function replaceGenericCredentials(
  stored: Secret,
  key: DataKey,
  body: z.output<typeof GenericCredentialsBody>,
) {
  const { stringData, ...secret } = genericCredentialsSecret(key, body);
  const { data: before = {} } = stored;
  const isKept = ([name, value]: [string, string]) =>
    value === '' && Object.hasOwn(before, name);
  const given = Object.entries(stringData);
  return {
    ...secret,
    // What is kept must be what is there.
    metadata: {
      ...secret.metadata,
      resourceVersion: stored.metadata.resourceVersion,
    },
    data: Object.fromEntries(
      given.filter(isKept).map(([name]) => [name, before[name]]),
    ),
    stringData: Object.fromEntries(given.filter(entry => !isKept(entry))),
  };
}

/**
 * A Secret with entries set and removed.
 *
 * @throws InputError when none would be left.
 */
export function patchSecretData(secret: Secret, patch: DataChange): Secret {
  const given = Object.entries(patch.data ?? {}).map(([key, value]) => [
    key,
    encode(value),
  ]);
  const data = changeEntries(
    secret.data,
    Object.fromEntries(given),
    patch.removeKeys,
  );
  demandEntries(data, `Secret '${secret.metadata.name}'`);
  return { ...describe(secret, patch.description), data };
}

/** The ConfigMap for some entries. */
export function configMap(key: DataKey, body: z.output<typeof ConfigMapBody>) {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { ...key, ...annotations(body.description, body.replicate) },
    data: body.data,
  };
}

/**
 * A ConfigMap with entries set and removed.
 *
 * @throws InputError when none would be left.
 */
export function patchConfigMap(map: ConfigMap, patch: DataChange): ConfigMap {
  const data = changeEntries(map.data, patch.data, patch.removeKeys);
  demandEntries(data, `ConfigMap '${map.metadata.name}'`);
  return { ...describe(map, patch.description), data };
}

function changeEntries(
  before: Record<string, string> = {},
  set: Record<string, string> = {},
  removed: string[] = [],
): Record<string, string> {
  return Object.fromEntries(
    Object.entries({ ...before, ...set }).filter(
      ([key]) => !removed.includes(key),
    ),
  );
}

function demandEntries(data: object, subject: string): void {
  if (Object.keys(data).length === 0) {
    throw new InputError(
      `Nothing would be left in ${subject}; keep an entry, or delete it`,
    );
  }
}

function annotations(description?: string, replicate?: boolean) {
  const all = {
    ...(description && { [ANNOTATIONS.description]: description }),
    ...(replicate && { [ANNOTATIONS.replicateTo]: '*' }),
  };
  return Object.keys(all).length > 0 ? { annotations: all } : {};
}

/** Absent keeps the description, empty clears it. */
function describe<T extends Secret | ConfigMap>(
  resource: T,
  description: string | undefined,
): T {
  if (description === undefined) {
    return resource;
  }
  const { [ANNOTATIONS.description]: _, ...others } =
    resource.metadata.annotations ?? {};
  return {
    ...resource,
    metadata: {
      ...resource.metadata,
      annotations: {
        ...others,
        ...(description && { [ANNOTATIONS.description]: description }),
      },
    },
  };
}

function encode(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}

function checkPattern(url: string, isRegex: boolean | undefined): void {
  if (!isRegex) {
    return;
  }
  try {
    assertAcceptedSize(url);
    compilePattern(url, 'repoUrl');
  } catch (error) {
    throw new InputError(`repoUrl: expected a regular expression (RE2)`, error);
  }
}
