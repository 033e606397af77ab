import { Config } from '@backstage/config';
import {
  formatPath,
  pruneManifest,
  suggestField,
} from 'backstage-plugin-kargo-common';
import { z } from 'zod';

const value = z.unknown();

function keys(...names: string[]) {
  return Object.fromEntries(names.map(name => [name, value]));
}

const CLUSTER_ACCESS = {
  ...keys('url', 'token', 'tokenFile', 'caData', 'caFile'),
  ...keys('skipTLSVerify', 'inCluster'),
  kubeconfig: z.strictObject(keys('path', 'context')),
};

const CLAIMS = z.strictObject(keys('claims'));

/** The keys that `config.d.ts` declares, and those of modules. */
const KNOWN = z.strictObject({
  ...keys('workingDirectory', 'uiBaseUrl', 'sharedResourcesNamespace'),
  manifests: z.strictObject({
    ...keys('interval', 'prune'),
    locations: z.array(z.strictObject(keys('path', 'url'))),
  }),
  argocd: z.strictObject({
    clusters: z.array(
      z.strictObject({
        ...keys('name', 'namespace', 'uiUrl'),
        ...CLUSTER_ACCESS,
      }),
    ),
  }),
  secrets: z.strictObject(keys('encryptionKeys')),
  discovery: z.strictObject(
    keys(
      'minimumInterval',
      'registryRequestsPerSecond',
      'cacheByTagPolicy',
      'plainHttpRegistries',
    ),
  ),
  egress: z.strictObject(keys('allowLoopback', 'allow')),
  credentials: z.strictObject(
    keys('useIntegrations', 'useAmbientIdentities', 'plainHttpHosts'),
  ),
  git: z.strictObject(
    keys('path', 'userName', 'userEmail', 'pushIntegrationPolicy'),
  ),
  programs: z.strictObject(keys('helm', 'kubectl', 'kustomize')),
  webhooks: z.strictObject(keys('baseUrl')),
  concurrency: z.strictObject(
    keys('jobs', 'promotions', 'stages', 'verifications', 'warehouses'),
  ),
  verification: z.strictObject({
    jobs: z.strictObject({
      cluster: z.strictObject({
        ...keys('name', 'namespace'),
        ...CLUSTER_ACCESS,
      }),
      containers: z.strictObject(keys('program', 'images', 'arguments')),
      processes: z.strictObject(keys('images', 'programs')),
    }),
    rollouts: z.strictObject({
      ...keys('name', 'namespace', 'instanceId'),
      ...CLUSTER_ACCESS,
    }),
  }),
  api: z.strictObject({
    adminAccount: z.strictObject(
      keys('enabled', 'passwordHash', 'tokenSigningKey', 'tokenTTL'),
    ),
  }),
  roles: z.strictObject({
    identity: z.strictObject(keys('user', 'email', 'groups', 'shortNames')),
    ...{ admins: CLAIMS, viewers: CLAIMS },
    ...{ users: CLAIMS, projectCreators: CLAIMS },
  }),
  retention: z.strictObject(
    keys('promotions', 'freight', 'minimumAge', 'events'),
  ),
  // Of the module for notifications.
  ...keys('notifications'),
});

/**
 * A sentence for each key below `kargo` that nobody reads: mostly it is misspelt, or stands in
 * the wrong place.
 */
export function findUnknownKeys(root: Config): string[] {
  const { unknown } = pruneManifest(root.getOptional('kargo'), KNOWN);
  return unknown.map(({ holder, field }) => {
    const key = formatPath(['kargo', ...holder, field]);
    const unless =
      holder.length === 0 ? ' unless a module of the portal reads it' : '';
    const expected = suggestField(KNOWN, holder, field);
    return `${key} is no key of the configuration and has no effect${unless}, expected ${expected}`;
  });
}
