import { ConflictError, InputError, NotFoundError } from '@backstage/errors';
import {
  Resource,
  ResourceKey,
  ResourceOf,
} from 'backstage-plugin-kargo-common';
import { z } from 'zod';
import { LabelRequirement } from '../../ports/ResourceStore';
import { listBody } from '../server/answers';
import { DataKey } from '../resources/dataManifests';
import { redactSecret } from '../resources/redactSecret';
import {
  ApiRequest,
  ApiServices,
  Ask,
  AuditNote,
  createRoute,
  Route,
} from '../server/route';
import { Place, SHARED } from './place';

/** Kinds that hold data. */
type DataKind = 'Secret' | 'ConfigMap';

/** A family of objects that hold data, and how bodies become manifests. */
export interface DataFamily<
  K extends DataKind,
  N extends z.ZodType<{ name: string }>,
  R extends z.ZodType,
  P extends z.ZodType,
> {
  /** Last part of the path: `repo-credentials`. */
  plural: string;
  /** Part of operation ids: `RepoCredentials`. */
  id: string;
  /** For messages and summaries: `repository credentials`. */
  words: string;
  kind: K;
  /** What makes an object a member; others under the same name look absent. */
  labels?: LabelRequirement[];
  permissions: 'secrets' | 'configMaps';
  created: N;
  replaced: R;
  patched: P;
  build(key: DataKey, body: z.output<N> | z.output<R>): object;
  patch(resource: ResourceOf<K>, body: z.output<P>): ResourceOf<K>;
}

type NewObject = z.ZodType<{ name: string }>;

/** A family in a place. */
interface Collection<
  K extends DataKind,
  N extends NewObject,
  R extends z.ZodType,
  P extends z.ZodType,
> {
  place: Place;
  family: DataFamily<K, N, R, P>;
  path: string;
  id: string;
  words: string;
}

/** All six operations of a family in a place. */
export function dataRoutes<
  K extends DataKind,
  N extends NewObject,
  R extends z.ZodType,
  P extends z.ZodType,
>(place: Place, family: DataFamily<K, N, R, P>): Route[] {
  const collection: Collection<K, N, R, P> = {
    place,
    family,
    path: `${place.path}/${family.plural}`,
    id: `${place.id}${family.id}`,
    words: `${family.words} ${place.whose}`,
  };
  return [
    listObjects(collection),
    createObject(collection),
    getObject(collection),
    replaceObject(collection),
    patchObject(collection),
    deleteObject(collection),
  ];
}

function listObjects<
  K extends DataKind,
  N extends NewObject,
  R extends z.ZodType,
  P extends z.ZodType,
>({ place, family, path, id, words }: Collection<K, N, R, P>): Route {
  return createRoute({
    method: 'get',
    path,
    operationId: `list${id}`,
    summary: `Lists ${words}`,
    ask: place[family.permissions].list,
    answers: { 200: `${family.kind}List` },
    handle: async ({ params }, services) => {
      const list = await services.store.list(family.kind, {
        namespace: place.namespaceOf(params, services),
        ...(family.labels && { labels: family.labels }),
      });
      const items = list.items.map(redactSecret);
      return { status: 200, body: listBody(family.kind, { ...list, items }) };
    },
  });
}

function createObject<
  K extends DataKind,
  N extends NewObject,
  R extends z.ZodType,
  P extends z.ZodType,
>({ place, family, path, id, words }: Collection<K, N, R, P>): Route {
  return createRoute({
    method: 'post',
    path,
    operationId: `create${id}`,
    summary: `Creates ${words}`,
    ask: place[family.permissions].write,
    body: { schema: family.created },
    answers: { 201: family.kind },
    audit: audit(family.kind, 'create'),
    handle: async (request, services) => {
      const { params, body } = request;
      checkReplicate(place, body);
      const { name } = body;
      const namespace = place.namespaceOf(params, services);
      const created = await services.admission.create(
        family.build({ name, namespace }, body),
        callerOf(request),
      );
      return { status: 201, body: redactSecret(created), audited: { name } };
    },
  });
}

function getObject<
  K extends DataKind,
  N extends NewObject,
  R extends z.ZodType,
  P extends z.ZodType,
