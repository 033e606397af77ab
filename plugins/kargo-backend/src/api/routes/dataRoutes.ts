import { ConflictError, NotFoundError } from '@backstage/errors';
import {
  Ask,
  OperationId,
  Resource,
  ResourceKey,
  ResourceOf,
} from 'backstage-plugin-kargo-common';
import { z } from 'zod';
import { Requester } from '../../ports/ResourceAdmission';
import { LabelRequirement } from '../../ports/ResourceStore';
import { listBody } from '../server/answers';
import { Caller } from '../server/Caller';
import { DataKey } from '../resources/dataManifests';
import { onLatest } from '../resources/onLatest';
import { redactSecret } from '../resources/redactSecret';
import {
  ApiServices,
  AuditNote,
  createFamilyRoute,
  FamilyRouteParts,
  OperationIdIn,
  Route,
} from '../server/route';
import { Place } from './place';

/** Kinds that hold data. */
type DataKind = 'Secret' | 'ConfigMap';

/** What a family keeps, and the schemas of what is sent for it. */
export interface FamilyTypes {
  kind: DataKind;
  created: z.ZodType<{ name: string }>;
  replaced: z.ZodType;
  patched: z.ZodType;
}

/** Part of the names of the operations of a family: `RepoCredentials`. */
type FamilyId = 'RepoCredentials' | 'GenericCredentials' | 'ConfigMap';

/** A family of objects that hold data, and how bodies become manifests. */
export interface DataFamily<
  T extends FamilyTypes,
  F extends FamilyId = FamilyId,
> {
  id: F;
  /** For messages and summaries: `repository credentials`. */
  words: string;
  kind: T['kind'];
  /** What makes an object a member. */
  labels?: LabelRequirement[];
  created: T['created'];
  replaced: T['replaced'];
  patched: T['patched'];
  build(
    key: DataKey,
    body: z.output<T['created']> | z.output<T['replaced']>,
  ): object;
  /** When what replaces an object depends on what is stored. */
  replace?(
    stored: ResourceOf<T['kind']>,
    key: DataKey,
    body: z.output<T['replaced']>,
  ): object;
  patch(
    resource: ResourceOf<T['kind']>,
    body: z.output<T['patched']>,
  ): ResourceOf<T['kind']>;
}

/** A family in a place. */
interface Collection<T extends FamilyTypes> {
  place: Place;
  family: DataFamily<T>;
  words: string;
}

type Verb = 'list' | 'create' | 'get' | 'replace' | 'patch' | 'delete';

/** Every scope of a place has a caller. */
type Scope = Exclude<Ask['scope'], 'nobody'>;

/** All six operations of a family in a place. */
export function dataRoutes<
  T extends FamilyTypes,
  P extends Place['id'],
  F extends FamilyId,
>(
  place: Place<P>,
  family: DataFamily<T, F>,
): Array<Route<Extract<`${Verb}${P}${F}`, OperationId>>> {
  const words = `${family.words} ${place.whose}`;
  const collection: Collection<T> = { place, family, words };
  const parts: Record<Verb, FamilyRouteParts<Scope>> = {
    list: listObjects(collection),
    create: createObject(collection),
    get: getObject(collection),
    replace: replaceObject(collection),
    patch: patchObject(collection),
    delete: deleteObject(collection),
  };
  return (Object.keys(parts) as Verb[]).map(verb => {
    const id = `${verb}${place.id}${family.id}`;
    return createFamilyRoute<Scope, OperationIdIn<Scope>>(
      id as OperationIdIn<Scope>,
      parts[verb],
    ) as Route<Extract<`${Verb}${P}${F}`, OperationId>>;
  });
}

/** Who asks for a change; what may surprise them is collected. */
function requesterOf({ actor }: Caller, warnings: string[]): Requester {
  return { actor, warn: warning => warnings.push(warning) };
}

function listObjects<T extends FamilyTypes>({
  place,
  family,
  words,
}: Collection<T>): FamilyRouteParts<Scope> {
  return {
    summary: `Lists ${words}`,
    answers: { 200: `${family.kind}List` },
    handle: async ({ params }, services) => {
      const list = await services.store.list(family.kind, {
        namespace: place.namespaceOf(params, services),
        unreadable: 'omit',
        ...(family.labels && { labels: family.labels }),
      });
      const items = list.items.map(redactSecret);
      return {
        status: 200,
        body: listBody(family.kind, { ...list, items }),
        warnings: list.items.flatMap(unreadableWarnings),
      };
    },
  };
}

function createObject<T extends FamilyTypes>({
  place,
  family,
  words,
}: Collection<T>): FamilyRouteParts<Scope, object, z.output<T['created']>> {
  return {
    summary: `Creates ${words}`,
    body: { schema: family.created },
    answers: { 201: family.kind },
    audit: audit(family.kind, 'create'),
    handle: async (request, services) => {
      const { params, body } = request;
      const { name } = body;
      const namespace = place.namespaceOf(params, services);
      const warnings: string[] = [];
      const created = await services.admission.create(
        family.build({ name, namespace }, body),
        requesterOf(request.caller, warnings),
      );
      return {
        status: 201,
        body: redactSecret(created),
        audited: { name },
        warnings,
      };
    },
  };
}

