import { LoggerService } from '@backstage/backend-plugin-api';
import { toError } from '@backstage/errors';
import { ManifestSync } from '../engine/manifests/ManifestSync';
import { Clock } from '../ports/Clock';

/** The portal is there for its people after this, whatever a location of manifests does. */
const PATIENCE_MS = 20_000;

/** What applying configured manifests at the start needs. */
export interface SyncAtStartOptions {
  sync: Pick<ManifestSync, 'run'>;
  clock: Clock;
  logger: LoggerService;
  /** Ends it: the portal stops, or it takes too long. */
  signal: AbortSignal;
}

/**
 * Applies configured manifests, and waits for that, but not for long: the portal waits for
 * this before it serves anything, and a location may not answer.
 */
export async function syncAtStart({
  sync,
  clock,
  logger,
  signal,
}: SyncAtStartOptions): Promise<void> {
  const over = new AbortController();
  const syncing = sync
    .run(signal)
    .then(
      () => undefined,
      error =>
        logger.error('Failed to apply configured manifests', toError(error)),
    )
    .finally(() => over.abort());
  const patience = clock.sleep(PATIENCE_MS, over.signal).then(
    () =>
      logger.warn(
        'Configured manifests take long to apply; the portal starts meanwhile',
      ),
    // They are applied.
    () => undefined,
  );
  await Promise.race([syncing, patience]);
}
