import { readFile } from 'node:fs/promises';
import {
  LoggerService,
  RootConfigService,
} from '@backstage/backend-plugin-api';
import { ScmIntegrations } from '@backstage/integration';
import { StoreCredentialsLookup } from '../adapters/credentials/StoreCredentialsLookup';
import { builtinCredentialProviders } from '../builtins/credentials';
import { CloudEnvironment } from '../builtins/credentials/shared/CloudEnvironment';
import { Clock } from '../ports/Clock';
import { ResourceStore } from '../ports/ResourceStore';
import { Registries } from './buildRegistries';
import { KargoConfig } from './readConfig';

/** What credentials are built from. */
export interface BuildCredentialsOptions {
  config: KargoConfig;
  /** The portal's whole configuration, for its `integrations`. */
  rootConfig: RootConfigService;
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
): StoreCredentialsLookup {
  const { config, registries, rootConfig } = options;
  const { useAmbientIdentities, useIntegrations } = config.credentials;
  registries.credentialProviders.add(
    ...builtinCredentialProviders({
      clock: options.clock,
      logger: options.logger,
      ...(useAmbientIdentities && { environment: readEnvironment() }),
      ...(useIntegrations && {
        integrations: ScmIntegrations.fromConfig(rootConfig),
      }),
    }),
  );
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

/** The operator trusts the platform, so its endpoints are reached without the egress guard. */
function readEnvironment(): CloudEnvironment {
  return {
    variables: process.env,
    readFile: path => readFile(path, 'utf8'),
    fetch: (input, init) => fetch(input, init),
  };
}