function getObject<T extends FamilyTypes>({
  place,
  family,
  words,
}: Collection<T>): FamilyRouteParts<Scope> {
  return {
    summary: `Answers one of the ${words}`,
    answers: { 200: family.kind },
    handle: async ({ params }, services) => {
      const key = keyIn(place, family.kind, params, services);
      const { object, resourceVersion } = await getMember(
        family,
        key,
        services,
        'omit',
      );
      return {
        status: 200,
        body: redactSecret(object),
        resourceVersion,
        warnings: unreadableWarnings(object),
      };
    },
  };
}

function replaceObject<T extends FamilyTypes>({
  place,
  family,
  words,
}: Collection<T>): FamilyRouteParts<Scope, object, z.output<T['replaced']>> {
  return {
    summary: `Replaces one of the ${words}`,
    body: { schema: family.replaced },
    answers: { 200: family.kind },
    audit: audit(family.kind, 'replace'),
    handle: async (request, services) => {
      const key = keyIn(place, family.kind, request.params, services);
      // Values that are to be kept have to be there.
      const isNeeded = family.replace !== undefined;
      const { name, namespace } = key;
      const { body } = request;
      return onLatest(
        async () => {
          const omitted = isNeeded ? undefined : 'omit';
          return (await getMember(family, key, services, omitted)).object;
        },
        stored => {
          const manifest = family.replace
            ? family.replace(stored, { name, namespace }, body)
            : family.build({ name, namespace }, body);
          return replaceBy(
            { ...keepType(stored), ...manifest },
            request,
            services,
          );
        },
      );
    },
  };
}

function patchObject<T extends FamilyTypes>({
  place,
  family,
  words,
}: Collection<T>): FamilyRouteParts<Scope, object, z.output<T['patched']>> {
  return {
    summary: `Changes parts of one of the ${words}`,
    body: { schema: family.patched },
    answers: { 200: family.kind },
    audit: audit(family.kind, 'patch'),
    handle: async (request, services) => {
      const key = keyIn(place, family.kind, request.params, services);
      return onLatest(
        async () => (await getMember(family, key, services)).object,
        stored =>
          replaceBy(family.patch(stored, request.body), request, services),
      );
    },
  };
}

/** Answers what replaces an object, as it is shown. */
async function replaceBy(
  manifest: object,
  { caller }: { caller: Caller },
  { admission }: ApiServices,
) {
  const warnings: string[] = [];
  const requester = requesterOf(caller, warnings);
  const { resource } = await admission.replace(manifest, requester);
  return { status: 200 as const, body: redactSecret(resource), warnings };
}

function deleteObject<T extends FamilyTypes>({
  place,
  family,
  words,
}: Collection<T>): FamilyRouteParts<Scope> {
  return {
    summary: `Deletes one of the ${words}`,
    answers: { 204: undefined },
    audit: audit(family.kind, 'delete'),
    handle: async (request, services) => {
      const key = keyIn(place, family.kind, request.params, services);
      await getMember(family, key, services, 'omit');
      await services.admission.delete(key, request.caller);
      return { status: 204 };
    },
  };
}

function audit(kind: DataKind, actionType: string): AuditNote {
  return {
    eventId: kind === 'Secret' ? 'credentials-update' : 'configmap-update',
    actionType,
  };
}

function keyIn<K extends DataKind>(
  place: Place,
  kind: K,
  params: Record<string, string>,
  services: ApiServices,
): ResourceKey<K> {
  const namespace = place.namespaceOf(params, services);
  return { kind, namespace, name: params.name };
}

/** What tells members of a family from other objects of the kind. */
interface Membership {
  words: string;
  labels?: LabelRequirement[];
}

/** @throws NotFoundError; ConflictError when the name belongs to something else. */
async function getMember<K extends DataKind>(
  family: Membership,
  { kind, namespace, name }: ResourceKey<K>,
  { store }: ApiServices,
  unreadable?: 'omit',
): Promise<{ object: ResourceOf<K>; resourceVersion: string }> {
  const { items, resourceVersion } = await store.list(kind, {
    namespace,
    names: [name],
    ...(unreadable && { unreadable }),
  });
  const [object] = items;
  if (!object) {
    throw new NotFoundError(`There are no ${family.words} '${name}'`);
  }
  if (!isMember(family, object)) {
    throw new ConflictError(
      `${kind} '${name}' exists and holds no ${family.words}`,
    );
  }
  return { object, resourceVersion };
}

/** A Secret is always stored with data, be there nothing in it. */
function unreadableWarnings({ kind, metadata, ...rest }: Resource): string[] {
  return kind === 'Secret' && !('data' in rest)
    ? [
        `Secret '${metadata.name}' cannot be read: no key of kargo.secrets.encryptionKeys opens it. Add the earlier key behind the current one, or replace or delete it`,
      ]
    : [];
}

function isMember(
  { labels = [] }: Membership,
  { metadata }: Resource,
): boolean {
  return labels.every(({ key, values = [] }) =>
    values.includes(metadata.labels?.[key] ?? ''),
  );
}

/** The type of a Secret cannot change. */
function keepType(resource: Resource): { type?: string } {
  const { type } = resource as { type?: string };
  return type === undefined ? {} : { type };
}
