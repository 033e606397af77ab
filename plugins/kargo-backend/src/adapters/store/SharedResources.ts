import { LRUCache } from 'lru-cache';
import { StoredResource, toResource } from './conversion';
import { SecretCipher } from './SecretCipher';
import { DatabaseInteger, ResourceRow } from './tables';

/** Text of the rows whose resources are kept at most, in characters. */
const MOST_CHARACTERS = 8 * 1024 * 1024;

/**
 * Resources as this replica last read them, for those who only read them.
 *
 * @remarks
 * A list that is asked for again costs neither reading its text nor, because
 * `serializeShared` knows the objects, writing it. They are frozen, since many hold them.
 * Secrets are not kept. Those that were not used for longest go first.
 */
export class SharedResources {
  readonly #kept = new LRUCache<DatabaseInteger, StoredResource>({
    maxSize: MOST_CHARACTERS,
  });

  constructor(private readonly secrets: SecretCipher) {}

  clear(): void {
    this.#kept.clear();
  }

  /** The resource that a row holds. */
  of(row: ResourceRow): StoredResource {
    const known = this.#find(row);
    if (known) {
      return known;
    }
    const resource = deepFreeze(toResource(row, this.secrets));
    if (row.sealed === null) {
      const size = row.document.length + (row.status?.length ?? 0);
      this.#kept.set(row.id, resource, { size });
    }
    return resource;
  }

  /** Whether the row was read before, at its revision. */
  has(row: ResourceRow): boolean {
    return this.#find(row) !== undefined;
  }

  #find({ id, revision }: ResourceRow): StoredResource | undefined {
    const known = this.#kept.get(id);
    return known?.metadata.resourceVersion === String(revision)
      ? known
      : undefined;
  }
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    Object.values(value).forEach(deepFreeze);
    Object.freeze(value);
  }
  return value;
}
