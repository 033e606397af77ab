import {
  coreServices,
  createBackendModule,
} from '@backstage/backend-plugin-api';
import { catalogServiceRef } from '@backstage/plugin-catalog-node';
import { policyExtensionPoint } from '@backstage/plugin-permission-node/alpha';
import { LRUCache } from 'lru-cache';
import { KargoOwnersPolicy, KargoRolesPolicy } from './KargoRolesPolicy';
import { readKargoRolesConfig } from './readRolesConfig';

/** How long an address is believed, in milliseconds. */
const EMAIL_TTL_MS = 60_000;
const EMAILS = 1_000;

/**
 * Sets the portal's policy: in Kargo, what its roles allow or what belongs to one's own
 * catalog entities; everything else is allowed.
 *
 * @remarks A portal with a policy of its own hands that to {@link KargoRolesPolicy} instead.
 *
 * @public
 */
export const kargoRolesPolicyModule = createBackendModule({
  pluginId: 'permission',
  moduleId: 'kargo-roles',
  register(env) {
    env.registerInit({
      deps: {
        auth: coreServices.auth,
        catalog: catalogServiceRef,
        config: coreServices.rootConfig,
        policy: policyExtensionPoint,
      },
      async init({ auth, catalog, config, policy }) {
        const emails = new LRUCache<string, { email?: string }>({
          max: EMAILS,
          ttl: EMAIL_TTL_MS,
          fetchMethod: async ref => {
            const entity = await catalog.getEntityByRef(ref, {
              credentials: await auth.getOwnServiceCredentials(),
            });
            return readProfile(entity?.spec);
          },
        });
        policy.setPolicy(
          KargoRolesPolicy.create({
            roles: readKargoRolesConfig(config),
            otherwise: new KargoOwnersPolicy(),
            findEmail: async ref => (await emails.fetch(ref))?.email,
          }),
        );
      },
    });
  },
});

function readProfile(spec: unknown): { email?: string } {
  const { profile } = (spec ?? {}) as { profile?: { email?: unknown } };
  const email = profile?.email;
  return typeof email === 'string' ? { email } : {};
}
