import { LABELS, Secret } from 'backstage-plugin-kargo-common';
import { CredentialType } from 'backstage-plugin-kargo-node';
import { CredentialSecret } from '../../logic/credentials/selectSecret';
import { LRUCache } from 'lru-cache';
import { Clock } from '../../ports/Clock';
import { ListOptions, ResourceStore } from '../../ports/ResourceStore';

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

/** The types that there are. */
export const CREDENTIAL_TYPES: readonly CredentialType[] = [
  'git',
  'helm',
  'image',
];

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
    return ofType(await this.#listing(namespace), type);
  }

  /**
   * Those of every type; without values where no key opens them all any more.
   *
   * @param options.isFresh - whether the store is asked in any case
   */
  async listAll(
    namespace: string,
    options: { isFresh?: boolean } = {},
  ): Promise<StoredCredentialSecret[]> {
    const listing = options.isFresh
      ? this.#read(namespace)
      : this.#listing(namespace);
    return listing.catch(() => this.#load(namespace, { unreadable: 'omit' }));
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

  async #load(
    namespace: string,
    options: Pick<ListOptions, 'unreadable'> = {},
  ): Promise<StoredCredentialSecret[]> {
    const { items } = await this.#options.store.list('Secret', {
      ...options,
      namespace,
      labels: [
        { key: LABELS.credType, operator: 'In', values: [...CREDENTIAL_TYPES] },
      ],
    });
    return items.map(secret => ({
      name: secret.metadata.name,
      data: decode(secret),
      secret,
    }));
  }
}

/** Those of a type. */
export function ofType(
  secrets: readonly StoredCredentialSecret[],
  type: CredentialType,
): StoredCredentialSecret[] {
  return secrets.filter(
    ({ secret }) => secret.metadata.labels?.[LABELS.credType] === type,
  );
}

function decode(secret: Secret): Record<string, string> {
  return Object.fromEntries(
    Object.entries(secret.data ?? {}).map(([key, value]) => [
      key,
      Buffer.from(value, 'base64').toString('utf8'),
    ]),
  );
}