>({ place, family, path, id, words }: Collection<K, N, R, P>): Route {
  return createRoute({
    method: 'get',
    path: `${path}/{name}`,
    operationId: `get${id}`,
    summary: `Answers one of the ${words}`,
    ask: place[family.permissions].read,
    answers: { 200: family.kind },
    handle: async ({ params }, services) => {
      const key = keyIn(place, family.kind, params, services);
      const object = await getMember(family, key, services);
      return { status: 200, body: redactSecret(object) };
    },
  });
}

function replaceObject<
  K extends DataKind,
  N extends NewObject,
  R extends z.ZodType,
  P extends z.ZodType,
>({ place, family, path, id, words }: Collection<K, N, R, P>): Route {
  return createRoute({
    method: 'put',
    path: `${path}/{name}`,
    operationId: `replace${id}`,
    summary: `Replaces one of the ${words}`,
    ask: place[family.permissions].write,
    body: { schema: family.replaced },
    answers: { 200: family.kind },
    audit: audit(family.kind, 'replace'),
    handle: async (request, services) => {
      checkReplicate(place, request.body);
      const key = keyIn(place, family.kind, request.params, services);
      const stored = await getOwn(family, key, services);
      const { name, namespace } = key;
      const { resource } = await services.admission.replace(
        {
          ...keepType(stored),
          ...family.build({ name, namespace }, request.body),
        },
        callerOf(request),
      );
      return { status: 200, body: redactSecret(resource) };
    },
  });
}

function patchObject<
  K extends DataKind,
  N extends NewObject,
  R extends z.ZodType,
  P extends z.ZodType,
>({ place, family, path, id, words }: Collection<K, N, R, P>): Route {
  return createRoute({
    method: 'patch',
    path: `${path}/{name}`,
    operationId: `patch${id}`,
    summary: `Changes parts of one of the ${words}`,
    ask: place[family.permissions].write,
    body: { schema: family.patched },
    answers: { 200: family.kind },
    audit: audit(family.kind, 'patch'),
    handle: async (request, services) => {
      const key = keyIn(place, family.kind, request.params, services);
      const stored = await getOwn(family, key, services);
      const { resource } = await services.admission.replace(
        family.patch(stored, request.body),
        callerOf(request),
      );
      return { status: 200, body: redactSecret(resource) };
    },
  });
}

function deleteObject<
  K extends DataKind,
  N extends NewObject,
  R extends z.ZodType,
  P extends z.ZodType,
>({ place, family, path, id, words }: Collection<K, N, R, P>): Route {
  return createRoute({
    method: 'delete',
    path: `${path}/{name}`,
    operationId: `delete${id}`,
    summary: `Deletes one of the ${words}`,
    ask: place[family.permissions].write,
    answers: { 204: undefined },
    audit: audit(family.kind, 'delete'),
    handle: async (request, services) => {
      const key = keyIn(place, family.kind, request.params, services);
      await getMember(family, key, services);
      await services.admission.delete(key, callerOf(request));
      return { status: 204 };
    },
  });
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

/** @throws NotFoundError also for an object that is of another family. */
async function getMember(
  family: Membership,
  key: ResourceKey,
  { store }: ApiServices,
): Promise<Resource> {
  const found = await store.find(key);
  if (!found || !isMember(family, found)) {
    throw new NotFoundError(`There are no ${family.words} '${key.name}'`);
  }
  return found;
}

/** For writes: @throws NotFoundError; ConflictError when the name belongs to something else. */
async function getOwn<K extends DataKind>(
  family: Membership,
  key: ResourceKey<K>,
  { store }: ApiServices,
): Promise<ResourceOf<K>> {
  const found = await store.find(key);
  if (!found) {
    throw new NotFoundError(`There are no ${family.words} '${key.name}'`);
  }
  if (!isMember(family, found)) {
    throw new ConflictError(
      `${key.kind} '${key.name}' exists and holds no ${family.words}`,
    );
  }
  return found;
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

function checkReplicate(place: Place, body: unknown): void {
  const { replicate } = body as { replicate?: boolean };
  if (replicate && place !== SHARED) {
    throw new InputError(
      'replicate: only shared objects are meant for every project',
    );
  }
}

/** Every scope of a place has a caller. */
function callerOf(request: object): { actor: string } {
  return (
    request as ApiRequest<Exclude<Ask['scope'], 'nobody'>, unknown, unknown>
  ).caller;
}
