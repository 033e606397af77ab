import { LoggerService } from '@backstage/backend-plugin-api';
import { toError } from '@backstage/errors';
import { NotificationService } from '@backstage/plugin-notifications-node';
import { Notice } from './KargoNotices';
import { NoticeKind, NotificationsConfig } from './readConfig';

/** What people mute in their settings: names that stay. */
export const TOPICS: Record<NoticeKind, string> = {
  freightWaiting: 'kargo:approval',
  promotionFailed: 'kargo:promotion-failed',
  verificationFailed: 'kargo:verification-failed',
  pullRequestWaiting: 'kargo:pull-request',
};

/** To whom a notice goes, by entity references; groups mean their members. */
export interface Addressees {
  refs: string[];
  /** Who knows already. */
  except?: string;
}

/** What sending needs. */
export interface NoticeSenderOptions {
  notifications: NotificationService;
  config: NotificationsConfig;
  logger: LoggerService;
}

/** Hands notices to the portal, which may have no inbox for them. */
export class NoticeSender {
  #isFailing = false;

  static create(options: NoticeSenderOptions): NoticeSender {
    return new NoticeSender(options);
  }

  private constructor(private readonly options: NoticeSenderOptions) {}

  /** Never throws: a notice that cannot be sent is told of once, until one can be. */
  async send(notice: Notice, { refs, except }: Addressees): Promise<void> {
    if (refs.length === 0) {
      return;
    }
    const { notifications, config } = this.options;
    const { kind, severity = config.kinds[kind].severity, ...words } = notice;
    try {
      await notifications.send({
        recipients: {
          type: 'entity',
          entityRef: refs,
          ...(except && { excludeEntityRef: except }),
        },
        payload: { ...words, severity, topic: TOPICS[kind] },
      });
      this.#isFailing = false;
    } catch (error) {
      this.report(error);
    }
  }

  private report(error: unknown): void {
    const { logger } = this.options;
    const meta = { error: toError(error).message };
    if (this.#isFailing) {
      logger.debug('Cannot send a notification', meta);
      return;
    }
    this.#isFailing = true;
    logger.warn(
      'Cannot send notifications; is @backstage/plugin-notifications-backend installed? This is told again only after one was sent',
      meta,
    );
  }
}
