import { TracingService } from '@backstage/backend-plugin-api/alpha';
import { keyOf, ResourceKey } from 'backstage-plugin-kargo-common';
import { IndexedStore } from '../../ports/ResourceIndex';
import { StoreWrite } from '../../ports/ResourceStore';
import { inSpan, subjectOf } from './inSpan';

/**
 * Adds a span to every write, which names the resource, or the first of several. Reads are
 * left to what a portal instruments of its database.
 */
export function traceStore(
  store: IndexedStore,
  tracing: TracingService,
): IndexedStore {
  const traced = <T>(
    key: ResourceKey | undefined,
    count: number,
    write: () => Promise<T>,
  ) =>
    inSpan(
      tracing,
      'kargo.store.write',
      { ...(key && subjectOf(key)), 'kargo.store.writes': count },
      write,
    );
  return {
    find: key => store.find(key),
    findShared: key => store.findShared(key),
    get: key => store.get(key),
    list: (kind, options) => store.list(kind, options),
    listFirst: (kind, selections, options) =>
      store.listFirst(kind, selections, options),
    watch: (kind, options) => store.watch(kind, options),
    count: (kind, options) => store.count(kind, options),
    onWritten: listener => store.onWritten(listener),
    listCrowds: (kind, index, options) =>
      store.listCrowds(kind, index, options),
    create: draft => traced(keyOf(draft), 1, () => store.create(draft)),
    replace: resource =>
      traced(keyOf(resource), 1, () => store.replace(resource)),
    patch: (key, patch, options) =>
      traced(key, 1, () => store.patch(key, patch, options)),
    patchStatus: (key, patch, options) =>
      traced(key, 1, () => store.patchStatus(key, patch, options)),
    delete: (key, options) => traced(key, 1, () => store.delete(key, options)),
    write: writes =>
      traced(writes[0] && writtenKey(writes[0]), writes.length, () =>
        store.write(writes),
      ),
  };
}

/** `undefined` when it depends on what is written before. */
function writtenKey(write: StoreWrite): ResourceKey | undefined {
  if ('createAfter' in write) {
    return undefined;
  }
  if ('create' in write) {
    return keyOf(write.create);
  }
  if ('delete' in write) {
    return write.delete.key;
  }
  return ('patch' in write ? write.patch : write.patchStatus).key;
}
