import { LABELS, Secret } from 'backstage-plugin-kargo-common';
import { CredentialType } from 'backstage-plugin-kargo-node';
import { CredentialSecret } from '../../logic/credentials/selectSecret';
import { LRUCache } from 'lru-cache';
import { Clock } from '../../ports/Clock';
import { ResourceStore } from '../../ports/ResourceStore';

/** What reading credential Secrets needs. */
export interface CredentialSecretsOptions {
  store: ResourceStore;
  clock: Clock;
}

/** A Secret with its values decoded. */
export interface StoredCredentialSecret extends CredentialSecret {
  secret: Secret;
}

type Listing = Promise<StoredCredentialSecret[]>;

/**
 * How long a list is believed, which is how late what another replica wrote may be seen: a
 * discovery of hundreds of Warehouses reads it once.
 */
export const LISTING_MS = 2_000;

const MAX_NAMESPACES = 1000;
const TYPES: CredentialType[] = ['git', 'helm', 'image'];

/**
 * The credential Secrets of a namespace, read from the store at most every two seconds while
 * this replica writes none: what was just stored here counts at once.
 */
export class CredentialSecrets {
  readonly #options: CredentialSecretsOptions;
  readonly #listings = new LRUCache<
    string,
    { listing: Listing; /** Of the monotonic clock. */ readAt: number }
  >({ max: MAX_NAMESPACES });

  static create(options: CredentialSecretsOptions): CredentialSecrets {
    return new CredentialSecrets(options);
  }

  private constructor(options: CredentialSecretsOptions) {
    this.#options = options;
    options.store.onWritten(({ kind, namespace = '' }) => {
      if (kind === 'Secret') this.#listings.delete(namespace);
    });
  }

  async list(
    namespace: string,
    type: CredentialType,
  ): Promise<StoredCredentialSecret[]> {
    return (await this.#listing(namespace)).filter(
      ({ secret }) => secret.metadata.labels?.[LABELS.credType] === type,
    );
  }

  /**
   * Each of them, with the revision that it has.
   *
   * @param options.isFresh - whether the store is asked in any case
   */
  async revisions(
    namespace: string,
    options: { isFresh?: boolean } = {},
  ): Promise<string[]> {
    const listing = options.isFresh
      ? this.#read(namespace)
      : this.#listing(namespace);
    return (await listing).map(
      ({ secret: { metadata } }) =>
        `${namespace}/${metadata.name}@${metadata.resourceVersion}`,
    );
  }

  #listing(namespace: string): Listing {
    const known = this.#listings.get(namespace);
    const age = this.#options.clock.monotonic() - (known?.readAt ?? -Infinity);
    return known && age < LISTING_MS ? known.listing : this.#read(namespace);
  }

  #read(namespace: string): Listing {
    const listing = this.#load(namespace);
    this.#listings.set(namespace, {
      listing,
      readAt: this.#options.clock.monotonic(),
    });
    listing.catch(() => {
      if (this.#listings.get(namespace)?.listing === listing) {
        this.#listings.delete(namespace);
      }
    });
    return listing;
  }

  async #load(namespace: string): Promise<StoredCredentialSecret[]> {
    const { items } = await this.#options.store.list('Secret', {
      namespace,
      labels: [{ key: LABELS.credType, operator: 'In', values: TYPES }],
    });
    return items.map(secret => ({
      name: secret.metadata.name,
      data: decode(secret),
      secret,
    }));
  }
}

function decode(secret: Secret): Record<string, string> {
  return Object.fromEntries(
    Object.entries(secret.data ?? {}).map(([key, value]) => [
      key,
      Buffer.from(value, 'base64').toString('utf8'),
    ]),
  );
}
