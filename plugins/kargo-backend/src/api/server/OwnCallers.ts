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
import { isPredefined, RoleParts, rulesOf } from '../../logic/roles/roleParts';
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
    untilRevoked: signal => untilDeleted(token, store, signal),
  };
}

/** @throws the reason of the signal; GoneError when the store cannot tell */
async function untilDeleted(
  { metadata: { namespace = '', name, uid } }: ApiToken,
  store: IndexedStore,
  signal: AbortSignal,
): Promise<void> {
  const where = { namespace, names: [name] };
  const { items, resourceVersion } = await store.list('ApiToken', where);
  if (items[0]?.metadata.uid !== uid) {
    return;
  }
  const changes = store.watch('ApiToken', {
    ...where,
    resourceVersion,
    signal,
  });
  for await (const { type } of changes) {
    if (type === 'DELETED') {
      return;
    }
  }
  signal.throwIfAborted();
}

/**
 * What the role of a token allows; `undefined` when it is gone, or its project is.
 *
 * @remarks A role that was made again under its name is another one, with tokens of its own.
 */
async function loadRules(
  token: ApiToken,
  { store, systemRoleClaims, sharedNamespace }: OwnCallersOptions,
): Promise<PlacedRules[] | undefined> {
  const { namespace = '' } = token.metadata;
  const { role } = token.spec;
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
  return parts && isMadeFor(parts, token)
    ? [
        { namespace, rules: rulesOf(parts) },
        { namespace, rules: ownProject(role, project!) },
      ]
    : undefined;
}

/** Whether a role is the one that a token was made for, and not a later one of its name. */
function isMadeFor(
  { serviceAccount: { metadata } }: RoleParts,
  { metadata: { ownerReferences = [] } }: ApiToken,
): boolean {
  const owner = ownerReferences.find(({ kind }) => kind === 'ServiceAccount');
  // Predefined roles are there always, and stored only once somebody was given one.
  return owner
    ? owner.uid === metadata.uid
    : metadata.uid === undefined || isPredefined(metadata.name);
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
