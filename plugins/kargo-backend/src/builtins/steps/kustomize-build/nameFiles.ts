import { assertPlainName } from '../shared/outputFiles';
import { ResourceHead } from '../shared/resourceHead';

/** Built-in kinds that are of no namespace, by their groups. */
const OF_CLUSTER: Readonly<Record<string, readonly string[]>> = {
  '': [
    'ComponentStatus',
    'Namespace',
    'Node',
    'NodeProxyOptions',
    'PersistentVolume',
  ],
  'admissionregistration.k8s.io': [
    'MutatingWebhookConfiguration',
    'ValidatingWebhookConfiguration',
  ],
  'apiextensions.k8s.io': ['CustomResourceDefinition'],
  'apiregistration.k8s.io': ['APIService'],
  'certificates.k8s.io': ['CertificateSigningRequest'],
  'flowcontrol.apiserver.k8s.io': ['FlowSchema', 'PriorityLevelConfiguration'],
  'networking.k8s.io': ['IngressClass'],
  'node.k8s.io': ['RuntimeClass'],
  policy: ['PodSecurityPolicy'],
  'rbac.authorization.k8s.io': ['ClusterRole', 'ClusterRoleBinding'],
  'scheduling.k8s.io': ['PriorityClass'],
  'storage.k8s.io': [
    'CSIDriver',
    'CSINode',
    'StorageClass',
    'VolumeAttachment',
  ],
};

/** How the files of a folder are named. */
export type OutputFormat = 'kargo' | 'kustomize';

/**
 * Names for the files of resources, in the order of these.
 *
 * @remarks
 * `kustomize` puts the namespace in front where the resources are of several. One without
 * is then taken to be of `default`, as Kustomize does, and yet, unlike there, gets no
 * namespace in front. What belongs to the cluster is of none.
 *
 * @throws Error for a name that would be a path.
 */
export function nameFiles(
  heads: readonly ResourceHead[],
  format: OutputFormat,
): string[] {
  const namespaces = new Set(
    heads
      .filter(head => !isOfCluster(head))
      .map(head => head.namespace || 'default'),
  );
  return heads.map(head => {
    const { group, version, kind, namespace, name } = head;
    const own =
      format === 'kargo'
        ? join('-', [namespace, kind, name])
        : join('_', [
            namespaces.size > 1 && !isOfCluster(head) ? namespace : '',
            group,
            version,
            kind,
            name,
          ]);
    const file = `${own}.yaml`.toLowerCase();
    assertPlainName(file);
    return file;
  });
}

function isOfCluster({ group, kind }: ResourceHead): boolean {
  const kinds = Object.hasOwn(OF_CLUSTER, group) ? OF_CLUSTER[group] : [];
  return kinds.includes(kind);
}

function join(separator: string, parts: readonly string[]): string {
  return parts.filter(part => part !== '').join(separator);
}
