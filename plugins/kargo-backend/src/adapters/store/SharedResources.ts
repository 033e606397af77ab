import { LRUCache } from 'lru-cache';
import { StoredResource, toResource } from './conversion';
import { SecretCipher } from './SecretCipher';
import { DatabaseInteger, ResourceRow } from './tables';

/** Text of the rows whose resources are kept at most, in characters. */
const MOST_CHARACTERS = 8 * 1024 * 1024;

/**
 * Resources as this replica last read or wrote them, one object for all who read them.
 *
 * @remarks
 * What is asked for again costs neither reading its text nor, because `serializeShared` and
 * `TermRules` know the objects, writing it and telling how it is found. They are frozen,
 * since many hold them. What is encrypted is not kept. Those that were not used for longest go first.
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
    const resource = toResource(row, this.secrets);
    this.note(row, resource);
    return resource;
  }

  /** Keeps the resource that a row holds, which nobody may change any more. */
  note(row: ResourceRow, resource: StoredResource): void {
    deepFreeze(resource);
    if (row.sealed === null && !isRotated(row)) {
      const size = row.document.length + (row.status?.length ?? 0);
      this.#kept.set(row.id, resource, { size });
    }
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

/** A rotation of keys writes what a status keeps encrypted anew, under the same revision. */
function isRotated({ status }: ResourceRow): boolean {
  return status?.includes('"sealedOutputs":{') ?? false;
}

/** What is frozen is so to its depths: most of a resource is that of the revision before. */
function deepFreeze(value: unknown): void {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(deepFreeze);
  }
}
