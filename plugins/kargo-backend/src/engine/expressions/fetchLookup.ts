import { toError } from '@backstage/errors';
import { LABELS } from 'backstage-plugin-kargo-common';
import {
  CredentialsLookup,
  isUpstreamUnavailableError,
  UpstreamUnavailableError,
} from 'backstage-plugin-kargo-node';
import { Found, FoundCredentials, Lookup } from '../../expressions/lookups';
import { maskPasswords } from '../../logic/urlPassword';
import { ResourceStore } from '../../ports/ResourceStore';

/** Where expressions look things up. */
export interface LookupSource {
  store: ResourceStore;
  /** Namespace of Secrets and ConfigMaps that every project may read. */
  sharedNamespace: string;
  credentials: CredentialsLookup;
}

/**
 * Fetches what an expression of a project asks for; `undefined` when it is not there.
 *
 * @throws Error that names the repository when its credentials cannot be told;
 * UpstreamUnavailableError when who gives them is away
 */
export async function fetchLookup(
  source: LookupSource,
  project: string,
  lookup: Lookup,
  signal?: AbortSignal,
): Promise<Found | undefined> {
  if (lookup.kind === 'RepoCredentials') {
    return fetchCredentials(source, project, lookup, signal);
  }
  const { store, sharedNamespace } = source;
  const place = {
    namespace:
      'scope' in lookup && lookup.scope === 'shared'
        ? sharedNamespace
        : project,
    name: lookup.name,
  };
  switch (lookup.kind) {
    case 'ConfigMap': {
      const found = await store.find({ ...place, kind: 'ConfigMap' });
      return found && { kind: 'ConfigMap', data: found.data ?? {} };
    }
    case 'Secret': {
      const found = await store.find({ ...place, kind: 'Secret' });
      return (
        found && {
          kind: 'Secret',
          data: decodeSecretData(found.data),
          credentialType: found.metadata.labels?.[LABELS.credType],
        }
      );
    }
    case 'Freight': {
      const freight = await store.find({ ...place, kind: 'Freight' });
      return freight && { kind: 'Freight', freight };
    }
    case 'Stage': {
      const stage = await store.find({ ...place, kind: 'Stage' });
      return stage && { kind: 'Stage', stage };
    }
    default: {
      const found = await store.find({ ...place, kind: 'Warehouse' });
      return (
        found && {
          kind: 'Warehouse',
          subscriptions: found.spec.subscriptions,
        }
      );
    }
  }
}

/**
 * The same credentials that a step of the project would ask the repository with, but none of
 * the portal's own.
 */
async function fetchCredentials(
  { credentials }: LookupSource,
  project: string,
  { type, repoURL }: Extract<Lookup, { kind: 'RepoCredentials' }>,
  signal: AbortSignal | undefined,
): Promise<FoundCredentials | undefined> {
  try {
    const found = await credentials.find(
      { project, type, repoURL },
      { isRead: true, ...(signal && { signal }) },
    );
    return (
      found && {
        kind: 'RepoCredentials',
        username: found.username,
        password: found.password?.reveal(),
        sshPrivateKey: found.sshPrivateKey?.reveal(),
      }
    );
  } catch (error) {
    signal?.throwIfAborted();
    const message = `error getting ${type} credentials for "${maskPasswords(
      repoURL,
    )}": ${toError(error).message}`;
    if (isUpstreamUnavailableError(error)) {
      const { host, retryAt } = error as UpstreamUnavailableError;
      throw new UpstreamUnavailableError(host, message, { retryAt });
    }
    throw new Error(message, { cause: error });
  }
}

/** The texts of a Secret's data. */
export function decodeSecretData(
  data: Record<string, string> = {},
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [
      key,
      Buffer.from(value, 'base64').toString('utf8'),
    ]),
  );
}
