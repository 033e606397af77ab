import { JsonValue } from 'backstage-plugin-kargo-common';
import { z } from 'zod';

/** A request as it came in. @public */
export interface WebhookRequest {
  /** The first value of a header, whatever the case of its name; empty when it was not sent. */
  header(name: string): string;
  /** All values of a header. */
  headers(name: string): string[];
  /** The first value of a parameter behind `?`; empty when there is none. */
  param(name: string): string;
  /** What signatures are made of. */
  readonly body: Uint8Array;
}

/** Why a request is not taken. The message is shown to whoever sent it. @public */
export interface WebhookRefusal {
  readonly kind: 'refused';
  /** 400 for what is not understood, 401 for who is not known, 501 for what is not supported. */
  readonly status: 400 | 401 | 501;
  readonly message?: string;
}

/** A repository that something was pushed to, in the words of whoever tells it. @public */
export interface PushedRepository {
  kind: 'git' | 'image' | 'chart';
  url: string;
}

/** What was pushed. @public */
export interface PushedArtifacts {
  /** Several when one repository has several addresses, or is a chart and an image at once. */
  repositories: PushedRepository[];
  /** Full names of refs, tags of images, versions of charts; none when it is not told. */
  qualifiers: string[];
  /** Files that the commits touch; absent when the payload does not tell all of them. */
  changedFiles?: string[];
  /** Name of the branch that subscriptions without one follow, when it is told. */
  defaultBranch?: string;
}

/** Resources that a request asks to refresh: all that is given must hold. @public */
export interface WebhookSelection {
  kind: 'Warehouse' | 'Promotion';
  name?: string;
  labels?: Array<{
    key: string;
    operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
    values?: string[];
  }>;
  indexes?: Array<{ key: string; value: string; not?: boolean }>;
}

/**
 * What one configured action comes to.
 *
 * @remarks `problem` is shown to those who may read the configuration, so it tells nothing
 * of the request.
 *
 * @public
 */
export type WebhookActionOutcome =
  | { kind: 'notApplicable' }
  | { kind: 'error'; problem: string; matched?: boolean }
  | { kind: 'selected'; selections: WebhookSelection[] };

/**
 * What a request says.
 *
 * @remarks `pushed` refreshes the Warehouses that subscribe to it; `pullRequestsEnded` wakes
 * the Promotions that wait for one of these addresses; `acted` refreshes what is selected.
 *
 * @public
 */
export type WebhookReading =
  | { kind: 'pushed'; pushes: PushedArtifacts[] }
  | { kind: 'pullRequestsEnded'; urls: string[] }
  | { kind: 'acted'; actions: WebhookActionOutcome[] }
  /** It is well, and there is nothing to do. */
  | { kind: 'nothing'; message?: string }
  | WebhookRefusal;

/**
 * A type of webhook receiver: who may send, and what it says. All members are pure.
 *
 * @remarks
 * Who sends is known by the address of the receiver, which holds a hash of the secret, and
 * by what `authenticate` demands beside it. A request passes `screen`, `authenticate` and
 * `read`, in this order; its body is parsed in between, within limits.
 *
 * @public
 */
export interface WebhookReceiverType<TSchema extends z.ZodType = z.ZodType> {
  /** The key in a manifest, and part of the address: `github`, `harbor`, … */
  readonly id: string;
  /** One sentence for people. */
  readonly description: string;
  /** What stands below the key. */
  readonly config: TSchema;
  /** The key of the Secret's data that holds the secret. */
  readonly secretKey: string;
  /** Refuses what is no use whoever sent it. */
  screen?(request: WebhookRequest): WebhookRefusal | undefined;
  /**
   * Refuses whoever does not know the secret. Absent where the sender can prove nothing: there
   * the address alone is known to nobody else.
   */
  authenticate?(
    request: WebhookRequest,
    secret: Uint8Array,
  ): WebhookRefusal | undefined;
  /** What happened, in the sender's word: `push`. */
  event(request: WebhookRequest, body: JsonValue | undefined): string;
  /** `body` is absent when nothing was sent. */
  read(
    request: WebhookRequest,
    body: JsonValue | undefined,
    config: z.output<TSchema>,
  ): WebhookReading;
  /**
   * What in the configuration can never work, in one sentence each. What takes long to find out
   * comes one after another, with `undefined` where nothing is wrong: other work goes on between.
   */
  problems?(config: z.output<TSchema>): Iterable<string | undefined>;
}

/** A receiver type whose config type is no longer of interest. @public */
export type AnyWebhookReceiverType = Omit<
  WebhookReceiverType,
  'read' | 'problems'
> & {
  read(
    request: WebhookRequest,
    body: JsonValue | undefined,
    config: never,
  ): WebhookReading;
  problems?(config: never): Iterable<string | undefined>;
};

/** Declares a receiver type; the config type is inferred from its schema. @public */
export function createWebhookReceiverType<TSchema extends z.ZodType>(
  type: WebhookReceiverType<TSchema>,
): WebhookReceiverType<TSchema> {
  return type;
}
