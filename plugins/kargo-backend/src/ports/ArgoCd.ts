import { LabelSelector, ResourceKey } from 'backstage-plugin-kargo-common';
import { Application, ApplicationKey } from 'backstage-plugin-kargo-node';

/** A change of an Application by merge; `null` removes. */
export type ApplicationPatch = Record<string, unknown>;

/** An Argo CD: the Applications of one Kubernetes cluster. */
export interface ArgoCd {
  /** Name of the cluster in the configuration, which is also a shard's. */
  readonly name: string;
  /** Where Applications are whose namespace is not told. */
  readonly namespace: string;
  find(
    key: ApplicationKey,
    options: { signal: AbortSignal },
  ): Promise<Application | undefined>;
  /** @throws InputError for a selector that contradicts itself. */
  list(
    namespace: string,
    selector: LabelSelector,
    options: { signal: AbortSignal },
  ): Promise<Application[]>;
  /**
   * Merges a patch into an Application; with a `resourceVersion` in its metadata only into
   * that very state.
   *
   * @throws ConflictError, NotFoundError
   */
  patch(
    key: ApplicationKey,
    patch: ApplicationPatch,
    options: { signal: AbortSignal },
  ): Promise<void>;
}

/** The Argo CDs that the portal's operator has configured. */
export interface ArgoCds {
  /**
   * The one of a shard, or the first for Stages that name none.
   *
   * @param onBehalfOf - whose key is marked when an Application that was looked at changes
   * @throws TerminalError that names the setting, when there is none.
   */
  get(shard: string | undefined, onBehalfOf: ResourceKey): ArgoCd;
}
