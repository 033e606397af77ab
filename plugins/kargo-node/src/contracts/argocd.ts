import {
  JsonObject,
  JsonValue,
  LabelSelector,
} from 'backstage-plugin-kargo-common';

/** Names an Application of Argo CD. @public */
export interface ApplicationKey {
  namespace: string;
  name: string;
}

/** One source of an Application; fields that are not named here are kept as they are. @public */
export interface ApplicationSource {
  repoURL: string;
  /** Set where the source is a Helm chart repository. */
  chart?: string;
  targetRevision?: string;
  kustomize?: { images?: string[]; [field: string]: unknown };
  helm?: {
    parameters?: Array<{
      name?: string;
      value?: string;
      [field: string]: unknown;
    }>;
    [field: string]: unknown;
  };
  [field: string]: unknown;
}

/** What Argo CD is asked to do with an Application. @public */
export interface ApplicationOperation {
  sync?: JsonObject;
  info?: Array<{ name: string; value: string }>;
  initiatedBy?: { username?: string; automated?: boolean };
  retry?: JsonObject;
}

/** How far Argo CD came with an operation. @public */
export interface ApplicationOperationState {
  operation?: ApplicationOperation;
  phase?: string;
  message?: string;
  startedAt?: string;
  finishedAt?: string;
  syncResult?: { revision?: string; revisions?: string[] };
}

/** An Application of Argo CD, as far as promotion looks at it. @public */
export interface Application {
  metadata: ApplicationKey & {
    resourceVersion?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
  };
  spec: {
    source?: ApplicationSource;
    sources?: ApplicationSource[];
    syncPolicy?: { syncOptions?: string[]; retry?: JsonObject };
  };
  /** What is to be done next or being done. */
  operation?: ApplicationOperation;
  status?: {
    health?: { status?: string; message?: string };
    sync?: { status?: string; revision?: string; revisions?: string[] };
    operationState?: ApplicationOperationState;
    conditions?: Array<{
      type: string;
      message?: string;
      [field: string]: JsonValue | undefined;
    }>;
    reconciledAt?: string;
  };
}

/** A change of an Application, computed from its latest state. @public */
export interface ApplicationChange {
  /** All sources, in the order of the Application's own. */
  sources: ApplicationSource[];
  /** Replaces whatever Argo CD did or does with the Application. */
  operation: ApplicationOperation;
}

/**
 * The Argo CD that serves the Promotion's Stage.
 *
 * @remarks
 * Whoever looks at Applications here is woken when one of them changes in a way that
 * matters, or one of that name appears.
 *
 * @public
 */
export interface StepArgoCd {
  /** Where Applications are whose namespace is not told. */
  readonly namespace: string;
  find(key: ApplicationKey): Promise<Application | undefined>;
  /** @throws InputError for a selector that contradicts itself. */
  list(namespace: string, selector: LabelSelector): Promise<Application[]>;
  /**
   * Why the Promotion's Stage may not change an Application; `undefined` when it may: the
   * annotation `kargo.akuity.io/authorized-stage` of the Application tells.
   */
  findRefusal(application: Application): string | undefined;
  /**
   * Changes an Application and has it compared with its sources anew. When somebody else
   * writes at the same time, the change is computed again from what is there then;
   * `undefined` leaves it as it is.
   *
   * @throws NotAllowedError when the Promotion's Stage may not change it.
   */
  update(
    key: ApplicationKey,
    change: (latest: Application) => ApplicationChange | undefined,
  ): Promise<void>;
  /** Has an Application compared with its sources anew, unless that is asked for already. */
  requestRefresh(application: Application): Promise<void>;
}
