import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  type LoopbackRequest,
  type LoopbackServer,
  type Reply,
  startLoopbackServer,
} from './loopbackServer';

/** An object as it is stored; what has a status subresource does not need it here. */
export interface CustomObject {
  apiVersion: string;
  kind: string;
  metadata: {
    name: string;
    namespace: string;
    uid?: string;
    resourceVersion?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
  };
  [field: string]: any;
}

/**
 * The API of Kubernetes for a few kinds: get, create, delete, paged lists by label in the
 * order of names, merge patches with optimistic concurrency, and watches of all of them.
 * The first kind is meant where none is told.
 *
 * @remarks
 * A watch from a revision that is forgotten gets an `ERROR` event with code 410 in a 200
 * stream, as a real server answers. Where namespaces are served, nothing is created in
 * one that is not there; `put` asks nobody. Routes in statistics and faults: `get`, `list`,
 * `watch`, `patch`, `create`, `delete` and `log`.
 */
export interface KubernetesServer extends LoopbackServer {
  /** What requests must bear. */
  readonly token: string;
  /** Creates an object, or writes over it, as any other client may at any time. */
  put(object: CustomObject): CustomObject;
  find(
    namespace: string,
    name: string,
    kind?: string,
  ): CustomObject | undefined;
  /** All objects of a kind. */
  all(kind?: string): CustomObject[];
  remove(namespace: string, name: string, kind?: string): void;
  /** What `GET …/pods/NAME/log?container=CONTAINER` answers. */
  setLog(
    pod: { namespace: string; name: string; container: string },
    text: string,
  ): void;
  /** Forgets the history: watches from before it are gone. */
  compact(): void;
  /** Ends the watches that are open. */
  dropWatches(): void;
  /** Calls back after every change; returns the unsubscribe. */
  onChange(listener: (object: CustomObject) => void): () => void;
}

/** A kind that the server serves. */
export interface ServedKind {
  /** None for the core kinds. */
  readonly group?: string;
  readonly version: string;
  readonly plural: string;
  readonly kind: string;
}

/** What the server serves. */
export interface KubernetesServerOptions {
  readonly kinds: readonly [ServedKind, ...ServedKind[]];
  /** Namespaces in which alone the token may list and watch; all of them unless told. */
  readonly onlyNamespaces?: readonly string[];
  readonly port?: number;
}

interface Change {
  revision: number;
  type: 'ADDED' | 'MODIFIED' | 'DELETED';
  object: CustomObject;
}

const TOKEN = 'kubernetes-token';
const JSON_HEADERS = { 'content-type': 'application/json' };

