import { LoggerService } from '@backstage/backend-plugin-api';
import { toError } from '@backstage/errors';
import { KargoEvent, Resource } from 'backstage-plugin-kargo-common';
import { ResourceTooLargeError } from '../logic/resourceSize';
import { EventOfWrites, EventSink } from '../ports/EventSink';
import { ResourceStore, StoreWrite } from '../ports/ResourceStore';

/** What recording events needs. */
export interface StoreEventSinkOptions {
  store: ResourceStore;
  logger: LoggerService;
  /** Told of every event once it is recorded. */
  announce?: (event: KargoEvent) => Promise<void>;
}

/** Keeps events as resources, for the project's event list, and announces them. */
export class StoreEventSink implements EventSink {
  static create(options: StoreEventSinkOptions): StoreEventSink {
    return new StoreEventSink(options);
  }

  private constructor(private readonly options: StoreEventSinkOptions) {}

  async publishWith(
    writes: readonly StoreWrite[],
    events: readonly EventOfWrites[],
  ): Promise<Resource[]> {
    if (writes.length + events.length === 0) {
      return [];
    }
    try {
      const all = await this.options.store.write([
        ...writes,
        ...events.map(event => ({
          createAfter: (earlier: readonly Resource[]) =>
            event(earlier.slice(0, writes.length)),
        })),
      ]);
      this.#announce(all.slice(writes.length));
      return all.slice(0, writes.length);
    } catch (error) {
      if (events.length === 0 || !isRefusal(toError(error))) {
        throw error;
      }
      // Throws again when it was not the event that was refused.
      const written = await this.options.store.write(writes);
      this.options.logger.warn('Failed to record an event', toError(error));
      return written;
    }
  }

  /** Nobody waits for those who listen, and what they do wrong is theirs. */
  #announce(events: readonly Resource[]): void {
    const { announce, logger } = this.options;
    for (const event of announce ? events : []) {
      announce?.(event as KargoEvent).catch(error =>
        logger.warn('Failed to announce an event', toError(error)),
      );
    }
  }
}

/** Whether the store will never take what it was given. */
function isRefusal(error: Error): boolean {
  return error instanceof ResourceTooLargeError || error.name === 'InputError';
}
