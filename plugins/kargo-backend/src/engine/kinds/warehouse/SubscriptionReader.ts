import { LoggerService } from '@backstage/backend-plugin-api';
import { toError } from '@backstage/errors';
import {
  firstIssue,
  Subscription,
  subscriptionType,
  Warehouse,
} from 'backstage-plugin-kargo-common';
import {
  AnySubscriptionType,
  CredentialsLookup,
  isCredentialsRejectedError,
  PreviousDiscovery,
  SubscriptionAnswer,
  toJson,
} from 'backstage-plugin-kargo-node';
import {
  backoff,
  RECONCILE_BACKOFF,
  REFUSED_BACKOFF,
} from '../../../logic/backoff';
import {
  DiscoveryStatus,
  SubscriptionOutcome,
} from '../../../logic/warehouse/foldDiscovery';
import { foldWithRoom } from '../../../logic/warehouse/foldWithRoom';

/** Types whose configuration is part of the schema of a Warehouse. */
const BUILT_IN = ['chart', 'git', 'image'];
const RESULTS = ['chart', 'generic', 'git', 'image'];
/** However long a host wants to be left alone. */
const LONGEST_RETRY_MS = 24 * 60 * 60 * 1_000;

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
      const type = this.typeOf(subscription);
      const answer = await type.discover(
        configOf(type, subscription) as never,
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
      return { kind: 'found', ...readAnswer(type, answer) };
    } catch (error) {
      context.signal.throwIfAborted();
      return this.failure(warehouse, index, toError(error), context);
    }
  }

  /**
   * The discovery part of the status, after each subscription came to something.
   *
   * @param pass.now - RFC 3339
   * @param pass.credentials - the version of those that each was asked with, where they are known
   */
  fold(
    warehouse: Warehouse,
    pass: {
      outcomes: SubscriptionOutcome[];
      now: string;
      credentials?: readonly string[];
    },
  ): DiscoveryStatus {
    const names = warehouse.spec.subscriptions.map(subscription =>
      this.nameOf(subscription),
    );
    return foldWithRoom(warehouse, { ...pass, names });
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
    const policy = isCredentialsRejectedError(error)
      ? REFUSED_BACKOFF
      : RECONCILE_BACKOFF;
    const retry = nowMs + backoff(attempts + 1, policy, this.options.random());
    // What an extension makes of a header may be no number, or a time that there is not.
    const asked = Math.min(error.retryAt || 0, nowMs + LONGEST_RETRY_MS);
    return {
      kind: 'failed',
      message: error.message,
      // Whole seconds are stored; rounding down would make it due too early.
      retryAtMs: Math.ceil(Math.max(retry, asked) / 1000) * 1000,
    };
  }

  private nameOf(subscription: Subscription): string {
    const typeName = subscriptionType(subscription);
    const type = this.options.subscriptionTypes.get(typeName);
    const name = subscription.name ?? typeName;
    try {
      return type?.describe(configOf(type, subscription) as never) ?? name;
    } catch {
      // Reading it tells what is wrong with it.
      return name;
    }
  }
}

/**
 * What stands in a subscription, as its type reads it. Those that are built in have been read
 * with their Warehouse: what was accepted once is looked at as it is.
 *
 * @throws Error that says what is wrong with it
 */
function configOf(type: AnySubscriptionType, subscription: Subscription) {
  const told = subscription[type.id];
  if (BUILT_IN.includes(type.id)) {
    return told;
  }
  const { data, error } = type.config.safeParse(told);
  if (error) {
    throw new Error(firstIssue(error, type.id));
  }
  return data;
}

/** @throws Error for what an extension answers that is none of the results there are, or no JSON */
function readAnswer(
  { id }: AnySubscriptionType,
  answer: SubscriptionAnswer,
): SubscriptionAnswer {
  if (BUILT_IN.includes(id)) {
    return answer;
  }
  const { kind, result } =
    (answer as Partial<SubscriptionAnswer> | undefined)?.discovery ?? {};
  if (!result || !RESULTS.includes(kind ?? '')) {
    throw new Error(
      `the subscription type '${id}' answered no discovery of a kind that there is (${RESULTS.join(
        ', ',
      )})`,
    );
  }
  return toJson(answer) as unknown as SubscriptionAnswer;
}
