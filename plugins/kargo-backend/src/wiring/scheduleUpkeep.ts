import {
  AuditorService,
  LifecycleService,
  LoggerService,
  SchedulerService,
  UrlReaderService,
} from '@backstage/backend-plugin-api';
import { Promotion } from 'backstage-plugin-kargo-common';
import { PathManifestSource } from '../adapters/manifests/PathManifestSource';
import { UrlManifestSource } from '../adapters/manifests/UrlManifestSource';
import { ManifestSets } from '../engine/manifests/ManifestSets';
import { ManifestSync } from '../engine/manifests/ManifestSync';
import { collectGarbage } from '../engine/retention';
import { promotionRecord } from '../logic/promotion/promotionRecord';
import { Clock } from '../ports/Clock';
import { IndexedStore } from '../ports/ResourceIndex';
import { BuiltEngine } from './buildEngine';
import { KargoConfig } from './readConfig';
import { syncAtStart } from './syncAtStart';
import { toldFailures } from './toldFailures';

/** Intervals after which a replica that announced no manifests is taken to be gone. */
const MANIFEST_SET_GRACE = 3;
const MANIFEST_SYNC_MS = 10 * 60_000;
const CLEARING_INTERVAL = { minutes: 10 };
const RETENTION_INTERVAL = { hours: 1 };
/** How often, and for how long, replicas of an earlier version are looked after that run on. */
const OTHERS_INTERVAL = { minutes: 1 };
const OTHERS_MS = 30 * 60_000;

/** What is kept up, and with what. */
interface UpkeepOptions {
  auditor: AuditorService;
  config: KargoConfig;
  lifecycle: LifecycleService;
  logger: LoggerService;
  scheduler: SchedulerService;
  urlReader: UrlReaderService;
  store: IndexedStore;
  /** See `buildStore`. */
  indexOthersWrites?(): Promise<void>;
  built: Pick<BuiltEngine, 'admission' | 'removeLeftovers'>;
  clock: Clock;
  /** The time of the database, in epoch milliseconds. */
  databaseNow(): Promise<number>;
  /** Aborted when the portal stops. */
  shutdown: AbortController;
}

/** Work by the clock: configured manifests, and clearing away what is old or left over. */
export async function scheduleUpkeep(options: UpkeepOptions): Promise<void> {
  if (options.config.manifests.locations.length > 0) {
    await scheduleManifests(options);
  }
  await options.scheduler.scheduleTask({
    id: 'kargo-folders',
    // By every replica: each has folders of its own.
    scope: 'local',
    frequency: CLEARING_INTERVAL,
    initialDelay: CLEARING_INTERVAL,
    timeout: { minutes: 10 },
    fn: toldFailures(
      options.logger,
      'Failed to remove folders of Promotions that have ended',
      () => options.built.removeLeftovers(),
    ),
  });
  await scheduleIndexing(options);
  await scheduleRetention(options);
}

async function scheduleManifests({
  config,
  scheduler,
  lifecycle,
  store,
  built,
  logger,
  clock,
  databaseNow,
  urlReader,
  shutdown,
}: UpkeepOptions): Promise<void> {
  const { locations, intervalMs, prune } = config.manifests;
  const sync = ManifestSync.create({
    sources: locations.map(location =>
      'path' in location
        ? PathManifestSource.create(location.path)
        : UrlManifestSource.create(location.url, urlReader),
    ),
    prune,
    admission: built.admission,
    store,
    sets: ManifestSets.create({
      store,
      now: databaseNow,
      graceMs: MANIFEST_SET_GRACE * intervalMs,
    }),
    logger,
  });
  // At once on every start: the scheduler alone would wait for its turn.
  lifecycle.addStartupHook(() =>
    syncAtStart({
      ...{ sync, clock, logger },
      signal: AbortSignal.any([
        shutdown.signal,
        AbortSignal.timeout(MANIFEST_SYNC_MS),
      ]),
    }),
  );
  await scheduler.scheduleTask({
    id: 'kargo-manifests',
    // By every replica, as their files may differ.
    scope: 'local',
    frequency: { milliseconds: intervalMs },
    initialDelay: { milliseconds: intervalMs },
    timeout: { milliseconds: MANIFEST_SYNC_MS },
    fn: toldFailures(logger, 'Failed to apply configured manifests', signal =>
      sync.run(signal),
    ),
  });
}

async function scheduleIndexing({
  scheduler,
  logger,
  indexOthersWrites,
}: UpkeepOptions): Promise<void> {
  if (indexOthersWrites) {
    await scheduler.scheduleTask({
      id: 'kargo-indexes',
      scope: 'local',
      frequency: OTHERS_INTERVAL,
      initialDelay: OTHERS_INTERVAL,
      timeout: { minutes: 10 },
      signal: AbortSignal.timeout(OTHERS_MS),
      fn: toldFailures(
        logger,
        'Failed to index what other replicas have written',
        indexOthersWrites,
      ),
    });
  }
}

async function scheduleRetention({
  config: { retention },
  scheduler,
  store,
  logger,
  auditor,
  databaseNow,
}: UpkeepOptions): Promise<void> {
  await scheduler.scheduleTask({
    id: 'kargo-retention',
    frequency: RETENTION_INTERVAL,
    initialDelay: { minutes: 5 },
    timeout: { minutes: 30 },
    fn: async signal =>
      collectGarbage({
        store,
        logger,
        recordPromotion: promotion => recordDeleted(auditor, promotion),
        policies: {
          promotions: {
            maxRetained: retention.promotions,
            minAgeMs: retention.minimumAgeMs,
          },
          freight: {
            maxRetained: retention.freight,
            minAgeMs: retention.minimumAgeMs,
          },
          events: { maxRetained: 0, minAgeMs: retention.eventsMs },
        },
        nowMs: await databaseNow(),
        signal,
      }),
  });
}

/** The audit log tells who promoted what, also when the Promotion itself is gone. */
async function recordDeleted(
  auditor: AuditorService,
  promotion: Promotion,
): Promise<void> {
  const event = await auditor.createEvent({
    eventId: 'promotion-delete',
    severityLevel: 'low',
    meta: { actionType: 'retention', ...promotionRecord(promotion) },
  });
  await event.success();
}
