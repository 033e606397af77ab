import { NotFoundError } from '@backstage/errors';
import {
  CoreV1Api,
  CustomObjectsApi,
  KubeConfig,
} from '@kubernetes/client-node';
import {
  AnalysisRun,
  AnalysisRunStatus,
  ANNOTATIONS,
  isAnalysisCompleted,
  ROLLOUTS_API_VERSION,
} from 'backstage-plugin-kargo-common';
import { DelegatedAnalyses, RunSecret } from '../../ports/DelegatedAnalyses';
import { kubernetesClient } from '../kubernetes/client';
import { ClusterConnection } from '../kubernetes/ClusterConnection';
import { ProjectNamespaces } from '../kubernetes/ProjectNamespaces';
import { AnalysisRunSchema, ClusterAnalysisRun } from './analysisRunSchema';

/** AnalysisRuns in the API of Kubernetes. */
const ANALYSIS_RUNS = {
  group: 'argoproj.io',
  version: 'v1alpha1',
  plural: 'analysisruns',
} as const;
/** A controller of Argo Rollouts that has an id runs only what bears it, others nothing that bears one. */
const INSTANCE_LABEL = 'argo-rollouts.argoproj.io/controller-instance-id';

/** What having AnalysisRuns run in a cluster needs. */
export interface KubernetesAnalysesOptions {
  /** Of the cluster. */
  cluster: string;
  kubeConfig: KubeConfig;
  /** Where runs are made; in the namespace with the Project's name when absent. */
  namespace?: string;
  /** Of the controller of Argo Rollouts. */
  instanceId?: string;
}

/**
 * Has the Argo Rollouts of a cluster run AnalysisRuns.
 *
 * @remarks
 * A run has the name in the cluster that it has here, so whoever goes on with it finds it.
 * Runs are only made, read, asked to end and removed; all else about them is the
 * controller's of Argo Rollouts. What they own in the cluster, Jobs for example, goes with
 * them.
 */
export class KubernetesAnalyses implements DelegatedAnalyses {
  readonly cluster: string;
  readonly #connection: ClusterConnection;
  readonly #runs: CustomObjectsApi;
  readonly #core: CoreV1Api;
  readonly #namespaces: ProjectNamespaces;
  readonly #instanceId?: string;

  static create(options: KubernetesAnalysesOptions): KubernetesAnalyses {
    return new KubernetesAnalyses(options);
  }

