import {
  BatchV1Api,
  CoreV1Api,
  KubeConfig,
  V1Job,
  V1JobSpec,
  V1Pod,
} from '@kubernetes/client-node';
import { JsonObject } from 'backstage-plugin-kargo-common';
import { isCreationGivenUp, isPassing } from '../../logic/analysis/creation';
import { pauseAfter } from '../../logic/analysis/pauseAfter';
import {
  JobContext,
  JobLeftover,
  JobProgress,
  JobRequest,
  JobRunner,
} from '../../ports/JobRunner';
import { kubernetesClient } from '../kubernetes/client';
import { ClusterConnection } from '../kubernetes/ClusterConnection';
import { ProjectNamespaces } from '../kubernetes/ProjectNamespaces';
import { judgeClusterJob } from './judgeClusterJob';

/** Where Argo Rollouts keeps of which run a Job is. */
const LABELS = { uid: 'analysisrun.argoproj.io/uid' };
const ANNOTATIONS = {
  name: 'analysisrun.argoproj.io/name',
  namespace: 'analysisrun.argoproj.io/namespace',
  metric: 'analysisrun.argoproj.io/metric-name',
};
/** After which a cluster removes what nobody came to remove, in seconds. */
const TTL_S = 24 * 60 * 60;
/** Before which none is removed: what a Job came to must be read first, by whoever comes back. */
const SHORTEST_TTL_S = 60 * 60;
/** More is not kept of what a container prints. */
const LOG_BYTES = 64 * 1024;
/** More is not read of the last lines of one: a line may be as long as it likes. */
const READ_BYTES = 4 * 1024 * 1024;
const UNAVAILABLE_PAUSE_MS = 10_000;

/** What running Jobs in a cluster needs. */
export interface KubernetesJobRunnerOptions {
  kubeConfig: KubeConfig;
  /** Where Jobs are made; in the namespace with the Project's name when absent. */
  namespace?: string;
}

/**
 * Runs jobs as `batch/v1` Jobs of a cluster, as Argo Rollouts does: the cluster decides on
 * repetition, deadlines and exit codes, and its own Secrets and volumes are what a Job uses.
 *
 * @remarks
 * A Job is found again by its name, so whoever holds the lease goes on with it. No owner
 * reference can be set, because the run is not in the cluster; Jobs are removed with their
 * AnalysisJob or when it is given up, and by the cluster a day after their end should nobody
 * come to it. What a Job has come to does not depend on whether its logs can be read.
 */
export class KubernetesJobRunner implements JobRunner {
  readonly #connection: ClusterConnection;
  readonly #jobs: BatchV1Api;
  readonly #pods: CoreV1Api;
  readonly #namespaces: ProjectNamespaces;

  static create(options: KubernetesJobRunnerOptions): KubernetesJobRunner {
    return new KubernetesJobRunner(options);
  }

