import { LoggerService } from '@backstage/backend-plugin-api';
import {
  ChartDiscoveryResult,
  Considered,
  GenericDiscoveryResult,
  GitDiscoveryResult,
  ImageDiscoveryResult,
  JsonValue,
} from 'backstage-plugin-kargo-common';
import { z } from 'zod';
import { CredentialsLookup } from './credential';

/** What one subscription found, tagged with the list of `discoveredArtifacts` it belongs to. @public */
export type DiscoveryResult =
  | { kind: 'git'; result: GitDiscoveryResult }
  | { kind: 'image'; result: ImageDiscoveryResult }
  | { kind: 'chart'; result: ChartDiscoveryResult }
  | { kind: 'generic'; result: GenericDiscoveryResult };

/** What a subscription is told. @public */
export interface SubscriptionContext {
  project: string;
  /** The sibling key `name` of the subscription. */
  subscriptionName?: string;
  credentials: CredentialsLookup;
  signal: AbortSignal;
  logger: LoggerService;
  /** Epoch milliseconds on the engine's clock. */
  now(): number;
  /** Whether a person asked: caches by time must not answer. */
  force: boolean;
}

/** The last good discovery of the same, unchanged subscription. @public */
export interface PreviousDiscovery {
  result: DiscoveryResult;
  /** What the subscription chose to remember. */
  state?: JsonValue;
}

/** What a discovery answers. @public */
export interface SubscriptionAnswer {
  discovery: DiscoveryResult;
  /** What the next discovery is given back. */
  state?: JsonValue;
  /** What there was to choose from; absent when it is what it was before, or not known. */
  considered?: Considered;
}

/**
 * A kind of subscription of a Warehouse.
 *
 * @public
 */
export interface SubscriptionType<TSchema extends z.ZodType = z.ZodType> {
  /** The key in a manifest: `image`, `git`, `chart`, … */
  readonly id: string;
  readonly description: string;
  readonly config: TSchema;
  /** What a person calls it in a message: `image ghcr.io/acme/web`. */
  describe(config: z.output<TSchema>): string;
  /**
   * Repository URLs that webhooks can name; empty when none can. A push to one of them has the
   * Warehouse look again, whatever was pushed.
   */
  repoURLs(config: z.output<TSchema>): string[];
  /** Finds artifacts, best first. Throws when it could not find out. */
  discover(
    config: z.output<TSchema>,
    previous: PreviousDiscovery | undefined,
    context: SubscriptionContext,
  ): Promise<SubscriptionAnswer>;
}

/** A subscription type whose config type is no longer of interest. @public */
export type AnySubscriptionType = Omit<
  SubscriptionType,
  'discover' | 'describe' | 'repoURLs'
> & {
  describe(config: never): string;
  repoURLs(config: never): string[];
  discover(
    config: never,
    previous: PreviousDiscovery | undefined,
    context: SubscriptionContext,
  ): Promise<SubscriptionAnswer>;
};

/** Declares a subscription type; the config type is inferred from its schema. @public */
export function createSubscriptionType<TSchema extends z.ZodType>(
  type: SubscriptionType<TSchema>,
): SubscriptionType<TSchema> {
  return type;
}
