import { WebhookDelivery } from 'backstage-plugin-kargo-common';

/**
 * The last deliveries of webhooks.
 *
 * @remarks
 * They are a log and no resources: nobody acts on them, and there may be many a second. Of
 * each receiver the newest few are kept that were taken, and apart from them the newest few
 * that were refused, so that no stranger drives out what is worth knowing.
 */
export interface WebhookDeliveries {
  /** @param place - the project of the receiver, or empty for one of the installation */
  record(place: string, delivery: WebhookDelivery): Promise<void>;
  /** Newest first. */
  list(place: string): Promise<WebhookDelivery[]>;
  /** Forgets what was delivered to other receivers of a place than these. */
  keepOnly(place: string, receivers: readonly string[]): Promise<void>;
}
