import { ConflictError, NotFoundError } from '@backstage/errors';
import {
  ANNOTATIONS,
  ApiToken,
  Draft,
  KARGO_API_VERSION,
  keyOf,
  LABELS,
  problemAt,
  RESOURCE_NAME_PATTERN,
  Secret,
} from 'backstage-plugin-kargo-common';
import { InvalidResourceError } from '../../logic/admission/InvalidResourceError';
import { tokenEvent } from '../../logic/events';
import { formatToken, hashSecret } from '../../logic/roles/apiToken';
import { placeOf, RoleParts } from '../../logic/roles/roleParts';
import { KARGO_NAMESPACE } from '../../logic/sharedNamespaces';
import { toTimestamp } from '../../logic/timestamps';
import { EventOfWrites } from '../../ports/EventSink';
import { Caller } from '../server/Caller';
import { ApiServices } from '../server/route';
import { REDACTED } from './redactSecret';

type TokenServices = Pick<ApiServices, 'store' | 'clock' | 'ids' | 'events'>;

/**
 * Makes a token that acts as a role. Its text is in the answer and nowhere else.
 *
 * @throws InvalidResourceError for the name; ConflictError when there is one
 */
export async function createToken(
  parts: RoleParts,
  name: string,
  caller: Caller,
  services: TokenServices,
): Promise<Secret> {
  const { store, ids } = services;
  if (name.length > 253 || !RESOURCE_NAME_PATTERN.test(name)) {
    throw new InvalidResourceError(`API token '${name}'`, [
      problemAt({ name }, ['name'], 'a lower-case RFC 1123 name'),
    ]);
  }
  const { name: role, namespace } = placeOf(parts);
  const key = { kind: 'ApiToken' as const, namespace, name };
  if (await store.find(key)) {
    throw new ConflictError(`API token '${name}' exists`);
  }
  // Two random UUIDs are 244 bits of chance.
  const secret = `${ids.uuid()}${ids.uuid()}`.replace(/-/g, '');
  const draft: Draft<ApiToken> & Pick<ApiToken, 'kind'> = {
    apiVersion: KARGO_API_VERSION,
    kind: 'ApiToken',
    metadata: {
      name,
      namespace,
      annotations: { [ANNOTATIONS.createActor]: caller.actor },
      ...ownedBy(parts),
    },
    spec: { role, hash: hashSecret(secret) },
  };
  const [token] = await services.events.publishWith(
    [{ create: draft }],
    [report('APITokenCreated', caller, services)],
  );
  return tokenSecret(
    token as ApiToken,
    formatToken({ namespace, name, secret }),
  );
}

/** A token goes with the ServiceAccount that it acts as. */
function ownedBy({
  serviceAccount: { apiVersion, kind, metadata },
}: RoleParts): Partial<Draft<ApiToken>['metadata']> {
  const { name, uid } = metadata;
  return uid
    ? { ownerReferences: [{ apiVersion, kind, name, uid, controller: true }] }
    : {};
}

/** The tokens of a project or of the installation, of one role if it is named. */
export async function listTokens(
  store: TokenServices['store'],
  namespace: string,
  role: string | undefined,
): Promise<{ items: Secret[]; resourceVersion: string }> {
  const { items, resourceVersion } = await store.list('ApiToken', {
    namespace,
  });
  const chosen = items.filter(({ spec }) => !role || spec.role === role);
  return { items: chosen.map(token => tokenSecret(token)), resourceVersion };
}

/** @throws NotFoundError */
async function getToken(
  store: TokenServices['store'],
  namespace: string,
  name: string,
): Promise<ApiToken> {
  const token = await store.find({ kind: 'ApiToken', namespace, name });
  if (!token) {
    throw new NotFoundError(`API token '${name}' does not exist`);
  }
  return token;
}

/** Deletes a token; whoever has it is refused from then on. @throws NotFoundError */
export async function deleteToken(
  namespace: string,
  name: string,
  caller: Caller,
  services: TokenServices,
): Promise<void> {
  const token = await getToken(services.store, namespace, name);
  await services.events.publishWith(
    [{ delete: { key: { ...keyOf(token), kind: 'ApiToken' } } }],
    [report('APITokenDeleted', caller, services)],
  );
}

/** The event of a token that is written with it. */
function report(
  reason: 'APITokenCreated' | 'APITokenDeleted',
  { actor }: Caller,
  { clock, ids }: TokenServices,
): EventOfWrites {
  const context = {
    now: toTimestamp(clock.now()),
    id: ids.ulid(),
    component: 'api-server',
    actor,
  };
  return ([token]) => {
    const isSystem = token.metadata.namespace === KARGO_NAMESPACE;
    return tokenEvent(reason, token as ApiToken, context, { isSystem });
  };
}

/** A token as Kargo's clients know it: a Secret of a ServiceAccount. */
export function tokenSecret(
  { metadata, spec, status }: ApiToken,
  text: string = REDACTED,
): Secret {
  const { annotations = {}, ownerReferences: _, ...kept } = metadata;
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      ...kept,
      labels: { [LABELS.apiToken]: 'true' },
      annotations: {
        ...annotations,
        [ANNOTATIONS.managed]: 'true',
        [ANNOTATIONS.serviceAccountName]: spec.role,
        ...(status?.lastUsedAt && {
          [ANNOTATIONS.tokenLastUsed]: status.lastUsedAt,
        }),
      },
    },
    type: 'kubernetes.io/service-account-token',
    data: { token: Buffer.from(text).toString('base64') },
  };
}
