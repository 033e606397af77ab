import { LoggerService } from '@backstage/backend-plugin-api';
import { toError } from '@backstage/errors';
import {
  Subscription,
  subscriptionType,
  Warehouse,
} from 'backstage-plugin-kargo-common';
import {
  AnySubscriptionType,
  CredentialsLookup,
  PreviousDiscovery,
} from 'backstage-plugin-kargo-node';
import { backoff, RECONCILE_BACKOFF } from '../../../logic/backoff';
import {
  DiscoveryStatus,
  SubscriptionOutcome,
} from '../../../logic/warehouse/foldDiscovery';
import { foldWithRoom } from '../../../logic/warehouse/foldWithRoom';

/** What reading subscriptions takes. */
export interface SubscriptionReaderOptions {
  subscriptionTypes: ReadonlyMap<string, AnySubscriptionType>;
  credentials: CredentialsLookup;
  logger: LoggerService;
  random: () => number;
}

/** When subscriptions are read, and how. */
export interface ReadingContext {
  nowMs: number;
  signal: AbortSignal;
  /** Whether somebody wants to know now: nothing is answered from what was heard lately. */
  force: boolean;
}

/** Reads what the subscriptions of a Warehouse watch. */
export class SubscriptionReader {
  static create(options: SubscriptionReaderOptions): SubscriptionReader {
    return new SubscriptionReader(options);
  }

  private constructor(private readonly options: SubscriptionReaderOptions) {}

  /**
   * Reads one subscription. What keeps it from being read is an outcome.
   *
   * @throws the reason of the signal
   */
  async read(
    warehouse: Warehouse,
    index: number,
    previous: PreviousDiscovery | undefined,
    context: ReadingContext,
  ): Promise<SubscriptionOutcome> {
    // Extensions may change what they are given.
    const subscription = structuredClone(warehouse.spec.subscriptions[index]);
    try {
      const answer = await this.typeOf(subscription).discover(
        subscription[subscriptionType(subscription)] as never,
        structuredClone(previous),
        {
          project: warehouse.metadata.namespace ?? '',
          subscriptionName: subscription.name,
          credentials: this.options.credentials,
          signal: context.signal,
          logger: this.options.logger,
          now: () => context.nowMs,
          force: context.force,
        },
      );
      return { kind: 'found', ...answer };
    } catch (error) {
      context.signal.throwIfAborted();
      return this.failure(warehouse, index, toError(error), context);
    }
  }

  /**
   * The discovery part of the status, after each subscription came to something.
   *
   * @param now - RFC 3339
   */
  fold(
    warehouse: Warehouse,
    outcomes: SubscriptionOutcome[],
    now: string,
  ): DiscoveryStatus {
    const names = warehouse.spec.subscriptions.map(subscription =>
      this.nameOf(subscription),
    );
    return foldWithRoom(warehouse, { names, outcomes, now });
  }

  private typeOf(subscription: Subscription): AnySubscriptionType {
    const { subscriptionTypes } = this.options;
    const name = subscriptionType(subscription);
    const type = subscriptionTypes.get(name);
    if (!type) {
      throw new Error(
        `No subscription type '${name}' is installed; known types are ${[
          ...subscriptionTypes.keys(),
        ].join(', ')}`,
      );
    }
    return type;
  }

  private failure(
    warehouse: Warehouse,
    index: number,
    error: Error & { retryAt?: number },
    { nowMs }: ReadingContext,
  ): SubscriptionOutcome {
    const name = this.nameOf(warehouse.spec.subscriptions[index]);
    const attempts =
      warehouse.status?.subscriptionFailures?.find(
        failure => failure.index === index && failure.subscription === name,
      )?.attempts ?? 0;
    const retry =
      nowMs + backoff(attempts + 1, RECONCILE_BACKOFF, this.options.random());
    return {
      kind: 'failed',
      message: error.message,
      // Whole seconds are stored; rounding down would make it due too early.
      retryAtMs: Math.ceil(Math.max(retry, error.retryAt ?? 0) / 1000) * 1000,
    };
  }

  private nameOf(subscription: Subscription): string {
    const typeName = subscriptionType(subscription);
    const type = this.options.subscriptionTypes.get(typeName);
    return type
      ? type.describe(subscription[typeName] as never)
      : subscription.name ?? typeName;
  }
}
