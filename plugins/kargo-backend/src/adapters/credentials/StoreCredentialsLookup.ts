import { LoggerService } from '@backstage/backend-plugin-api';
import { toError } from '@backstage/errors';
import { LABELS, Secret } from 'backstage-plugin-kargo-common';
import {
  CredentialProvider,
  CredentialRequest,
  CredentialsLookup,
  RepoCredentials,
} from 'backstage-plugin-kargo-node';
import {
  mayReceiveCredentials,
  selectSecret,
} from '../../logic/credentials/selectSecret';
import { Clock } from '../../ports/Clock';
import { ResourceStore } from '../../ports/ResourceStore';

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
 */
export class StoreCredentialsLookup implements CredentialsLookup {
  static create(
    options: StoreCredentialsLookupOptions,
  ): StoreCredentialsLookup {
    return new StoreCredentialsLookup(options);
  }

  private constructor(
    private readonly options: StoreCredentialsLookupOptions,
  ) {}

  async find(
    request: CredentialRequest,
    options: { signal?: AbortSignal } = {},
  ): Promise<RepoCredentials | undefined> {
    const { isPlainHttpAllowed, providers, clock } = this.options;
    if (!mayReceiveCredentials(request.repoURL, isPlainHttpAllowed)) {
      return undefined;
    }
    const secret = await this.findSecret(request);
    const data = secret && decode(secret);
    const provider = providers.find(candidate =>
      candidate.appliesTo(request, data, secret),
    );
    try {
      return await provider?.resolve(
        request,
        data,
        {
          now: () => clock.now(),
          fetch: this.options.fetch,
          signal: options.signal,
        },
        secret,
      );
    } catch (error) {
      options.signal?.throwIfAborted();
      const source = secret
        ? `Secret '${secret.metadata.namespace}/${secret.metadata.name}'`
        : `provider '${provider?.id}'`;
      throw new Error(
        `Credentials for ${request.repoURL} from ${source} cannot be used: ${
          toError(error).message
        }`,
        { cause: error },
      );
    }
  }

  private async findSecret(
    request: CredentialRequest,
  ): Promise<Secret | undefined> {
    for (const namespace of [request.project, this.options.sharedNamespace]) {
      const { items } = await this.options.store.list<Secret>('Secret', {
        namespace,
        labels: [
          { key: LABELS.credType, operator: 'In', values: [request.type] },
        ],
      });
      const selected = selectSecret(
        items.map(item => ({ name: item.metadata.name, data: decode(item) })),
        request.type,
        request.repoURL,
      );
      if (selected) {
        return items.find(item => item.metadata.name === selected.name);
      }
    }
    return undefined;
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
