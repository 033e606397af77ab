import { keyOf, Resource } from 'backstage-plugin-kargo-common';
import { diffToMergePatch } from '../logic/mergePatch';
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
  const patch = diffToMergePatch(resource.status ?? {}, status);
  const { resourceVersion } = resource.metadata;
  return (
    patch && {
      patchStatus: {
        key: anyKey(keyOf(resource)),
        patch: withoutNul(patch),
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
