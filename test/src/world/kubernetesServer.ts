import { Readable } from 'node:stream';
import {
  type LoopbackRequest,
  type LoopbackServer,
  type Reply,
  startLoopbackServer,
} from './loopbackServer';

/** An object of a custom resource without a status subresource. */
export interface CustomObject {
  apiVersion: string;
  kind: string;
  metadata: {
    name: string;
    namespace: string;
    resourceVersion?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
  };
  [field: string]: any;
}

/**
 * The API of Kubernetes for one kind of custom resource: get, paged lists by label, merge
 * patches with optimistic concurrency, and watches.
 *
 * @remarks
 * A watch from a revision that is forgotten gets an `ERROR` event with code 410 in a 200
 * stream, as a real server answers. Routes in statistics and faults: `get`, `list`,
 * `watch`, `patch` and `other`.
 */
export interface KubernetesServer extends LoopbackServer {
  /** What requests must bear. */
  readonly token: string;
  /** Creates an object, or writes over it, as any other client may at any time. */
  put(object: CustomObject): CustomObject;
  find(namespace: string, name: string): CustomObject | undefined;
  remove(namespace: string, name: string): void;
  /** Forgets the history: watches from before it are gone. */
  compact(): void;
  /** Ends the watches that are open. */
  dropWatches(): void;
  /** Calls back after every change; returns the unsubscribe. */
  onChange(listener: (object: CustomObject) => void): () => void;
}

/** Which kind the server serves. */
export interface KubernetesServerOptions {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
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
  const { group, version, plural, onlyNamespaces } = options;
  const objects = new Map<string, CustomObject>();
  const listeners = new Set<(object: CustomObject) => void>();
  const watches = new Set<{ tell(change: Change): void; end(): void }>();
  let history: Change[] = [];
  let revision = 1;
  let oldest = 1;
  const base = `/apis/${group}/${version}`;

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

  function list({ url }: LoopbackRequest, namespace?: string): Reply {
    const matches = parseSelector(url.searchParams.get('labelSelector') ?? '');
    const limit = Number(url.searchParams.get('limit') ?? 0) || Infinity;
    const from = Number(url.searchParams.get('continue') ?? 0);
    const found = [...objects.values()].filter(
      ({ metadata }) =>
        (namespace === undefined || metadata.namespace === namespace) &&
        matches(metadata.labels ?? {}),
    );
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

  function openWatch({ url }: LoopbackRequest, namespace?: string): Reply {
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
        if (!namespace || object.metadata.namespace === namespace) {
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

  async function patch(
    request: LoopbackRequest,
    id: string,
    name: string,
  ): Promise<Reply> {
    if (request.headers['content-type'] !== 'application/merge-patch+json') {
      return json(415, status(415, 'UnsupportedMediaType', 'only merges'));
    }
    const stored = objects.get(id);
    if (!stored) return notFound(plural, name);
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
      const { name } = readPath(url.pathname, base, plural) ?? {};
      if (method === 'PATCH') return 'patch';
      if (name) return 'get';
      return url.searchParams.get('watch') === 'true' ? 'watch' : 'list';
    },
    async handle(request, { route }) {
      if (request.headers.authorization !== `Bearer ${TOKEN}`) {
        return json(401, status(401, 'Unauthorized', 'Unauthorized'));
      }
      const place = readPath(request.url.pathname, base, plural);
      if (!place) return { status: 404, body: '404 page not found\n' };
      const { namespace, name = '' } = place;
      if (onlyNamespaces && !onlyNamespaces.includes(namespace ?? '')) {
        return json(403, status(403, 'Forbidden', 'not in this namespace'));
      }
      const id = `${namespace}/${name}`;
      switch (route) {
        case 'patch':
          return patch(request, id, name);
        case 'get':
          return objects.has(id)
            ? json(200, objects.get(id))
            : notFound(plural, name);
        case 'watch':
          return openWatch(request, namespace);
        default:
          return list(request, namespace);
      }
    },
  });

  return {
    ...server,
    token: TOKEN,
    put: object =>
      record(objects.has(idOf(object)) ? 'MODIFIED' : 'ADDED', object),
    find: (namespace, name) =>
      structuredClone(objects.get(`${namespace}/${name}`)),
    remove(namespace, name) {
      const stored = objects.get(`${namespace}/${name}`);
      if (stored) record('DELETED', stored);
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

function notFound(plural: string, name: string): Reply {
  return json(404, {
    ...status(404, 'NotFound', `${plural} "${name}" not found`),
    details: { name, kind: plural },
  });
}

function idOf({ metadata }: CustomObject): string {
  return `${metadata.namespace}/${metadata.name}`;
}

function readPath(
  path: string,
  base: string,
  plural: string,
): { namespace?: string; name?: string } | undefined {
  if (!path.startsWith(`${base}/`)) return undefined;
  const parts = path.slice(base.length + 1).split('/');
  const namespace = parts[0] === 'namespaces' ? parts[1] : undefined;
  const [kind, name] = namespace === undefined ? parts : parts.slice(2);
  return kind === plural ? { namespace, name } : undefined;
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
