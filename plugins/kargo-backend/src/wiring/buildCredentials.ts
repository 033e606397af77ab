import { LoggerService } from '@backstage/backend-plugin-api';
import { CredentialsLookup } from 'backstage-plugin-kargo-node';
import { StoreCredentialsLookup } from '../adapters/credentials/StoreCredentialsLookup';
import { builtinCredentialProviders } from '../builtins/credentials';
import { Clock } from '../ports/Clock';
import { ResourceStore } from '../ports/ResourceStore';
import { Registries } from './buildRegistries';
import { KargoConfig } from './readConfig';

/** What credentials are built from. */
export interface BuildCredentialsOptions {
  config: KargoConfig;
  registries: Registries;
  store: ResourceStore;
  clock: Clock;
  fetch: typeof fetch;
  logger: LoggerService;
}

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/;

/** Builds the look-up of credentials: providers of extensions first, then the built-in ones. */
export function buildCredentials(
  options: BuildCredentialsOptions,
): CredentialsLookup {
  const { config, registries } = options;
  registries.credentialProviders.add(...builtinCredentialProviders());
  const hosts = new Set(
    config.credentials.plainHttpHosts.map(host => host.toLowerCase()),
  );
  return StoreCredentialsLookup.create({
    ...options,
    providers: registries.credentialProviders.all,
    sharedNamespace: config.sharedResourcesNamespace,
    isPlainHttpAllowed: host =>
      hosts.has(host) ||
      (config.egress.allowLoopback === true && LOOPBACK.test(host)),
  });
}
