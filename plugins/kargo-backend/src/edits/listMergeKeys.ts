/** A kind of Kubernetes resource, as a manifest names it. */
export interface ResourceType {
  apiVersion: string;
  kind: string;
}

/** Lists by their place; what tells their elements apart. */
type Lists = Readonly<Record<string, readonly string[]>>;

const CONTAINER: Lists = {
  env: ['name'],
  volumeDevices: ['devicePath'],
  volumeMounts: ['mountPath'],
};
const CONTAINER_WITH_PORTS: Lists = {
  ...CONTAINER,
  ports: ['containerPort', 'protocol'],
};

/** Lists of a Pod, from its `spec`. */
const POD: Lists = {
  containers: ['name'],
  ...below('containers.[]', CONTAINER_WITH_PORTS),
  initContainers: ['name'],
  ...below('initContainers.[]', CONTAINER_WITH_PORTS),
  ephemeralContainers: ['name'],
  ...below('ephemeralContainers.[]', CONTAINER),
  hostAliases: ['ip'],
  imagePullSecrets: ['name'],
  topologySpreadConstraints: ['topologyKey', 'whenUnsatisfiable'],
  volumes: ['name'],
};
const POD_OF_TEMPLATE = below('spec.template.spec', POD);
const POD_OF_JOB_TEMPLATE = below('spec.jobTemplate.spec.template.spec', POD);
const CONDITIONS: Lists = { 'status.conditions': ['type'] };

/**
 * Lists that are merged element by element, from `x-kubernetes-patch-merge-key` and
 * `x-kubernetes-list-map-keys` of the built-in kinds.
 */
const BY_TYPE: Readonly<Record<string, Lists>> = {
  'v1 Namespace': CONDITIONS,
  'v1 PersistentVolumeClaim': CONDITIONS,
  'v1 Pod': { ...below('spec', POD), ...CONDITIONS },
  'v1 PodTemplate': below('template.spec', POD),
  'v1 ReplicationController': { ...POD_OF_TEMPLATE, ...CONDITIONS },
  'v1 Service': { 'spec.ports': ['port', 'protocol'], ...CONDITIONS },
  'v1 ServiceAccount': { secrets: ['name'] },
  'admissionregistration.k8s.io/v1 MutatingWebhookConfiguration': {
    webhooks: ['name'],
  },
  'admissionregistration.k8s.io/v1 ValidatingWebhookConfiguration': {
    webhooks: ['name'],
  },
  'apps/v1 DaemonSet': { ...POD_OF_TEMPLATE, ...CONDITIONS },
  'apps/v1 Deployment': { ...POD_OF_TEMPLATE, ...CONDITIONS },
  'apps/v1 ReplicaSet': { ...POD_OF_TEMPLATE, ...CONDITIONS },
  'apps/v1 StatefulSet': { ...POD_OF_TEMPLATE, ...CONDITIONS },
  'batch/v1 CronJob': POD_OF_JOB_TEMPLATE,
  'batch/v1beta1 CronJob': POD_OF_JOB_TEMPLATE,
  'batch/v1 Job': { ...POD_OF_TEMPLATE, ...CONDITIONS },
  'policy/v1 PodDisruptionBudget': CONDITIONS,
};

/** Lists of `metadata`, wherever a built-in kind has some. */
const METADATA: Lists = { finalizers: [], ownerReferences: ['uid'] };
const BUILT_IN = new Set([
  '',
  'admissionregistration.k8s.io',
  'apiextensions.k8s.io',
  'apiregistration.k8s.io',
  'apps',
  'autoscaling',
  'batch',
  'certificates.k8s.io',
  'coordination.k8s.io',
  'discovery.k8s.io',
  'flowcontrol.apiserver.k8s.io',
  'networking.k8s.io',
  'node.k8s.io',
  'policy',
  'rbac.authorization.k8s.io',
  'scheduling.k8s.io',
  'storage.k8s.io',
]);

/** What Kubernetes takes for granted where an element does not say it. */
const DEFAULTS: Readonly<Record<string, string>> = { protocol: 'TCP' };

/**
 * The members that tell the elements of a list apart, none for a list of plain values of
 * which each stands once; `undefined` for a list that is taken as a whole.
 *
 * @param path - Of the list in the resource, `[]` for any element of another one.
 */
export function findMergeKeys(
  type: ResourceType | undefined,
  path: readonly string[],
): readonly string[] | undefined {
  if (type === undefined) {
    return undefined;
  }
  const { apiVersion, kind } = type;
  const lists = Object.hasOwn(BY_TYPE, `${apiVersion} ${kind}`)
    ? BY_TYPE[`${apiVersion} ${kind}`]
    : {};
  const place = path.join('.');
  if (Object.hasOwn(lists, place)) {
    return lists[place];
  }
  const [holder, list = ''] = path.slice(-2);
  return holder === 'metadata' &&
    BUILT_IN.has(groupOf(apiVersion)) &&
    Object.hasOwn(METADATA, list)
    ? METADATA[list]
    : undefined;
}

/**
 * By which an element is found; `undefined` when it lacks the first of the keys.
 *
 * @param get - The value of a member.
 */
export function identify(
  keys: readonly string[],
  get: (key: string) => unknown,
): string | undefined {
  const [first, ...others] = keys.map(key => get(key) ?? DEFAULTS[key]);
  return first === undefined
    ? undefined
    : JSON.stringify([first, ...others].map(String));
}

function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf('/');
  return slash < 0 ? '' : apiVersion.slice(0, slash);
}

function below(place: string, lists: Lists): Lists {
  return Object.fromEntries(
    Object.entries(lists).map(([list, keys]) => [`${place}.${list}`, keys]),
  );
}
