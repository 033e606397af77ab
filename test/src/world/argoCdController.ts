import type {
  CustomObject,
  KubernetesServer,
  ServedKind,
} from './kubernetesServer';

/** The kind that Argo CD brings. */
export const APPLICATIONS: ServedKind = {
  group: 'argoproj.io',
  version: 'v1alpha1',
  plural: 'applications',
  kind: 'Application',
};

/** How a sync ends. */
export interface SyncEnd {
  phase?: 'Succeeded' | 'Failed' | 'Error';
  message?: string;
  /** What each source came to; its target revision unless told. */
  revisions?: string[];
  health?: string;
}

/** Where an Application finds its manifests. */
export interface ApplicationSource {
  repoURL?: string;
  targetRevision?: string;
}

/**
 * Plays the part of Argo CD's controller on an API server: takes up operations, ends them,
 * and compares Applications with their sources when it is asked to.
 *
 * @remarks
 * With `isAutomatic` it does so at once; else each move is made by the test. A sync ends
 * with the operation gone, its result in the status, and a look at the Application after.
 */
export class ArgoCdController {
  isAutomatic = false;
  /** What automatic syncs come to. */
  end: SyncEnd = {};
  /** What a source of an automatic sync comes to; its target revision unless told. */
  revisionOf?: (source: ApplicationSource) => Promise<string>;
  readonly #syncing = new Set<string>();
  #now = Date.UTC(2026, 0, 1);
  readonly #unsubscribe: () => void;

  constructor(
    private readonly server: KubernetesServer,
    private readonly namespace = 'argocd',
  ) {
    this.#unsubscribe = server.onChange(object => {
      if (!this.isAutomatic) return;
      const { name } = object.metadata;
      // After the write is answered, as a controller that hears of it by a watch.
      setImmediate(() => {
        if (this.#get(name)?.operation) {
          this.#sync(name);
        } else if (isAskedToRefresh(this.#get(name))) {
          this.reconcile(name);
        }
      });
    });
  }

  /** Takes up the operation that an Application asks for. */
  begin(name: string): void {
    this.#change(name, application => {
      application.status = {
        ...application.status,
        operationState: {
          operation: application.operation,
          phase: 'Running',
          startedAt: this.#tick(),
        },
      };
    });
  }

  /** Ends the operation that runs, and compares. */
  finish(name: string, end: SyncEnd = {}): void {
    const { phase = 'Succeeded', message, health = 'Healthy' } = end;
    this.#change(name, application => {
      const { source, sources } = application.spec;
      const revisions =
        end.revisions ??
        (sources ?? [source]).map(
          (each: { targetRevision?: string }) => each.targetRevision ?? 'HEAD',
        );
      const result = sources ? { revisions } : { revision: revisions[0] };
      delete application.operation;
      application.status = {
        ...application.status,
        operationState: {
          ...application.status?.operationState,
          phase,
          ...(message && { message }),
          finishedAt: this.#tick(),
          syncResult: result,
        },
        ...(phase === 'Succeeded' && {
          sync: { status: 'Synced', ...result },
          health: { status: health },
        }),
      };
    });
    this.reconcile(name);
  }

  /** Looks at an Application again. */
  reconcile(name: string): void {
    this.#change(name, application => {
      delete application.metadata.annotations?.['argocd.argoproj.io/refresh'];
      application.status = {
        ...application.status,
        reconciledAt: this.#tick(),
      };
    });
  }

  /**
   * Begins to sync the Applications that do so by themselves (`syncPolicy.automated`) and whose
   * sources are no longer at what they were synced to, as Argo CD does when it polls them.
   *
   * @returns how many there were
   */
  async syncMoved(): Promise<number> {
    let count = 0;
    for (const { metadata, spec, status, operation } of this.server.all()) {
      if (!spec.syncPolicy?.automated || operation) continue;
      const revisions = await this.#revisionsOf(spec);
      const { revision, revisions: known = [revision] } = status?.sync ?? {};
      if (revisions.every((each, index) => each === known[index])) continue;
      count += 1;
      this.#change(metadata.name, application => {
        application.operation = { sync: { revisions } };
      });
    }
    return count;
  }

  stop(): void {
    this.#unsubscribe();
  }

  #revisionsOf({
    source,
    sources = [source],
  }: CustomObject['spec']): Promise<string[]> {
    return Promise.all<string>(
      sources.map(
        (each: ApplicationSource) =>
          this.revisionOf?.(each) ?? each.targetRevision ?? 'HEAD',
      ),
    );
  }

  async #sync(name: string): Promise<void> {
    if (this.#syncing.has(name)) return;
    this.#syncing.add(name);
    this.begin(name);
    const revisions = this.revisionOf
      ? await this.#revisionsOf(this.#get(name)!.spec)
      : undefined;
    this.#syncing.delete(name);
    this.finish(name, { ...this.end, ...(revisions && { revisions }) });
  }

  #get(name: string): CustomObject | undefined {
    return this.server.find(this.namespace, name);
  }

  #change(name: string, change: (application: CustomObject) => void): void {
    const application = this.#get(name);
    if (!application) throw new Error(`there is no Application ${name}`);
    change(application);
    this.server.put(application);
  }

  /** A second later than before: times of Kubernetes are whole seconds. */
  #tick(): string {
    this.#now += 1000;
    return new Date(this.#now).toISOString().replace('.000', '');
  }
}

function isAskedToRefresh(application: CustomObject | undefined): boolean {
  return (
    application?.metadata.annotations?.['argocd.argoproj.io/refresh'] !==
    undefined
  );
}
