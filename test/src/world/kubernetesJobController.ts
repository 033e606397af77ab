import { NAMESPACES } from './kubernetesNamespace';
import type {
  CustomObject,
  KubernetesServer,
  ServedKind,
} from './kubernetesServer';

/** The kinds that running Jobs takes. */
export const JOB_KINDS: [ServedKind, ...ServedKind[]] = [
  { group: 'batch', version: 'v1', plural: 'jobs', kind: 'Job' },
  { version: 'v1', plural: 'pods', kind: 'Pod' },
  NAMESPACES,
];

/** The state of a container, as a kubelet reports it. */
type ContainerState =
  | { running: object }
  | { terminated: { exitCode: number } }
  | { waiting: { reason: string; message?: string } };

/**
 * Plays the parts of the Job controller and of a kubelet on an API server: each move is
 * made by the test.
 */
export class KubernetesJobController {
  constructor(private readonly server: KubernetesServer) {}

  /** The Jobs that there are, the newest last. */
  get jobs(): CustomObject[] {
    return this.server.all('Job');
  }

  /** Starts one more pod of a Job, all of whose containers are in a state. */
  startPod(
    job: CustomObject,
    state: ContainerState = { running: {} },
  ): CustomObject {
    const { name, namespace } = job.metadata;
    const before = this.#podsOf(job).length;
    const { metadata, spec } = job.spec.template;
    return this.server.put({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        name: `${name}-${before + 1}`,
        namespace,
        labels: { ...metadata?.labels, 'job-name': name },
        creationTimestamp: new Date(Date.UTC(2026, 0, 1, before)).toISOString(),
      } as CustomObject['metadata'],
      spec,
      status: { containerStatuses: statusesOf(spec.containers, state) },
    });
  }

  /** Sets all that the containers of the newest pod have printed. */
  print(job: CustomObject, container: string, text: string): void {
    const { name, namespace } = this.#podsOf(job).at(-1)!.metadata;
    this.server.setLog({ namespace, name, container }, text);
  }

  /** Ends the newest pod, which says nothing about the Job. */
  endPod(job: CustomObject, exitCode: number): void {
    const pod = this.#podsOf(job).at(-1)!;
    this.server.put({
      ...pod,
      status: {
        containerStatuses: statusesOf(pod.spec.containers, {
          terminated: { exitCode },
        }),
      },
    });
  }

  /** Sets the conditions of a Job that hold. */
  judge(
    { metadata }: CustomObject,
    ...conditions: Array<{ type: string; message?: string }>
  ): void {
    const job = this.server.find(metadata.namespace, metadata.name, 'Job')!;
    this.server.put({
      ...job,
      status: {
        conditions: conditions.map(condition => ({
          ...condition,
          status: 'True',
        })),
      },
    });
  }

  #podsOf({ metadata }: CustomObject): CustomObject[] {
    return this.server
      .all('Pod')
      .filter(pod => pod.metadata.labels?.['job-name'] === metadata.name);
  }
}

function statusesOf(
  containers: Array<{ name: string }>,
  state: ContainerState,
) {
  return containers.map(({ name }) => ({
    name,
    state,
    ready: false,
    restartCount: 0,
    image: '',
    imageID: '',
  }));
}
