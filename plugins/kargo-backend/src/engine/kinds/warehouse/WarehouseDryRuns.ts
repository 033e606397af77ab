import {
  ArtifactReference,
  DiscoveredArtifacts,
  Reason,
  tellReason,
  Warehouse,
  WarehouseDryRun,
} from 'backstage-plugin-kargo-common';
import { decideWarehouse } from '../../../logic/warehouse/decideWarehouse';
import { SubscriptionOutcome } from '../../../logic/warehouse/foldDiscovery';
import { judgeCriteria } from '../../../logic/warehouse/judgeCriteria';
import { toTimestamp } from '../../../logic/timestamps';
import { Clock } from '../../../ports/Clock';
import { DiscoveryDryRuns } from '../../../ports/DryRuns';
import { BoundedLooks, OutOfTime } from '../../runtime/BoundedLooks';
import {
  SubscriptionReader,
  SubscriptionReaderOptions,
} from './SubscriptionReader';

/** What is told of each subscription; the rest only counts. */
const SHOWN = 20;

/** What only a Warehouse that goes on looking has to say, and what the answer says better. */
const UNTOLD = new Set<Reason['code']>([
  'creates-freight',
  'discovering',
  'next-discovery',
]);

/** Finds out what a Warehouse would find, with nothing of it stored. */
export class WarehouseDryRuns implements DiscoveryDryRuns {
  static create(
    options: SubscriptionReaderOptions & { clock: Clock },
  ): WarehouseDryRuns {
    return new WarehouseDryRuns(
      options.clock,
      SubscriptionReader.create(options),
      BoundedLooks.create({
        clock: options.clock,
        busy: 'Others are looking at what Warehouses would find; try again in a moment',
      }),
    );
  }

  private constructor(
    private readonly clock: Clock,
    private readonly reader: SubscriptionReader,
    private readonly looks: BoundedLooks,
  ) {}

  run(warehouse: Warehouse, signal: AbortSignal): Promise<WarehouseDryRun> {
    const { namespace = '' } = warehouse.metadata;
    return this.looks.take(namespace, signal, limited =>
      this.look({ ...warehouse, status: {} }, limited),
    );
  }

  private async look(
    warehouse: Warehouse,
    signal: AbortSignal,
  ): Promise<WarehouseDryRun> {
    const nowMs = this.clock.now();
    const now = toTimestamp(nowMs);
    const outcomes = await Promise.all(
      warehouse.spec.subscriptions.map((_, index) =>
        this.readInTime(warehouse, index, { nowMs, signal }),
      ),
    );
    const found = this.reader.fold(warehouse, { outcomes, now });
    const looked = { ...warehouse, status: found };
    const { freight, reasons } = decideWarehouse(
      looked,
      judgeCriteria(looked, nowMs),
      now,
    );
    return {
      discoveredArtifacts: shorten(found.discoveredArtifacts, now),
      ...(freight && { freight }),
      explanation: {
        reasons: withoutEchoes(reasons)
          .filter(({ code }) => !UNTOLD.has(code))
          .map(reason => tellReason(withoutRetry(reason))),
      },
    };
  }

  /** Whoever does not answer in time keeps nobody from hearing the others. */
  private async readInTime(
    warehouse: Warehouse,
    index: number,
    { nowMs, signal }: { nowMs: number; signal: AbortSignal },
  ): Promise<SubscriptionOutcome> {
    const over = new AbortController();
    const stopped = new Promise<never>((_, reject) => {
      const giveUp = () => reject(signal.reason);
      signal.addEventListener('abort', giveUp, { signal: over.signal });
      if (signal.aborted) {
        giveUp();
      }
    });
    const context = { nowMs, signal, force: true };
    try {
      return await Promise.race([
        this.reader.read(warehouse, index, undefined, context),
        stopped,
      ]);
    } catch (error) {
      if (error instanceof OutOfTime) {
        return { kind: 'failed', message: error.message, retryAtMs: nowMs };
      }
      throw error;
    } finally {
      over.abort();
    }
  }
}

/** That nothing is there of what could not be read goes without saying. */
function withoutEchoes(reasons: Reason[]): Reason[] {
  return reasons.some(({ code }) => code === 'subscription-failed')
    ? reasons.filter(
        ({ code }) =>
          code !== 'missing-artifacts' && code !== 'unread-subscriptions',
      )
    : reasons;
}

/** Nothing is tried again. */
function withoutRetry(reason: Reason): Reason {
  if (reason.code !== 'subscription-failed') {
    return reason;
  }
  const { retryAt: _, ...rest } = reason;
  return rest;
}

/** The first of each list, without what images say of themselves. */
function shorten(
  found: DiscoveredArtifacts | undefined,
  now: string,
): DiscoveredArtifacts {
  const { git, images, charts, results } = found ?? {};
  const first = <T>(all: T[]): T[] => all.slice(0, SHOWN);
  return {
    discoveredAt: now,
    ...(git && {
      git: git.map(({ observedRefs: _, ...result }) => ({
        ...result,
        commits: first(result.commits),
      })),
    }),
    ...(images && {
      images: images.map(result => ({
        ...result,
        references: first(result.references).map(
          ({ annotations: _, ...reference }) => reference,
        ),
      })),
    }),
    ...(charts && {
      charts: charts.map(result => ({
        ...result,
        versions: first(result.versions),
      })),
    }),
    ...(results && {
      results: results.map(result => ({
        ...result,
        artifactReferences: first<ArtifactReference>(result.artifactReferences),
      })),
    }),
  };
}
