import { LoggerService } from '@backstage/backend-plugin-api';
import { toError } from '@backstage/errors';
import { NotificationService } from '@backstage/plugin-notifications-node';
import { setTimeout as sleep } from 'node:timers/promises';
import { Notice } from './KargoNotices';
import { NoticeKind, NotificationsConfig } from './readConfig';

/** The portal's own client waits for an answer as long as it takes. */
const LIMIT_MS = 60_000;

/** What people mute in their settings: names that stay. */
const TOPICS: Record<NoticeKind, string> = {
  freightWaiting: 'kargo:approval',
  promotionFailed: 'kargo:promotion-failed',
  verificationFailed: 'kargo:verification-failed',
  pullRequestWaiting: 'kargo:pull-request',
};

/** A notice, and to whom it goes, by entity references; groups mean their members. */
export interface AddressedNotice {
  notice: Notice;
  refs: string[];
  /** Who knows already. */
  except?: string | undefined;
}

/** The portal does not take a notice. */
export class RefusedNoticeError extends Error {
  readonly name = 'RefusedNoticeError';

  /** @param mayPass - the portal answers so, too, while its catalog does not answer it */
  constructor(message: string, readonly mayPass: boolean) {
    super(message);
  }
}

/** What sending needs. */
export interface NoticeSenderOptions {
  notifications: NotificationService;
  config: NotificationsConfig;
  logger: LoggerService;
  /** Milliseconds after which a notice counts as not taken; a minute unless told. */
  limitMs?: number;
}

/** Hands notices to the portal, which may have no inbox for them. */
export class NoticeSender {
  #isMissing = false;

  static create(options: NoticeSenderOptions): NoticeSender {
    return new NoticeSender(options);
  }

  private constructor(private readonly options: NoticeSenderOptions) {}

  /**
   * Sends a notice. A portal that has no inbox is told of once in the log.
   *
   * @throws RefusedNoticeError when the portal does not take it, and another Error when it
   * cannot take it now
   */
  async send({ notice, refs, except }: AddressedNotice): Promise<void> {
    const { notifications, config } = this.options;
    const { kind, waiting, ...words } = notice;
    try {
      await this.withinLimit(
        notifications.send({
          recipients: {
            type: 'entity',
            entityRef: refs,
            ...(except && { excludeEntityRef: except }),
          },
          payload: {
            ...words,
            severity: waiting === 'ends' ? 'low' : config.kinds[kind].severity,
            topic: TOPICS[kind],
          },
        }),
      );
      this.#isMissing = false;
    } catch (error) {
      if (!isMissing(error)) {
        throw refusalOf(error);
      }
      this.tellOfMissing(error);
    }
  }

  /** One that is not answered would hold up all others. */
  private async withinLimit(sending: Promise<void>): Promise<void> {
    const { limitMs = LIMIT_MS } = this.options;
    const over = new AbortController();
    const limit = sleep(limitMs, undefined, {
      signal: over.signal,
      ref: false,
    });
    try {
      await Promise.race([
        sending,
        limit.then(() => {
          throw new Error(
            `the portal has not answered a notification within ${limitMs} ms`,
          );
        }),
      ]);
    } finally {
      over.abort();
    }
  }

  private tellOfMissing(error: unknown): void {
    const { logger } = this.options;
    const meta = { error: toError(error).message };
    if (this.#isMissing) {
      logger.debug('Cannot send a notification', meta);
      return;
    }
    this.#isMissing = true;
    logger.warn(
      'Cannot send notifications; is @backstage/plugin-notifications-backend installed? This is told again only after one was sent',
      meta,
    );
  }
}

function isMissing(error: unknown): boolean {
  return statusOf(error) === 404;
}

/** The portal's client tells the status of an answer in its message alone. */
function statusOf(error: unknown): number | undefined {
  const status = /\bstatus (\d{3})\b/.exec(toError(error).message)?.[1];
  return status === undefined ? undefined : Number(status);
}

/** What says nothing of the notice: who asks is not known while keys change, or others ask too much. */
const TRIED_AGAIN = [401, 403, 408, 429];

/** Says how long a notice is worth trying that the portal did not take. */
function refusalOf(error: unknown): unknown {
  const status = statusOf(error);
  const isRefusal =
    status !== undefined &&
    status >= 400 &&
    status <= 499 &&
    !TRIED_AGAIN.includes(status);
  if (!isRefusal) {
    return error;
  }
  return new RefusedNoticeError(toError(error).message, status === 400);
}