  private constructor({ kubeConfig, namespace }: KubernetesJobRunnerOptions) {
    this.#connection = ClusterConnection.create({
      name: kubeConfig.getCurrentCluster()?.name ?? 'verification',
      kubeConfig,
      settings: 'kargo.verification.jobs.cluster',
      unknownKind: 'knows no Jobs',
    });
    const client = kubernetesClient();
    this.#jobs = kubeConfig.makeApiClient(client.BatchV1Api);
    this.#pods = kubeConfig.makeApiClient(client.CoreV1Api);
    this.#namespaces = ProjectNamespaces.create({
      connection: this.#connection,
      core: this.#pods,
      what: 'jobs',
      ...(namespace && { namespace }),
    });
  }

  /** The cluster judges a spec; only what is no spec at all is refused before. */
  refusal(spec: JsonObject): string | undefined {
    const { template } = spec;
    return typeof template === 'object' && template !== null
      ? undefined
      : 'job.spec.template: required';
  }

  /** A cluster that does not answer for a while, or refuses to, says nothing about what is verified. */
  async advance(
    request: JobRequest,
    context: JobContext,
  ): Promise<JobProgress> {
    let isMade = request.attempts > 0;
    const countAttempt = async () => {
      isMade = true;
      await context.countAttempt();
    };
    try {
      return await this.#look(request, { ...context, countAttempt });
    } catch (error) {
      context.signal.throwIfAborted();
      const isGivenUp =
        !isMade && isCreationGivenUp(request.unavailableSinceMs, context.now());
      if (!isPassing(error as Error) || isGivenUp) {
        throw error;
      }
      const { message } = error as Error;
      return {
        kind: 'running',
        lookAgainInMs: UNAVAILABLE_PAUSE_MS,
        message,
        isUnavailable: true,
      };
    }
  }

  async #look(request: JobRequest, context: JobContext): Promise<JobProgress> {
    const { signal } = context;
    let job = await this.#find(request, signal);
    if (!job && request.attempts > 0) {
      return {
        kind: 'ended',
        phase: 'Stuck',
        message: `somebody removed the Job ${this.#nameOf(request)}`,
      };
    }
    if (!job) {
      await this.#namespaces.demand(request.project, signal);
      job = await this.#create(request, signal);
    }
    if (!isJobOf(request.analysisRun, job)) {
      throw new Error(
        `there is another Job ${this.#nameOf(request)} in the cluster`,
      );
    }
    if (request.attempts === 0) {
      // After the Job is there: what is found again without having been made is somebody's.
      await context.countAttempt();
    }
    const decided = judgeClusterJob(job, []);
    const pods = await this.#listPods(request, signal).catch(error => {
      signal.throwIfAborted();
      if (!decided) {
        throw error;
      }
      // The Job says how it ended; its pods would tell only what they printed.
      return [];
    });
    await this.#copyLogs(pods, request, context);
    return (
      judgeClusterJob(job, pods) ?? {
        kind: 'running',
        lookAgainInMs: pauseAfter(context.now() - request.startedAtMs),
      }
    );
  }

  /** Its pods go first, so that nothing runs when the Job is gone. */
  async remove(request: JobLeftover): Promise<void> {
    const { name, analysisRun } = request;
    const { signal } = new AbortController();
    const job = await this.#find(request, signal);
    if (!job || !isJobOf(analysisRun, job)) {
      return;
    }
    await this.#connection.find(
      `delete Job ${this.#nameOf(request)}`,
      signal,
      options =>
        this.#jobs.deleteNamespacedJob(
          {
            name,
            namespace: this.#namespaceOf(request),
            propagationPolicy: 'Foreground',
          },
          options,
        ),
    );
  }

  #find(request: JobLeftover, signal: AbortSignal): Promise<V1Job | undefined> {
    const { name } = request;
    return this.#connection.find(
      `get Job ${this.#nameOf(request)}`,
      signal,
      options =>
        this.#jobs.readNamespacedJob(
          { name, namespace: this.#namespaceOf(request) },
          options,
        ),
    );
  }

  async #create(request: JobRequest, signal: AbortSignal): Promise<V1Job> {
    const namespace = this.#namespaceOf(request);
    try {
      return await this.#connection.ask(
        `create Job ${this.#nameOf(request)}`,
        signal,
        options =>
          this.#jobs.createNamespacedJob(
            { namespace, body: manifestOf(request, namespace) },
            options,
          ),
      );
    } catch (error) {
      // An answer that was lost, or another replica that has lost its lease.
      const found =
        (error as Error).name === 'ConflictError' &&
        (await this.#find(request, signal));
      if (!found) {
        throw error;
      }
      return found;
    }
  }

  /** The newest first. */
  async #listPods(request: JobRequest, signal: AbortSignal): Promise<V1Pod[]> {
    const { items } = await this.#connection.ask(
      `list the pods of Job ${this.#nameOf(request)}`,
      signal,
      options =>
        this.#pods.listNamespacedPod(
          {
            namespace: this.#namespaceOf(request),
            labelSelector: `job-name=${request.name}`,
          },
          options,
        ),
    );
    return items.sort((a, b) => createdAt(b) - createdAt(a));
  }

  /** The whole log each time, so that it is right whoever goes on with the Job. */
  async #copyLogs(
    pods: V1Pod[],
    request: JobRequest,
    { signal, replaceLog }: JobContext,
  ): Promise<void> {
    const containers = new Set(pods.toReversed().flatMap(begunContainers));
    for (const container of containers) {
      const log = await this.#readLog(container, pods, request, signal);
      replaceLog(container, log);
    }
  }

  /**
   * The end of what a container printed in all pods, of which the newest are asked first. Of
   * those before one that cannot be read nothing is told, as there would be a gap.
   */
  async #readLog(
    container: string,
    pods: V1Pod[],
    request: JobRequest,
    signal: AbortSignal,
  ): Promise<{ text?: string; message?: string }> {
    let text: string | undefined;
    for (const pod of pods) {
      if (text !== undefined && text.length >= LOG_BYTES) {
        break;
      }
      if (begunContainers(pod).includes(container)) {
        try {
          const before = await this.#readPodLog(
            container,
            pod,
            request,
            signal,
          );
          text = `${before}${text ?? ''}`.slice(-LOG_BYTES);
        } catch (error) {
          signal.throwIfAborted();
          return { text, message: (error as Error).message };
        }
      }
    }
    return { text };
  }

  /** Empty when the pod is gone. */
  async #readPodLog(
    container: string,
    { metadata }: V1Pod,
    request: JobRequest,
    signal: AbortSignal,
  ): Promise<string> {
    const name = metadata?.name ?? '';
    const text = await this.#connection.find(
      `read the log of pod "${name}"`,
      signal,
      options =>
        this.#pods.readNamespacedPodLog(
          {
            name,
            namespace: this.#namespaceOf(request),
            container,
            // The last lines, and of these the first bytes.
            tailLines: LOG_BYTES / 64,
            limitBytes: READ_BYTES,
          },
          options,
        ),
    );
    return text ?? '';
  }

  #namespaceOf({ project }: Pick<JobRequest, 'project'>): string {
    return this.#namespaces.of(project);
  }

  #nameOf(request: Pick<JobRequest, 'project' | 'name'>): string {
    return `"${this.#namespaceOf(request)}/${request.name}"`;
  }
}

