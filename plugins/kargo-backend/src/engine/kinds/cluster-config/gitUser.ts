import { ClusterConfig } from 'backstage-plugin-kargo-common';
import { GitUser } from 'backstage-plugin-kargo-node';
import { SYSTEM_NAMESPACE } from '../../../logic/sharedNamespaces';
import { ResourceStore } from '../../../ports/ResourceStore';

/** The key under which a Secret holds a signing key. */
const SIGNING_KEY = 'signingKey';

/**
 * Who commits: ClusterConfig's git client, with configuration for what it leaves open.
 *
 * @throws Error when a signing key is configured and cannot be read: a commit that should
 * be signed is never made without.
 */
export async function readGitUser(
  store: ResourceStore,
  fallback: { name: string; email: string },
): Promise<GitUser> {
  const cluster = await store.find({
    kind: 'ClusterConfig',
    namespace: '',
    name: 'cluster',
  });
  const client = cluster?.spec.gitClient;
  const signing = await readSigningKey(store, cluster);
  if (signing && 'problem' in signing) {
    throw new Error(signing.problem);
  }
  return {
    name: client?.name ?? fallback.name,
    email: client?.email ?? fallback.email,
    ...(signing && { signingKey: signing.key }),
  };
}

/**
 * The signing key that the ClusterConfig names; `undefined` when it names none.
 *
 * @remarks Upstream: the Secret lies in the system namespace, which no project and no
 * expression can read.
 */
export async function readSigningKey(
  store: ResourceStore,
  cluster: ClusterConfig | undefined,
): Promise<{ key: string } | { problem: string } | undefined> {
  const name = cluster?.spec.gitClient?.signingKeySecret?.name;
  if (name === undefined) {
    return undefined;
  }
  const secret = await store.find({
    kind: 'Secret',
    namespace: SYSTEM_NAMESPACE,
    name,
  });
  const encoded = secret?.data?.[SIGNING_KEY];
  if (encoded) {
    return { key: Buffer.from(encoded, 'base64').toString('utf8') };
  }
  return {
    problem: secret
      ? `Secret '${name}' in namespace '${SYSTEM_NAMESPACE}' has no '${SIGNING_KEY}', which commits are to be signed with`
      : `Secret '${name}' with the signing key of commits does not exist in namespace '${SYSTEM_NAMESPACE}'; create it there or remove gitClient.signingKeySecret from ClusterConfig 'cluster'`,
  };
}
