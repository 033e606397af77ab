import { LoggerService } from '@backstage/backend-plugin-api';
import { toError } from '@backstage/errors';
import { Draft, KargoEvent } from 'backstage-plugin-kargo-common';
import { EventSink } from '../ports/EventSink';
import { ResourceStore } from '../ports/ResourceStore';

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
}
