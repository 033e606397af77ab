import { LoggerService } from '@backstage/backend-plugin-api';
import { ScmIntegrationRegistry } from '@backstage/integration';
import { CredentialProvider } from 'backstage-plugin-kargo-node';
import { Clock } from '../../ports/Clock';
import { createAcrProvider } from './acr/provider';
import { basicProvider } from './basic/provider';
import { createEcrProvider } from './ecr/provider';
import { createGarProvider } from './gar/provider';
import { createGithubAppProvider } from './github-app/provider';
import { createIntegrationsProvider } from './integrations/provider';
import { CloudEnvironment } from './shared/CloudEnvironment';
import { sshProvider } from './ssh/provider';

/** What the built-in credential providers are built from. */
export interface BuiltinCredentialProvidersOptions {
  clock: Clock;
  logger: LoggerService;
  /** Present when identities of the environment may be used. */
  environment?: CloudEnvironment;
  /** Present when credentials of the portal's integrations may be used. */
  integrations?: ScmIntegrationRegistry;
}

/**
 * The built-in credential providers; the order is precedence: what a Secret says in so
 * many words before what must be exchanged, and the portal's own last.
 */
export function builtinCredentialProviders(
  options: BuiltinCredentialProvidersOptions,
): CredentialProvider[] {
  const { integrations } = options;
  return [
    basicProvider,
    sshProvider,
    createAcrProvider(options),
    createEcrProvider(options),
    createGarProvider(options),
    createGithubAppProvider(options),
    ...(integrations ? [createIntegrationsProvider(integrations)] : []),
  ];
}
