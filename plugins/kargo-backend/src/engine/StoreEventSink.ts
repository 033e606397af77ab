import { LoggerService } from '@backstage/backend-plugin-api';
import { toError } from '@backstage/errors';
import { Draft, KargoEvent, Resource } from 'backstage-plugin-kargo-common';
import { ResourceTooLargeError } from '../logic/resourceSize';
import { EventOfWrites, EventSink } from '../ports/EventSink';
import { ResourceStore, StoreWrite } from '../ports/ResourceStore';

/** Keeps events as resources, for the project's event list. */
export class StoreEventSink implements EventSink {
  static create(options: {
    store: ResourceStore;
    logger: LoggerService;
  }): StoreEventSink {
    return new StoreEventSink(options.store, options.logger);
  }

  private constructor(
    private readonly store: ResourceStore,
    private readonly logger: LoggerService,
  ) {}

  async publish(event: Draft<KargoEvent>): Promise<void> {
    try {
      await this.store.create(event);
    } catch (error) {
      this.logger.warn('Failed to record an event', toError(error));
    }
  }

  async publishWith(
    writes: readonly StoreWrite[],
    events: readonly EventOfWrites[],
  ): Promise<Resource[]> {
    if (writes.length + events.length === 0) {
      return [];
    }
    try {
      const all = await this.store.write([
        ...writes,
        ...events.map(event => ({
          createAfter: (earlier: readonly Resource[]) =>
            event(earlier.slice(0, writes.length)),
        })),
      ]);
      return all.slice(0, writes.length);
    } catch (error) {
      if (events.length === 0 || !isRefusal(toError(error))) {
        throw error;
      }
      // Throws again when it was not the event that was refused.
      const written = await this.store.write(writes);
      this.logger.warn('Failed to record an event', toError(error));
      return written;
    }
  }
}

/** Whether the store will never take what it was given. */
function isRefusal(error: Error): boolean {
  return error instanceof ResourceTooLargeError || error.name === 'InputError';
}
