import { NotFoundError } from '@backstage/errors';
import {
  formatKey,
  KindName,
  Resource,
  ResourceKey,
  ResourceOf,
} from 'backstage-plugin-kargo-common';
import { Found, IndexedStore } from '../../ports/ResourceIndex';

/** A resource that there is, and the revision of the store at which that is exact. */
export interface Shown<T extends Resource> {
  resource: T;
  resourceVersion: string;
}

/**
 * What one request reads by key to show it, or to judge who asks: everything once, and what
 * is asked for in the same turn together. What is answered is frozen.
 *
 * @remarks Not for what the request itself may have changed in between.
 */
export class RequestReads {
  readonly #found = new Map<string, Promise<Found>>();

  static of(store: Pick<IndexedStore, 'findShared'>): RequestReads {
    return new RequestReads(store);
  }

  private constructor(
    private readonly store: Pick<IndexedStore, 'findShared'>,
  ) {}

  /** Reads along what will be asked for. */
  begin(keys: readonly ResourceKey<KindName>[]): void {
    for (const key of keys) {
      // Whoever asks for it sees the failure; nobody has to.
      this.find(key).catch(() => undefined);
    }
  }

  async find<K extends KindName>(
    key: ResourceKey<K>,
  ): Promise<Found<ResourceOf<K>>> {
    const text = formatKey(key);
    const found = this.#found.get(text) ?? this.store.findShared(key);
    this.#found.set(text, found);
    // What is found under a key is of its kind.
    return found as Promise<Found<ResourceOf<K>>>;
  }

  /** @throws NotFoundError */
  async get<K extends KindName>(
    key: ResourceKey<K>,
  ): Promise<Shown<ResourceOf<K>>> {
    const { resource, resourceVersion } = await this.find(key);
    if (!resource) {
      throw new NotFoundError(`${formatKey(key)} does not exist`);
    }
    return { resource, resourceVersion };
  }
}
