import { keyOf, Resource } from 'backstage-plugin-kargo-common';
import { diffToMergePatch } from '../logic/mergePatch';
import { ResourceStore } from '../ports/ResourceStore';

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
  const patch = diffToMergePatch(resource.status ?? {}, status);
  if (!patch) {
    return resource;
  }
  const written: Resource = await store.patchStatus(
    keyOf(resource),
    patch,
    options.guarded
      ? { resourceVersion: resource.metadata.resourceVersion }
      : {},
  );
  // Of the kind of what was given, which is what T was inferred from.
  return written as T;
}