  private constructor(options: KubernetesAnalysesOptions) {
    const { cluster, kubeConfig, namespace, instanceId } = options;
    this.cluster = cluster;
    this.#connection = ClusterConnection.create({
      name: cluster,
      kubeConfig,
      settings: 'kargo.verification.rollouts',
      unknownKind:
        'knows no AnalysisRuns: Argo Rollouts is not installed there',
    });
    const client = kubernetesClient();
    this.#runs = kubeConfig.makeApiClient(client.CustomObjectsApi);
    this.#core = kubeConfig.makeApiClient(client.CoreV1Api);
    this.#namespaces = ProjectNamespaces.create({
      connection: this.#connection,
      core: this.#core,
      what: 'AnalysisRuns',
      ...(namespace && { namespace }),
    });
    this.#instanceId = instanceId;
  }

  async follow(
    run: AnalysisRun,
    { secret, signal }: { secret?: RunSecret; signal: AbortSignal },
  ): Promise<AnalysisRunStatus> {
    const found =
      (await this.#find(run, signal)) ??
      (await this.#make(run, secret, signal));
    if (!isMadeFor(run, found)) {
      if (secret) {
        await this.#removeSecret(run, secret, signal);
      }
      throw new Error(`there is another AnalysisRun ${this.#nameOf(run)}`);
    }
    if (secret && !run.status?.startedAt) {
      // Also for whoever goes on after a crash, which nobody has told of the run yet.
      await this.#ownSecret(run, found, secret, signal).catch(() => {
        signal.throwIfAborted();
        // That says nothing about the run, and `remove` removes the Secret all the same.
      });
    }
    const isOver = isAnalysisCompleted(found.status?.phase);
    if (run.spec.terminate && !found.spec.terminate && !isOver) {
      await this.#terminate(run, signal);
    }
    const { creationTimestamp } = found.metadata;
    return { startedAt: creationTimestamp, ...withoutAbsent(found.status) };
  }

  async remove(
    run: AnalysisRun,
    { secretName, signal }: { secretName?: string; signal: AbortSignal },
  ): Promise<void> {
    const found = await this.#find(run, signal);
    if (found && isMadeFor(run, found)) {
      await this.#delete(run, signal);
    }
    if (secretName !== undefined) {
      // It goes with the run only when making that came as far as giving it to the run.
      await this.#deleteSecret(run, secretName, signal);
    }
  }

  async #find(
    run: AnalysisRun,
    signal: AbortSignal,
  ): Promise<ClusterAnalysisRun | undefined> {
    const found = await this.#connection.find(
      `get AnalysisRun ${this.#nameOf(run)}`,
      signal,
      options =>
        this.#runs.getNamespacedCustomObject(
          { ...ANALYSIS_RUNS, ...this.#keyOf(run) },
          options,
        ),
    );
    return found === undefined ? undefined : AnalysisRunSchema.parse(found);
  }

  async #make(
    run: AnalysisRun,
    secret: RunSecret | undefined,
    signal: AbortSignal,
  ): Promise<ClusterAnalysisRun> {
    if (run.status?.startedAt) {
      throw new NotFoundError(
        `somebody removed the AnalysisRun ${this.#nameOf(run)} from cluster "${
          this.cluster
        }"; verify the Stage again`,
      );
    }
    await this.#namespaces.demand(run.metadata.namespace ?? '', signal);
    if (!secret) {
      return this.#create(run, signal);
    }
    // Before the run, which reads it at once.
    await this.#writeSecret(run, secret, signal);
    try {
      return await this.#create(run, signal);
    } catch (error) {
      if ((error as Error).name !== 'UpstreamUnavailableError') {
        await this.#removeSecret(run, secret, signal);
      }
      throw error;
    }
  }

  async #create(
    run: AnalysisRun,
    signal: AbortSignal,
  ): Promise<ClusterAnalysisRun> {
    const { namespace } = this.#keyOf(run);
    try {
      const made = await this.#connection.ask(
        `create AnalysisRun ${this.#nameOf(run)}`,
        signal,
        options =>
          this.#runs.createNamespacedCustomObject(
            { ...ANALYSIS_RUNS, namespace, body: this.#manifestOf(run) },
            options,
          ),
      );
      return AnalysisRunSchema.parse(made);
    } catch (error) {
      // An answer that was lost, or another replica that has lost its lease.
      const found =
        (error as Error).name === 'ConflictError' &&
        (await this.#find(run, signal));
      if (!found) {
        throw error;
      }
      return found;
    }
  }

  async #terminate(run: AnalysisRun, signal: AbortSignal): Promise<void> {
    await this.#connection.ask(
      `end AnalysisRun ${this.#nameOf(run)}`,
      signal,
      options =>
        this.#runs.patchNamespacedCustomObject(
          {
            ...ANALYSIS_RUNS,
            ...this.#keyOf(run),
            body: { spec: { terminate: true } },
          },
          options,
        ),
    );
  }

  async #delete(run: AnalysisRun, signal: AbortSignal): Promise<void> {
    await this.#connection.find(
      `delete AnalysisRun ${this.#nameOf(run)}`,
      signal,
      options =>
        this.#runs.deleteNamespacedCustomObject(
          { ...ANALYSIS_RUNS, ...this.#keyOf(run) },
          options,
        ),
    );
  }

  async #writeSecret(
    run: AnalysisRun,
    { name, data }: RunSecret,
    signal: AbortSignal,
  ): Promise<void> {
    const { namespace } = this.#keyOf(run);
    const body = { metadata: { name }, type: 'Opaque', data: encoded(data) };
    const what = `create Secret "${namespace}/${name}"`;
    try {
      await this.#connection.ask(what, signal, options =>
        this.#core.createNamespacedSecret({ namespace, body }, options),
      );
    } catch (error) {
      // Left by a start that did not come to making the run.
      if ((error as Error).name !== 'ConflictError') {
        throw error;
      }
      await this.#connection.ask(what, signal, options =>
        this.#core.patchNamespacedSecret(
          { name, namespace, body: { data: body.data } },
          options,
        ),
      );
    }
  }

  /** Without its run nobody would. */
  async #removeSecret(
    run: AnalysisRun,
    { name }: RunSecret,
    signal: AbortSignal,
  ): Promise<void> {
    // Why there is no run tells more; the next try writes over it, and `remove` tries again.
    await this.#deleteSecret(run, name, signal).catch(() => undefined);
  }

  async #deleteSecret(
    run: AnalysisRun,
    name: string,
    signal: AbortSignal,
  ): Promise<void> {
    const { namespace } = this.#keyOf(run);
    await this.#connection.find(
      `delete Secret "${namespace}/${name}"`,
      signal,
      options =>
        this.#core.deleteNamespacedSecret({ name, namespace }, options),
    );
  }

  /** The cluster removes it with its run. */
  async #ownSecret(
    run: AnalysisRun,
    { metadata: { name, uid } }: ClusterAnalysisRun,
    secret: RunSecret,
    signal: AbortSignal,
  ): Promise<void> {
    const { namespace } = this.#keyOf(run);
    const owner = {
      apiVersion: ROLLOUTS_API_VERSION,
      kind: 'AnalysisRun',
      name,
      uid,
    };
    await this.#connection.ask(
      `change Secret "${namespace}/${secret.name}"`,
      signal,
      options =>
        this.#core.patchNamespacedSecret(
          {
            name: secret.name,
            namespace,
            body: { metadata: { ownerReferences: [owner] } },
          },
          options,
        ),
    );
  }

  /** Owners are left out: what owns a run here is not in the cluster. */
  #manifestOf({ metadata, spec }: AnalysisRun) {
    const { name, labels, annotations, namespace = '' } = metadata;
    return {
      apiVersion: ROLLOUTS_API_VERSION,
      kind: 'AnalysisRun',
      metadata: {
        name,
        namespace: this.#namespaces.of(namespace),
        labels: {
          ...labels,
          ...(this.#instanceId && { [INSTANCE_LABEL]: this.#instanceId }),
        },
        annotations,
      },
      spec,
    };
  }

  #keyOf({ metadata: { name, namespace = '' } }: AnalysisRun) {
    return { name, namespace: this.#namespaces.of(namespace) };
  }

  #nameOf(run: AnalysisRun): string {
    const { namespace, name } = this.#keyOf(run);
    return `"${namespace}/${name}"`;
  }
}

/** Whether a run of the cluster is not somebody else's, which only has the name. */
function isMadeFor(
  { metadata: { annotations: wanted } }: AnalysisRun,
  { metadata: { annotations } }: ClusterAnalysisRun,
): boolean {
  return (
    annotations?.[ANNOTATIONS.verification] ===
    wanted?.[ANNOTATIONS.verification]
  );
}

function encoded(data: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [
      key,
      Buffer.from(value, 'utf8').toString('base64'),
    ]),
  );
}

/** Members that are there, so that none of them takes the place of another. */
function withoutAbsent(
  status: AnalysisRunStatus | undefined,
): AnalysisRunStatus {
  return Object.fromEntries(
    Object.entries(status ?? {}).filter(([, value]) => value !== undefined),
  );
}