/** Whether a Job is not somebody else's, which only has the name. */
function isJobOf(
  { uid }: JobRequest['analysisRun'],
  { metadata }: V1Job,
): boolean {
  return metadata?.labels?.[LABELS.uid] === uid;
}

/** The Job that a metric asks for. */
function manifestOf(request: JobRequest, namespace: string): V1Job {
  const { name, project, analysisRun, metric, labels, annotations } = request;
  const spec = request.spec as unknown as V1JobSpec;
  const ownLabels = { [LABELS.uid]: analysisRun.uid };
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name,
      namespace,
      labels: { ...labels, ...ownLabels },
      annotations: {
        ...annotations,
        [ANNOTATIONS.name]: analysisRun.name,
        [ANNOTATIONS.namespace]: project,
        [ANNOTATIONS.metric]: metric,
      },
    },
    spec: {
      ...spec,
      ttlSecondsAfterFinished: Math.max(
        spec.ttlSecondsAfterFinished ?? TTL_S,
        SHORTEST_TTL_S,
      ),
      template: {
        ...spec.template,
        metadata: {
          ...spec.template.metadata,
          labels: { ...spec.template.metadata?.labels, ...ownLabels },
        },
      },
    },
  };
}

/** Names of the containers of a pod that have printed, or may have. */
function begunContainers({ status }: V1Pod): string[] {
  return [
    ...(status?.initContainerStatuses ?? []),
    ...(status?.containerStatuses ?? []),
  ].flatMap(({ name, state }) =>
    state?.running || state?.terminated ? [name] : [],
  );
}

function createdAt({ metadata }: V1Pod): number {
  return metadata?.creationTimestamp?.getTime() ?? 0;
}
