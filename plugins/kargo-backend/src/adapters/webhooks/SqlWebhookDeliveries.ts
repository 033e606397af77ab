import { Knex } from 'knex';
import { WebhookDelivery } from 'backstage-plugin-kargo-common';
import { WebhookDeliveries } from '../../ports/WebhookDeliveries';
import { LITERALLY } from '../store/dialect';

const TABLE = 'webhook_deliveries';

/** Deliveries kept of each receiver, of those that were refused and of all others. */
const KEPT = 20;

/** A delivery as it lies in the database. */
interface DeliveryRow {
  id: number;
  /** The project, or empty for a receiver of the installation. */
  place: string;
  receiver: string;
  type: string;
  event: string;
  at: string;
  status: number;
  outcome: WebhookDelivery['outcome'];
  message: string;
}

/** Keeps the last deliveries in the plugin's database. */
export class SqlWebhookDeliveries implements WebhookDeliveries {
  static create(options: { knex: Knex }): SqlWebhookDeliveries {
    return new SqlWebhookDeliveries(options.knex);
  }

  private constructor(private readonly knex: Knex) {}

  async record(place: string, delivery: WebhookDelivery): Promise<void> {
    const { receiver, outcome } = delivery;
    await this.knex<DeliveryRow>(TABLE).insert({ place, ...delivery });
    const alike = (query: Knex.QueryBuilder) =>
      outcome === 'Refused'
        ? query.where({ place, receiver, outcome })
        : query.where({ place, receiver }).whereNot({ outcome: 'Refused' });
    await alike(this.knex(TABLE))
      .whereNotIn(
        'id',
        alike(this.knex(TABLE).select('id'))
          .orderBy('id', 'desc')
          .limit(KEPT, LITERALLY),
      )
      .delete();
  }

  async list(place: string): Promise<WebhookDelivery[]> {
    const rows = await this.knex<DeliveryRow>(TABLE)
      .where({ place })
      .orderBy('id', 'desc');
    return rows.map(({ id: _, place: __, ...delivery }) => delivery);
  }

  async keepOnly(place: string, receivers: readonly string[]): Promise<void> {
    await this.knex(TABLE)
      .where({ place })
      .whereNotIn('receiver', [...receivers])
      .delete();
  }
}