/** Starts an API server on 127.0.0.1. */
export async function startKubernetesServer(
  options: KubernetesServerOptions,
): Promise<KubernetesServer> {
  const { kinds, onlyNamespaces } = options;
  const logs = new Map<string, string>();
  const objects = new Map<string, CustomObject>();
  const listeners = new Set<(object: CustomObject) => void>();
  const watches = new Set<{ tell(change: Change): void; end(): void }>();
  let history: Change[] = [];
  let revision = 1;
  let oldest = 1;
  const firstKind = kinds[0].kind;
  const servesNamespaces = kinds.some(({ kind }) => kind === 'Namespace');

  function record(type: Change['type'], object: CustomObject): CustomObject {
    revision += 1;
    const stored = structuredClone(object);
    stored.metadata.resourceVersion = String(revision);
    if (type === 'DELETED') objects.delete(idOf(stored));
    else objects.set(idOf(stored), stored);
    const change: Change = { revision, type, object: stored };
    history.push(change);
    watches.forEach(watch => watch.tell(change));
    listeners.forEach(listener => listener(structuredClone(stored)));
    return structuredClone(stored);
  }

  function list({ url }: LoopbackRequest, { kind, namespace }: Place): Reply {
    const matches = parseSelector(url.searchParams.get('labelSelector') ?? '');
    const limit = Number(url.searchParams.get('limit') ?? 0) || Infinity;
    const from = Number(url.searchParams.get('continue') ?? 0);
    const found = [...objects.values()]
      .filter(
        ({ kind: itsKind, metadata }) =>
          itsKind === kind &&
          (namespace === undefined || metadata.namespace === namespace) &&
          matches(metadata.labels ?? {}),
      )
      .sort((a, b) => (idOf(a) < idOf(b) ? -1 : 1));
    const next = from + limit;
    return json(200, {
      kind: 'List',
      metadata: {
        resourceVersion: String(revision),
        ...(next < found.length && { continue: String(next) }),
      },
      items: found.slice(from, next),
    });
  }

  function openWatch(
    { url }: LoopbackRequest,
    { kind, namespace }: Place,
  ): Reply {
    const from = Number(url.searchParams.get('resourceVersion'));
    const body = new Readable({ read() {} });
    const line = (type: string, object: unknown) =>
      body.push(`${JSON.stringify({ type, object })}\n`);
    if (from < oldest) {
      line('ERROR', status(410, 'Expired', 'too old resource version'));
      body.push(null);
      return { status: 200, headers: JSON_HEADERS, body };
    }
    const open = {
      tell({ type, object }: Change) {
        const isThere = !namespace || object.metadata.namespace === namespace;
        if (object.kind === kind && isThere) {
          line(type, object);
        }
      },
      end: () => {
        watches.delete(open);
        body.push(null);
      },
    };
    history.filter(change => change.revision > from).forEach(open.tell);
    watches.add(open);
    body.once('close', () => watches.delete(open));
    return { status: 200, headers: JSON_HEADERS, body };
  }

  async function create(
    request: LoopbackRequest,
    place: Place,
  ): Promise<Reply> {
    const { kind, namespace = '' } = place;
    const body = JSON.parse((await request.body()).toString());
    const { name } = body.metadata;
    if (servesNamespaces && !objects.has(`Namespace//${namespace}`)) {
      return notFound({ plural: 'namespaces' }, namespace);
    }
    if (objects.has(idOf({ ...body, kind }))) {
      return json(409, {
        ...status(
          409,
          'AlreadyExists',
          `${fullNameOf(place)} "${name}" already exists`,
        ),
        details: detailsOf(place, name),
      });
    }
    const metadata = {
      ...body.metadata,
      namespace,
      uid: randomUUID(),
      creationTimestamp: new Date().toISOString(),
    };
    return json(201, record('ADDED', { ...body, kind, metadata }));
  }

  function remove(id: string, place: Place): Reply {
    const { name = '' } = place;
    const stored = objects.get(id);
    if (!stored) return notFound(place, name);
    record('DELETED', stored);
    return json(200, stored);
  }

  async function patch(
    request: LoopbackRequest,
    id: string,
    place: Place,
  ): Promise<Reply> {
    const { name = '' } = place;
    if (request.headers['content-type'] !== 'application/merge-patch+json') {
      return json(415, status(415, 'UnsupportedMediaType', 'only merges'));
    }
    const stored = objects.get(id);
    if (!stored) return notFound(place, name);
    const body = JSON.parse((await request.body()).toString());
    const expected = body.metadata?.resourceVersion;
    if (expected && expected !== stored.metadata.resourceVersion) {
      return json(409, status(409, 'Conflict', 'the object has been modified'));
    }
    const merged = merge(stored, body) as CustomObject;
    return JSON.stringify(merged) === JSON.stringify(stored)
      ? json(200, stored)
      : json(200, record('MODIFIED', merged));
  }

  const server = await startLoopbackServer({
    port: options.port,
    route({ method, url }) {
      const place = readPath(url.pathname, kinds);
      if (method === 'PATCH') return 'patch';
      if (method === 'POST') return 'create';
      if (method === 'DELETE') return 'delete';
      if (place?.isLog) return 'log';
      if (place?.name) return 'get';
      return url.searchParams.get('watch') === 'true' ? 'watch' : 'list';
    },
    async handle(request, { route }) {
      if (request.headers.authorization !== `Bearer ${TOKEN}`) {
        return json(401, status(401, 'Unauthorized', 'Unauthorized'));
      }
      const place = readPath(request.url.pathname, kinds);
      if (!place) return { status: 404, body: '404 page not found\n' };
      const { kind, namespace, name = '' } = place;
      if (onlyNamespaces && !onlyNamespaces.includes(namespace ?? '')) {
        return json(403, status(403, 'Forbidden', 'not in this namespace'));
      }
      const id = `${kind}/${namespace}/${name}`;
      switch (route) {
        case 'create':
          return create(request, place);
        case 'delete':
          return remove(id, place);
        case 'log': {
          if (!objects.has(id)) return notFound(place, name);
          const { searchParams } = request.url;
          const container = searchParams.get('container');
          const most = Number(searchParams.get('limitBytes') ?? Infinity);
          return {
            status: 200,
            headers: { 'content-type': 'text/plain' },
            body: (logs.get(`${id}/${container}`) ?? '').slice(0, most),
          };
        }
        case 'patch':
          return patch(request, id, place);
        case 'get':
          return objects.has(id)
            ? json(200, objects.get(id))
            : notFound(place, name);
        case 'watch':
          return openWatch(request, place);
        default:
          return list(request, place);
      }
    },
  });

  return {
    ...server,
    token: TOKEN,
    put: object =>
      record(objects.has(idOf(object)) ? 'MODIFIED' : 'ADDED', object),
    find: (namespace, name, kind = firstKind) =>
      structuredClone(objects.get(`${kind}/${namespace}/${name}`)),
    all: (kind = firstKind) =>
      structuredClone(
        [...objects.values()].filter(object => object.kind === kind),
      ),
    remove(namespace, name, kind = firstKind) {
      const stored = objects.get(`${kind}/${namespace}/${name}`);
      if (stored) record('DELETED', stored);
    },
    setLog({ namespace, name, container }, text) {
      logs.set(`Pod/${namespace}/${name}/${container}`, text);
    },
    compact() {
      revision += 1;
      oldest = revision;
      history = [];
    },
    dropWatches: () => [...watches].forEach(open => open.end()),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close() {
      [...watches].forEach(open => open.end());
      await server.close();
    },
  };
}

