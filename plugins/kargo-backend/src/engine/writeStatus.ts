import { keyOf, Resource } from 'backstage-plugin-kargo-common';
import { isConflictError, isNotFoundError } from 'backstage-plugin-kargo-node';
import { diffToMergePatch, isEqualJson } from '../logic/mergePatch';
import { withoutNul } from '../logic/withoutNul';
import { anyKey } from '../ports/kinds';
import { ResourceStore, StoreWrite } from '../ports/ResourceStore';

/**
 * The write of what changed of a status, to be made with others; `undefined` when nothing
 * changed. See {@link writeStatus}. What steps, hosts and servers say goes into a status,
 * and it must not be lost, nor said again and again, for a character.
 */
export function statusWrite<T extends Resource & { status?: object }>(
  resource: T,
  status: NonNullable<T['status']>,
  options: { guarded: boolean },
): StoreWrite | undefined {
  const change = diffToMergePatch(resource.status ?? {}, status);
  const { resourceVersion } = resource.metadata;
  return (
    change && {
      patchStatus: {
        key: anyKey(keyOf(resource)),
        patch: withoutNul(change.patch),
        nulls: change.nulls?.map(path => path.map(name => withoutNul(name))),
        ...(options.guarded && { resourceVersion }),
      },
    }
  );
}

/**
 * Writes what changed of a status, and nothing when nothing changed.
 *
 * @remarks
 * The patch names changed keys only, so a step that writes `status.metadata` of a Stage
 * while the Stage is reconciled is not undone. With `guarded` the write is refused when
 * anybody wrote the resource since it was read.
 *
 * @throws ConflictError
 */
export async function writeStatus<T extends Resource & { status?: object }>(
  store: ResourceStore,
  resource: T,
  status: NonNullable<T['status']>,
  options: { guarded: boolean },
): Promise<T> {
  const write = statusWrite(resource, status, options);
  if (!write) {
    return resource;
  }
  const [written] = await store.write([write]);
  // Of the kind of what was given, which is what T was inferred from.
  return written as T;
}

/**
 * Made with other writes: refuses them when anybody wrote the resource since it was read. What
 * is decided from a resource and written elsewhere needs it: an attempt that stood still while
 * its lease ran out does not know yet that another one has decided the same.
 */
export function ifUnchanged(resource: Resource): StoreWrite {
  const { resourceVersion } = resource.metadata;
  return {
    patchStatus: { key: anyKey(keyOf(resource)), patch: {}, resourceVersion },
  };
}

/**
 * Makes a write that is guarded by the revision of a resource, again when only others have
 * written that meanwhile: they may ask for something, which is no reason to decide anew. Its
 * status is written by its controller alone.
 *
 * @returns `undefined` when another attempt has written the status meanwhile, or it is gone
 */
export async function whileStatusStays<
  T extends Resource & { status?: object },
>(
  store: ResourceStore,
  resource: T,
  write: (latest: T) => Promise<T>,
): Promise<T | undefined> {
  let latest: T | undefined = resource;
  while (latest) {
    try {
      return await write(latest);
    } catch (error) {
      if (isNotFoundError(error)) {
        return undefined;
      }
      if (!isConflictError(error)) {
        throw error;
      }
    }
    latest = await findWithStatus(store, resource, resource.status);
  }
  return undefined;
}

/**
 * Writes what changed of a status that only the resource's controller writes.
 *
 * @returns `undefined` when another attempt has written of it meanwhile, or it is gone
 */
export async function writeOwnStatus<T extends Resource & { status?: object }>(
  store: ResourceStore,
  resource: T,
  status: NonNullable<T['status']>,
): Promise<T | undefined> {
  const written = await whileStatusStays(store, resource, latest =>
    writeStatus(store, latest, status, { guarded: true }),
  );
  // It may have arrived although no answer came.
  return written ?? findWithStatus(store, resource, asStored(status));
}

async function findWithStatus<T extends Resource & { status?: object }>(
  store: ResourceStore,
  resource: T,
  status: object = {},
): Promise<T | undefined> {
  const found: (Resource & { status?: object }) | undefined = await store.find(
    anyKey(keyOf(resource)),
  );
  const isSame =
    found?.metadata.uid === resource.metadata.uid &&
    isEqualJson(found.status ?? {}, status);
  // Of the kind of what was given, which is what T was inferred from.
  return isSame ? (found as T) : undefined;
}

/** A status as it is stored. */
export function asStored(status: object): object {
  return withoutNul(JSON.parse(JSON.stringify(status))) as object;
}
