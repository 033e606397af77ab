/**
 * Lists of Kubernetes resources whose elements are told apart by a key, from the
 * `x-kubernetes-patch-merge-key` of the built-in kinds; by the name of the list.
 */
const BY_LIST: Readonly<Record<string, string>> = {
  conditions: 'type',
  containers: 'name',
  env: 'name',
  ephemeralContainers: 'name',
  hostAliases: 'ip',
  imagePullSecrets: 'name',
  initContainers: 'name',
  ownerReferences: 'uid',
  secrets: 'name',
  topologySpreadConstraints: 'topologyKey',
  volumeDevices: 'devicePath',
  volumeMounts: 'mountPath',
  volumes: 'name',
  webhooks: 'name',
};

/** Kinds that have such lists. */
const KINDS = new Set([
  'CronJob',
  'DaemonSet',
  'Deployment',
  'Job',
  'MutatingWebhookConfiguration',
  'Pod',
  'PodTemplate',
  'ReplicaSet',
  'ReplicationController',
  'Service',
  'ServiceAccount',
  'StatefulSet',
  'ValidatingWebhookConfiguration',
]);

/**
 * The member that tells the elements of a list apart; `undefined` for one that is taken as
 * a whole.
 *
 * @param kind - Of the resource.
 * @param path - Of the list in it.
 */
export function findMergeKey(
  kind: string | undefined,
  path: readonly string[],
): string | undefined {
  if (kind === undefined || !KINDS.has(kind)) {
    return undefined;
  }
  const list = path[path.length - 1] ?? '';
  if (list === 'ports') {
    return kind === 'Service' ? 'port' : 'containerPort';
  }
  return Object.hasOwn(BY_LIST, list) ? BY_LIST[list] : undefined;
}
