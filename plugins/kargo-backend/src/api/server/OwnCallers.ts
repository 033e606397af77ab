import { AuthenticationError, toError } from '@backstage/errors';
import { LoggerService } from '@backstage/backend-plugin-api';
import {
  ApiToken,
  PolicyRule,
  Project,
  SystemRoleClaims,
} from 'backstage-plugin-kargo-common';
import {
  isSecretOf,
  looksLikeToken,
  parseToken,
} from '../../logic/roles/apiToken';
import { rulesOf } from '../../logic/roles/roleParts';
import { systemRoleParts } from '../../logic/roles/systemRoles';
import { KARGO_NAMESPACE } from '../../logic/sharedNamespaces';
import { toTimestamp } from '../../logic/timestamps';
import { Clock } from '../../ports/Clock';
import { IndexedStore } from '../../ports/ResourceIndex';
import { loadRoles } from '../resources/roles';
import { AdminAccount } from './AdminAccount';
import { Caller } from './Caller';
import { PlacedRules, RoleAccess } from './RoleAccess';

/** What tokens of the plugin's own are checked with. */
export interface OwnCallersOptions {
  store: IndexedStore;
  clock: Clock;
  logger: LoggerService;
  sharedNamespace: string;
  systemRoleClaims: SystemRoleClaims;
  adminAccount?: AdminAccount;
}

/** The last use of a token is told this late at most. */
const LAST_USE_MS = 60_000;

/** Every role of the installation reads the ConfigMaps that all projects share. */
const SHARED_READ: PolicyRule[] = [
  { apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'list'] },
];

/** What is told to whoever has a token that is not good, whatever the reason. */
const REFUSED = 'The token is not valid (any more)';

/**
 * Who sends a token that the plugin itself has issued. Such tokens mean nothing to the
 * portal, and are good for nothing but this API.
 *
 * @returns `undefined` for a token of somebody else
 * @throws AuthenticationError for one that is not good
 */
export async function identifyOwnCaller(
  token: string,
  options: OwnCallersOptions,
): Promise<Caller | undefined> {
  if (looksLikeToken(token)) {
    return identifyRole(token, options);
  }
  const { adminAccount } = options;
  if (!adminAccount || !AdminAccount.isIssuerOf(token)) {
    return undefined;
  }
  const expiresAt = await adminAccount.verify(token);
  if (expiresAt === undefined) {
    throw new AuthenticationError(REFUSED);
  }
  const access = RoleAccess.ofAdmin(options);
  return { actor: 'admin', isOwn: true, access, expiresAt };
}

async function identifyRole(
  text: string,
  options: OwnCallersOptions,
): Promise<Caller> {
  const { store } = options;
  const parsed = parseToken(text);
  const token =
    parsed &&
    (await store.find({
      kind: 'ApiToken',
      namespace: parsed.namespace,
      name: parsed.name,
    }));
  if (!token || !isSecretOf(token, parsed.secret)) {
    throw new AuthenticationError(REFUSED);
  }
  const rules = await loadRules(token, options);
  if (!rules) {
    throw new AuthenticationError(REFUSED);
  }
  await noteUse(token, options);
  const { namespace } = parsed;
  return {
    actor: `kubernetes:system:serviceaccount:${namespace}:${token.spec.role}`,
    isOwn: true,
    access: RoleAccess.create(rules, options),
  };
}

/** What the role of a token allows; `undefined` when it is gone, or its project is. */
async function loadRules(
  { metadata: { namespace = '' }, spec: { role } }: ApiToken,
  { store, systemRoleClaims, sharedNamespace }: OwnCallersOptions,
): Promise<PlacedRules[] | undefined> {
  const project = await store.find({
    kind: 'Project',
    namespace: '',
    name: namespace,
  });
  // A project of that name may be older than tokens are: its roles are not the installation's.
  if (namespace === KARGO_NAMESPACE && !project) {
    const parts = systemRoleParts(systemRoleClaims).find(
      ({ serviceAccount }) => serviceAccount.metadata.name === role,
    );
    return (
      parts && [
        { rules: rulesOf(parts) },
        { namespace: sharedNamespace, rules: SHARED_READ },
      ]
    );
  }
  const roles = project ? await loadRoles(store, project) : [];
  const parts = roles.find(
    ({ serviceAccount }) => serviceAccount.metadata.name === role,
  );
  return (
    parts && [
      { namespace, rules: rulesOf(parts) },
      { namespace, rules: ownProject(role, project!) },
    ]
  );
}

/** The admin of a project may change and delete the Project itself. */
function ownProject(
  role: string,
  { metadata: { name } }: Project,
): PolicyRule[] {
  return role === 'kargo-admin'
    ? [
        {
          apiGroups: ['kargo.akuity.io'],
          resources: ['projects'],
          resourceNames: [name],
          verbs: ['update', 'delete'],
        },
      ]
    : [];
}

async function noteUse(
  { kind, metadata, status }: ApiToken,
  { store, clock, logger }: OwnCallersOptions,
): Promise<void> {
  const now = clock.now();
  const last = status?.lastUsedAt ? Date.parse(status.lastUsedAt) : -Infinity;
  if (now - last < LAST_USE_MS) {
    return;
  }
  const { name, namespace = '' } = metadata;
  try {
    await store.patchStatus(
      { kind, namespace, name },
      { lastUsedAt: toTimestamp(now) },
    );
  } catch (error) {
    // The request is about something else, and two at once are one use.
    logger.warn('Failed to note the use of an API token', toError(error));
  }
}
