import {
  coreServices,
  createBackendModule,
} from '@backstage/backend-plugin-api';
import { catalogServiceRef } from '@backstage/plugin-catalog-node';
import { policyExtensionPoint } from '@backstage/plugin-permission-node/alpha';
import { KargoOwnersPolicy, KargoRolesPolicy } from './KargoRolesPolicy';
import { readKargoRolesConfig } from './readRolesConfig';
import { rememberedEmails } from './rememberedEmails';

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
        policy.setPolicy(
          KargoRolesPolicy.create({
            roles: readKargoRolesConfig(config),
            otherwise: new KargoOwnersPolicy(),
            findEmail: rememberedEmails(async ref => {
              const entity = await catalog.getEntityByRef(ref, {
                credentials: await auth.getOwnServiceCredentials(),
              });
              return readEmail(entity?.spec);
            }),
          }),
        );
      },
    });
  },
});

function readEmail(spec: unknown): string | undefined {
  const { profile } = (spec ?? {}) as { profile?: { email?: unknown } };
  const email = profile?.email;
  return typeof email === 'string' ? email : undefined;
}
