import { LoggerService } from '@backstage/backend-plugin-api';
import { InputError, toError } from '@backstage/errors';
import {
  CredentialProvider,
  CredentialRequest,
  CredentialsLookup,
  CredentialsRejectedError,
  isCredentialsRejectedError,
  isInputError,
  isUpstreamUnavailableError,
  RepoCredentials,
  UpstreamUnavailableError,
} from 'backstage-plugin-kargo-node';
import {
  mayReceiveCredentials,
  selectSecret,
} from '../../logic/credentials/selectSecret';
import { sha256Hex } from '../../logic/hash';
import { normalizeRepoURL } from '../../logic/repoUrls';
import { Clock } from '../../ports/Clock';
import { CredentialVersions } from '../../ports/CredentialVersions';
import { ResourceStore } from '../../ports/ResourceStore';
import { CredentialCache } from './CredentialCache';
import {
  CREDENTIAL_TYPES,
  CredentialSecrets,
  ofType,
  StoredCredentialSecret,
} from './CredentialSecrets';

/** Characters of a hash that versions are told apart by. */
const VERSION_LENGTH = 16;

/** What looking up credentials needs. */
export interface StoreCredentialsLookupOptions {
  store: ResourceStore;
  /** In the order of precedence. */
  providers: readonly CredentialProvider[];
  sharedNamespace: string;
  clock: Clock;
  fetch: typeof fetch;
  logger: LoggerService;
  /** Whether credentials may go to a host (with port) over plain HTTP. */
  isPlainHttpAllowed: (host: string) => boolean;
}

/**
 * Finds credentials in the Secrets of a project and then in the shared ones; where none
 * matches, providers of ambient identities get their turn.
 *
 * @remarks
 * Tokens are kept by the content of the Secret they come from, so that a changed Secret
 * counts as soon as it is read.
 */
export class StoreCredentialsLookup
  implements CredentialsLookup, CredentialVersions
{
  readonly #secrets: CredentialSecrets;
  readonly #cache: CredentialCache;

  static create(
    options: StoreCredentialsLookupOptions,
  ): StoreCredentialsLookup {
    return new StoreCredentialsLookup(options);
  }

  private constructor(private readonly options: StoreCredentialsLookupOptions) {
    this.#secrets = CredentialSecrets.create(options);
    this.#cache = CredentialCache.create(options);
  }

  async find(
    request: CredentialRequest,
    options: { signal?: AbortSignal; isRead?: boolean } = {},
  ): Promise<RepoCredentials | undefined> {
    options.signal?.throwIfAborted();
    const { isPlainHttpAllowed, providers, logger } = this.options;
    if (!mayReceiveCredentials(request.repoURL, isPlainHttpAllowed)) {
      logger.warn('No credentials are sent over plain HTTP', {
        repoURL: describeURL(request),
        project: request.project,
      });
      return undefined;
    }
    const selected = await this.#findSecret(request);
    const provider = providers.find(candidate =>
      candidate.appliesTo(request, selected?.data, selected?.secret),
    );
    const found =
      provider && (await this.#resolve(request, provider, selected, options));
    return options.isRead && found?.isUnreadable ? undefined : found;
  }

  async versionsOf(
    project: string,
    repoURLs: ReadonlyArray<string | undefined>,
    options: { isFresh?: boolean } = {},
  ): Promise<string[]> {
    const listings = await Promise.all(
      [project, this.options.sharedNamespace].map(namespace =>
        this.#secrets.listAll(namespace, options),
      ),
    );
    return repoURLs.map(repoURL =>
      versionOf(
        repoURL === undefined
          ? listings.flat()
          : selectOfEachType(listings, repoURL),
      ),
    );
  }

  async #findSecret(
    request: CredentialRequest,
  ): Promise<StoredCredentialSecret | undefined> {
    // Read at once, and judged in this order.
    const lists = [request.project, this.options.sharedNamespace].map(
      namespace => this.#secrets.list(namespace, request.type),
    );
    // Whether the second can be read is of no matter where the first has what is needed.
    lists.forEach(list => list.catch(() => {}));
    for (const list of lists) {
      const secrets = await list;
      const selected = selectSecret(secrets, request.type, request.repoURL);
      if (selected) {
        return selected;
      }
    }
    return undefined;
  }

  async #resolve(
    request: CredentialRequest,
    provider: CredentialProvider,
    selected: StoredCredentialSecret | undefined,
    options: { signal?: AbortSignal },
  ): Promise<RepoCredentials | undefined> {
    const { clock, fetch } = this.options;
    try {
      return await this.#cache.get(
        cacheKey(request, provider, selected),
        signal =>
          provider.resolve(
            request,
            selected?.data,
            { now: () => clock.now(), fetch, signal },
            selected?.secret,
          ),
        options,
      );
    } catch (error) {
      options.signal?.throwIfAborted();
      throw describeFailure(error, request, provider, selected);
    }
  }
}

/** Those that look-ups for a repository find, whatever they take it for. */
function selectOfEachType(
  listings: ReadonlyArray<readonly StoredCredentialSecret[]>,
  repoURL: string,
): StoredCredentialSecret[] {
  return CREDENTIAL_TYPES.flatMap(type =>
    listings
      .flatMap(
        secrets => selectSecret(ofType(secrets, type), type, repoURL) ?? [],
      )
      .slice(0, 1),
  );
}

function versionOf(secrets: readonly StoredCredentialSecret[]): string {
  const revisions = secrets.map(
    ({ secret: { metadata } }) =>
      `${metadata.namespace}/${metadata.name}@${metadata.resourceVersion}`,
  );
  return sha256Hex(revisions.sort().join()).slice(0, VERSION_LENGTH);
}

/** A hash, since it is made of secrets. */
function cacheKey(
  request: CredentialRequest,
  provider: CredentialProvider,
  selected: StoredCredentialSecret | undefined,
): string {
  const audience = provider.audience?.(request, selected?.data) ?? [
    request.project,
    request.type,
    normalizeRepoURL(request.type, request.repoURL),
  ];
  return sha256Hex(
    JSON.stringify([
      provider.id,
      audience,
      Object.entries(selected?.data ?? {}).sort(([a], [b]) => (a < b ? -1 : 1)),
      selected?.secret.metadata.annotations,
    ]),
  );
}

/** Says whose credentials failed; what kind of failure it is stays. */
function describeFailure(
  error: unknown,
  request: CredentialRequest,
  provider: CredentialProvider,
  selected: StoredCredentialSecret | undefined,
): Error {
  const { metadata } = selected?.secret ?? {};
  const source = metadata
    ? `Secret '${metadata.namespace}/${metadata.name}'`
    : `provider '${provider.id}'`;
  const message = `Credentials for ${describeURL(
    request,
  )} from ${source} cannot be used: ${toError(error).message}`;
  // Given as such, the cause would add to the message what stands there already.
  return Object.assign(ofSameKind(error, message), { cause: error });
}

function ofSameKind(error: unknown, message: string): Error {
  if (isCredentialsRejectedError(error)) {
    return new CredentialsRejectedError(message);
  }
  if (isUnavailable(error)) {
    const { host, retryAt } = error;
    return new UpstreamUnavailableError(host, message, { retryAt });
  }
  return isInputError(error) ? new InputError(message) : new Error(message);
}

function isUnavailable(error: unknown): error is UpstreamUnavailableError {
  return isUpstreamUnavailableError(error) && 'host' in error;
}

/** The URL as it was written, without what may be secret in it. */
function describeURL({ repoURL }: CredentialRequest): string {
  return repoURL
    .trim()
    .split('?')[0]
    .replace(/\/\/[^/]*@/, '//');
}