function json(code: number, body: unknown): Reply {
  return { status: code, headers: JSON_HEADERS, body: JSON.stringify(body) };
}

function status(code: number, reason: string, message: string) {
  return {
    kind: 'Status',
    apiVersion: 'v1',
    status: 'Failure',
    code,
    reason,
    message,
  };
}

function notFound(what: Resource, name: string): Reply {
  return json(404, {
    ...status(404, 'NotFound', `${fullNameOf(what)} "${name}" not found`),
    details: detailsOf(what, name),
  });
}

/** A kind in the messages of API servers, such as `jobs.batch`. */
function fullNameOf({ plural, group }: Resource): string {
  return group ? `${plural}.${group}` : plural;
}

function detailsOf({ plural, group }: Resource, name: string) {
  return { name, ...(group && { group }), kind: plural };
}

function idOf({ kind, metadata }: CustomObject): string {
  return `${kind}/${metadata.namespace}/${metadata.name}`;
}

/** What messages call a kind by. */
type Resource = Pick<ServedKind, 'group' | 'plural'>;

/** What a path means. */
interface Place extends Resource {
  kind: string;
  namespace?: string;
  name?: string;
  isLog: boolean;
}

function readPath(
  path: string,
  kinds: readonly ServedKind[],
): Place | undefined {
  for (const { group, version, plural, kind } of kinds) {
    const base = group ? `/apis/${group}/${version}/` : `/api/${version}/`;
    if (!path.startsWith(base)) continue;
    const parts = path.slice(base.length).split('/');
    if (plural === 'namespaces') {
      if (parts[0] === plural && parts.length === 2) {
        return { kind, plural, namespace: '', name: parts[1], isLog: false };
      }
      continue;
    }
    const namespace = parts[0] === 'namespaces' ? parts[1] : undefined;
    const [found, name, part] =
      namespace === undefined ? parts : parts.slice(2);
    if (found === plural) {
      return { kind, plural, group, namespace, name, isLog: part === 'log' };
    }
  }
  return undefined;
}

/** A merge patch (RFC 7386). */
function merge(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  const merged: Record<string, unknown> = isObject(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key];
    else merged[key] = merge(merged[key], value);
  }
  return merged;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The notation of label selectors, as far as clients write it. */
function parseSelector(
  text: string,
): (labels: Record<string, string>) => boolean {
  const terms = text.match(/[^,(]+(\([^)]*\))?/g) ?? [];
  const tests = terms.map(parseTerm);
  return labels => tests.every(test => test(labels));
}

function parseTerm(term: string): (labels: Record<string, string>) => boolean {
  const [, key, operator, listed] =
    /^(\S+) (in|notin) \(([^)]*)\)$/.exec(term) ?? [];
  if (operator) {
    const values = listed.split(',');
    return labels => values.includes(labels[key]) === (operator === 'in');
  }
  if (term.startsWith('!')) return labels => !(term.slice(1) in labels);
  const [name, value] = term.split('=');
  return labels =>
    value === undefined ? name in labels : labels[name] === value;
}
