import { LRUCache } from 'lru-cache';
import {
  CredentialsRejectedError,
  parseRetryAfter,
  UpstreamUnavailableError,
} from 'backstage-plugin-kargo-node';
import { ForeignInputError } from '../../foreign/ForeignInputError';
import {
  ChartRepository,
  ChartRepositoryRemote,
  ChartVersion,
} from '../../ports/ChartRepository';
import { Clock } from '../../ports/Clock';
import { HttpClient, HttpResponse } from '../../ports/HttpClient';
import { SharedCalls } from '../cache/SharedCalls';
import { noteRefusal } from '../credentials/refusedCredentials';
import {
  basicAuthorization,
  credentialFingerprint,
} from '../http/credentialFingerprint';
import { findValidators } from '../http/validators';
import { IndexFile } from './indexFile';

/** What a {@link HelmRepository} needs. */
export interface HelmRepositoryOptions {
  http: HttpClient;
  clock: Clock;
  /** Characters of all indexes kept; 256 Mi unless told. */
  maxCachedCharacters?: number;
  /** Longest silence of a repository, in milliseconds; 30 seconds unless told. */
  maxSilenceMs?: number;
}

const MAX_INDEX_BYTES = 64 * 1024 * 1024;
const TIMEOUT_MS = 5 * 60_000;
const MAX_SILENCE_MS = 30_000;

/** An index that its repository can say of whether it is still current. */
interface KeptIndex {
  readonly file: IndexFile;
  readonly validators: Readonly<Record<string, string>>;
}

/** The {@link ChartRepository} over HTTP: one conditional request per index and pass. */
export class HelmRepository implements ChartRepository {
  readonly #options: HelmRepositoryOptions;
  readonly #indexes: LRUCache<string, KeptIndex>;
  readonly #calls = new SharedCalls<IndexFile>();

  static create(options: HelmRepositoryOptions): HelmRepository {
    return new HelmRepository(options);
  }

  private constructor(options: HelmRepositoryOptions) {
    this.#options = options;
    this.#indexes = new LRUCache({
      max: 1_000,
      maxSize: options.maxCachedCharacters ?? 256 * 1024 * 1024,
      // An empty index weighs something, too.
      sizeCalculation: ({ file }) => Math.max(1, file.size),
    });
  }

  async listVersions(
    remote: ChartRepositoryRemote,
    chart: string,
    options: { force?: boolean; signal?: AbortSignal } = {},
  ): Promise<ChartVersion[]> {
    const url = indexURL(remote.repoURL);
    const fingerprint = credentialFingerprint(remote.credentials);
    const trust = remote.insecureSkipTLSVerify ? 'insecure' : 'verified';
    const key = `${url.href} ${fingerprint} ${trust}`;
    const file = await this.#calls.run(
      key,
      options.signal,
      signal => this.#refresh(key, { url, remote, signal }),
      options,
    );
    try {
      return await file.listVersions(chart);
    } catch (error) {
      if (!(error instanceof ForeignInputError)) throw error;
      this.#indexes.delete(key);
      throw new UpstreamUnavailableError(
        url.host,
        `${url.host} sent an index that cannot be read for ${url.href}; check that repoURL is a chart repository`,
        { cause: error },
      );
    }
  }

  async #refresh(
    key: string,
    call: { url: URL; remote: ChartRepositoryRemote; signal: AbortSignal },
  ): Promise<IndexFile> {
    const kept = this.#indexes.get(key);
    const authorization = basicAuthorization(call.remote.credentials);
    const response = await this.#options.http.send({
      url: call.url,
      headers: {
        accept: 'application/yaml, application/x-yaml, text/yaml, */*;q=0.1',
        ...(authorization && { authorization }),
        ...kept?.validators,
      },
      maxBytes: MAX_INDEX_BYTES,
      timeoutMs: TIMEOUT_MS,
      maxSilenceMs: this.#options.maxSilenceMs ?? MAX_SILENCE_MS,
      insecureSkipTLSVerify: call.remote.insecureSkipTLSVerify,
      signal: call.signal,
    });
    if (response.status === 304 && kept) return kept.file;
    if (response.status !== 200) {
      const error = this.#toStatusError(response, call);
      throw noteRefusal(error, call.remote.credentials);
    }
    const file = new IndexFile(response.body.toString('utf8'));
    const validators = findValidators(response.headers);
    if (validators) {
      this.#indexes.set(key, { file, validators });
    } else {
      this.#indexes.delete(key);
    }
    return file;
  }

  #toStatusError(
    response: HttpResponse,
    { url, remote }: { url: URL; remote: ChartRepositoryRemote },
  ): Error {
    const { host, href } = url;
    const { status } = response;
    if (status === 401 || status === 403) {
      return new CredentialsRejectedError(
        remote.credentials
          ? `${host} refuses the credentials for ${href}; check the Secret with this repoURL`
          : `${host} wants credentials for ${href} and none are configured; add a Secret with this repoURL`,
      );
    }
    const advice =
      status === 404
        ? 'there is no index; check repoURL'
        : 'it will be asked again later';
    return new UpstreamUnavailableError(
      host,
      `${host} answered with status ${status} when asked for ${href}; ${advice}`,
      {
        retryAt: parseRetryAfter(
          response.headers['retry-after']?.[0],
          this.#options.clock.now(),
        ),
      },
    );
  }
}

function indexURL(repoURL: string): URL {
  const url = new URL(repoURL);
  url.pathname = `${url.pathname.replace(/\/$/, '')}/index.yaml`;
  return url;
}
