import {
  ApiServerClient,
  CustomObject,
  ServedKind,
  startKubernetesServer,
} from 'kargo-test';
import { ClusterAccess } from '../wiring/readClusterAccess';

/** What names an object. */
export interface ObjectKey {
  kind: string;
  /** None for namespaces. */
  namespace?: string;
  name: string;
}

/** The API server of a contract, and whoever else writes there. */
export interface ContractCluster {
  readonly access: Extract<ClusterAccess, { kind: 'url' }>;
  /** Makes an object, or writes over it and over its status. */
  put(object: CustomObject): Promise<void>;
  find(key: ObjectKey): Promise<CustomObject | undefined>;
  list(kind: string, namespace: string): Promise<CustomObject[]>;
  remove(key: ObjectKey): Promise<void>;
  close(): Promise<void>;
}

type Kinds = readonly [ServedKind, ...ServedKind[]];

/** Kinds whose status is written by itself. */
const WITH_STATUS = ['Job', 'Pod'];

const { KARGO_TEST_KUBERNETES_URL, KARGO_TEST_KUBERNETES_TOKEN = '' } =
  process.env;

/** Which API servers keep a contract: the real one is there in `yarn test:kubernetes`. */
export const CONTRACT_CLUSTERS: Array<
  [string, (kinds: Kinds) => Promise<ContractCluster>]
> = [
  ['a played API server', playCluster],
  ...(KARGO_TEST_KUBERNETES_URL
    ? [['a real API server', reachCluster] as [string, typeof reachCluster]]
    : []),
];

/** Makes a namespace, marked as a Project's unless told otherwise. */
export function putNamespace(
  cluster: ContractCluster,
  name: string,
  labels: Record<string, string> = { 'kargo.akuity.io/project': 'true' },
): Promise<void> {
  return cluster.put({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, namespace: '', labels },
  });
}

async function playCluster(kinds: Kinds): Promise<ContractCluster> {
  const server = await startKubernetesServer({ kinds });
  const { url, token } = server;
  return {
    access: { kind: 'url', url, token, skipTLSVerify: false },
    async put(object) {
      server.put(object);
    },
    find: async ({ namespace = '', name, kind }) =>
      server.find(namespace, name, kind),
    list: async (kind, namespace) =>
      server
        .all(kind)
        .filter(({ metadata }) => metadata.namespace === namespace),
    remove: async ({ namespace = '', name, kind }) =>
      server.remove(namespace, name, kind),
    close: () => server.close(),
  };
}

async function reachCluster(kinds: Kinds): Promise<ContractCluster> {
  const url = KARGO_TEST_KUBERNETES_URL!;
  const token = KARGO_TEST_KUBERNETES_TOKEN;
  const client = new ApiServerClient(url, token);
  const collection = (kind: string, namespace?: string) =>
    pathOf(kinds.find(served => served.kind === kind)!, namespace);
  const at = ({ kind, namespace, name }: ObjectKey) =>
    `${collection(kind, namespace)}/${name}`;
  return {
    access: { kind: 'url', url, token, skipTLSVerify: true },
    async put(object) {
      const { kind, metadata, status } = object;
      const key = { ...metadata, kind };
      const found = await client.ask('GET', at(key));
      const written = found
        ? await client.ask('PUT', at(key), withRevisionOf(found, object))
        : await client.ask(
            'POST',
            collection(kind, metadata.namespace),
            object,
          );
      if (status && WITH_STATUS.includes(kind)) {
        await client.ask('PUT', `${at(key)}/status`, { ...written, status });
      }
    },
    find: key => client.ask('GET', at(key)),
    list: async (kind, namespace) =>
      (await client.ask('GET', collection(kind, namespace))).items,
    async remove(key) {
      await client.ask('DELETE', `${at(key)}?propagationPolicy=Background`);
    },
    async close() {},
  };
}

/** Whoever writes over an object must have read it. */
function withRevisionOf(
  { metadata: { resourceVersion } }: CustomObject,
  object: CustomObject,
): CustomObject {
  return { ...object, metadata: { ...object.metadata, resourceVersion } };
}

function pathOf(
  { group, version, plural }: ServedKind,
  namespace: string | undefined,
): string {
  const base = group ? `/apis/${group}/${version}` : `/api/${version}`;
  return namespace
    ? `${base}/namespaces/${namespace}/${plural}`
    : `${base}/${plural}`;
}
