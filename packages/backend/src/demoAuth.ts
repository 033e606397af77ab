import { createBackendModule } from '@backstage/backend-plugin-api';
import { AuthenticationError } from '@backstage/errors';
import {
  authProvidersExtensionPoint,
  createProxyAuthenticator,
  createProxyAuthProviderFactory,
} from '@backstage/plugin-auth-node';

const personaName = /^[a-z0-9-]{1,63}$/;

/**
 * Believes the header `x-demo-persona`, which the demo's sign-in page sends.
 *
 * @remarks
 * Everybody can be anybody: this belongs in a demo on one's own machine only.
 */
const demoAuthenticator = createProxyAuthenticator({
  defaultProfileTransform: async ({ persona }: { persona: string }) => ({
    profile: { displayName: persona },
  }),
  initialize: () => undefined,
  async authenticate({ req }) {
    const persona = req.header('x-demo-persona');
    if (!persona || !personaName.test(persona)) {
      throw new AuthenticationError('Choose who you are in this demo');
    }
    return { result: { persona } };
  },
});

/** Auth provider `demo`: sign-in as any User of the catalog, without a password. */
export const demoAuthModule = createBackendModule({
  pluginId: 'auth',
  moduleId: 'demo-provider',
  register(env) {
    env.registerInit({
      deps: { providers: authProvidersExtensionPoint },
      async init({ providers }) {
        providers.registerProvider({
          providerId: 'demo',
          factory: createProxyAuthProviderFactory({
            authenticator: demoAuthenticator,
            signInResolver: ({ result }, context) =>
              context.signInWithCatalogUser({
                entityRef: { kind: 'User', name: result.persona },
              }),
          }),
        });
      },
    });
  },
});
