import { keyOf, Resource, ResourceKey } from 'backstage-plugin-kargo-common';
import { isConflictError, isNotFoundError } from 'backstage-plugin-kargo-node';
import { anyKey, anyKind } from '../../../ports/kinds';
import { IndexedStore } from '../../../ports/ResourceIndex';
import { listAll } from '../../listAll';
import {
  Controller,
  ReconcileContext,
  Requeue,
  requeue,
} from '../../runtime/Controller';
import {
  copyFor,
  isReplicated,
  isUpToDate,
  ReplicatedKind,
} from './replication';

/** What a controller of shared objects needs. */
export interface ReplicationControllerOptions {
  store: IndexedStore;
  /** Where what all projects share lies. */
  sharedNamespace: string;
  kind: ReplicatedKind;
}

/**
 * Keeps a copy in every project of each shared object that asks for it, and takes the
 * copies back when it does not any more. What a project has of its own by the same name
 * stays.
 */
export class ReplicationController implements Controller {
  static create(options: ReplicationControllerOptions): ReplicationController {
    return new ReplicationController(options);
  }

  readonly kind: ReplicatedKind;

  private constructor(private readonly options: ReplicationControllerOptions) {
    this.kind = options.kind;
  }

  async reconcile(
    key: ResourceKey,
    { now, signal }: ReconcileContext,
  ): Promise<Requeue> {
    const { store, sharedNamespace } = this.options;
    if (key.namespace !== sharedNamespace) {
      return requeue.never;
    }
    const source = await store.find(anyKey(key));
    const copies = await this.copiesOf(key.name);
    if (!source || !isReplicated(source)) {
      for (const copy of copies.values()) {
        signal.throwIfAborted();
        await this.remove(copy);
      }
      return requeue.never;
    }
    for await (const { metadata } of listAll(store, 'Project')) {
      signal.throwIfAborted();
      const copy = copies.get(metadata.name);
      const isMissing = !copy || !isUpToDate(copy, source);
      if (isMissing && !metadata.deletionTimestamp) {
        await this.write(copyFor(metadata.name, source, now), copy);
      }
    }
    return requeue.never;
  }

  private async copiesOf(name: string): Promise<Map<string, Resource>> {
    const copies = new Map<string, Resource>();
    const index = { name: 'copyOf', value: name };
    for await (const copy of listAll(this.options.store, anyKind(this.kind), {
      index,
      unreadable: 'omit',
    })) {
      copies.set(copy.metadata.namespace ?? '', copy);
    }
    return copies;
  }

  private async write(
    draft: ReturnType<typeof copyFor>,
    copy: Resource | undefined,
  ): Promise<void> {
    const { store } = this.options;
    const kind = anyKind(this.kind);
    try {
      await (copy
        ? store.replace({ ...draft, kind })
        : store.create({ ...draft, kind }));
    } catch (error) {
      // The project has one of its own, or has just lost its copy with everything else.
      if (!isConflictError(error) && !isNotFoundError(error)) {
        throw error;
      }
    }
  }

  private async remove(copy: Resource): Promise<void> {
    try {
      await this.options.store.delete(anyKey(keyOf(copy)));
    } catch (error) {
      if (!isNotFoundError(error)) {
        throw error;
      }
    }
  }
}
