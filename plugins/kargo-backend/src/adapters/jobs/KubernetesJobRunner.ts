import {
  BatchV1Api,
  CoreV1Api,
  KubeConfig,
  V1Job,
  V1JobSpec,
  V1Pod,
} from '@kubernetes/client-node';
import { JsonObject } from 'backstage-plugin-kargo-common';
import { pauseAfter } from '../../logic/analysis/pauseAfter';
import {
  JobContext,
  JobProgress,
  JobRequest,
  JobRunner,
} from '../../ports/JobRunner';
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
/** More is not kept of what a container prints. */
const LOG_BYTES = 64 * 1024;
/** More is not read of the last lines of one: a line may be as long as it likes. */
const READ_BYTES = 4 * 1024 * 1024;
/** For so long a Job is tried to be made in a cluster that does not answer. */
const CREATION_MS = 5 * 60_000;
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
 * AnalysisJob, and by the cluster a day after their end should nobody come to it.
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
    this.#jobs = kubeConfig.makeApiClient(BatchV1Api);
    this.#pods = kubeConfig.makeApiClient(CoreV1Api);
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

  /** A cluster that does not answer for a while says nothing about what is verified. */
  async advance(
    request: JobRequest,
    context: JobContext,
  ): Promise<JobProgress> {
    const elapsedMs = context.now() - request.startedAtMs;
    try {
      return await this.#look(request, context);
    } catch (error) {
      context.signal.throwIfAborted();
      const { name, message } = error as Error;
      const isMade = request.attempts > 0;
      if (
        name !== 'UpstreamUnavailableError' ||
        (!isMade && elapsedMs > CREATION_MS)
      ) {
        throw error;
      }
      return { kind: 'running', lookAgainInMs: UNAVAILABLE_PAUSE_MS, message };
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
    if (job.metadata?.labels?.[LABELS.uid] !== request.analysisRun.uid) {
      throw new Error(
        `there is another Job ${this.#nameOf(request)} in the cluster`,
      );
    }
    if (request.attempts === 0) {
      // After the Job is there: what is found again without having been made is somebody's.
      await context.countAttempt();
    }
    const pods = await this.#listPods(request, signal);
    await this.#copyLogs(pods, request, context);
    return (
      judgeClusterJob(job, pods) ?? {
        kind: 'running',
        lookAgainInMs: pauseAfter(context.now() - request.startedAtMs),
      }
    );
  }

  /** Its pods go first, so that nothing runs when the Job is gone. */
  async remove(
    request: Pick<JobRequest, 'project' | 'name' | 'uid'>,
  ): Promise<void> {
    const { name } = request;
    await this.#connection.find(
      `delete Job ${this.#nameOf(request)}`,
      new AbortController().signal,
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

  #find(request: JobRequest, signal: AbortSignal): Promise<V1Job | undefined> {
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
    return items.sort((a, b) => createdAt(a) - createdAt(b));
  }

  /** The whole log each time, so that it is right whoever goes on with the Job. */
  async #copyLogs(
    pods: V1Pod[],
    request: JobRequest,
    { signal, replaceLog }: JobContext,
  ): Promise<void> {
    const texts = new Map<string, string>();
    for (const { metadata, status } of pods) {
      const statuses = [
        ...(status?.initContainerStatuses ?? []),
        ...(status?.containerStatuses ?? []),
      ];
      for (const { name: container, state } of statuses) {
        if (!state?.running && !state?.terminated) {
          continue;
        }
        const pod = metadata?.name ?? '';
        const text = await this.#connection.find(
          `read the log of pod "${pod}"`,
          signal,
          options =>
            this.#pods.readNamespacedPodLog(
              {
                name: pod,
                namespace: this.#namespaceOf(request),
                container,
                // The last lines, and of these the first bytes.
                tailLines: LOG_BYTES / 64,
                limitBytes: READ_BYTES,
              },
              options,
            ),
        );
        texts.set(container, `${texts.get(container) ?? ''}${text ?? ''}`);
      }
    }
    texts.forEach((text, container) =>
      replaceLog(container, text.slice(-LOG_BYTES)),
    );
  }

  #namespaceOf({ project }: Pick<JobRequest, 'project'>): string {
    return this.#namespaces.of(project);
  }

  #nameOf(request: Pick<JobRequest, 'project' | 'name'>): string {
    return `"${this.#namespaceOf(request)}/${request.name}"`;
  }
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
      ttlSecondsAfterFinished: TTL_S,
      ...spec,
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

function createdAt({ metadata }: V1Pod): number {
  return metadata?.creationTimestamp?.getTime() ?? 0;
}
