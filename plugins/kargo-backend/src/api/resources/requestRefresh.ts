import { ANNOTATIONS, ResourceKey } from 'backstage-plugin-kargo-common';
import { toTimestamp } from '../../logic/timestamps';
import { ApiServices } from '../server/route';

/**
 * Asks the engine to look at a resource again now.
 *
 * @remarks The engine sees a changed annotation, so a second request within the same
 * second gets a value of its own.
 * @throws NotFoundError
 */
export async function requestRefresh(
  { store, clock, ids }: Pick<ApiServices, 'store' | 'clock' | 'ids'>,
  key: ResourceKey,
): Promise<void> {
  const resource = await store.get(key);
  const now = toTimestamp(clock.now());
  const last = resource.metadata.annotations?.[ANNOTATIONS.refresh] ?? '';
  const token = last.startsWith(now) ? `${now}-${ids.ulid()}` : now;
  await store.patch(key, {
    metadata: { annotations: { [ANNOTATIONS.refresh]: token } },
  });
}
