import { randomUUID } from 'node:crypto';
import type { Fault } from './faults';
import {
  type LoopbackRequest,
  type LoopbackServer,
  type Reply,
  startLoopbackServer,
} from './loopbackServer';
import {
  buildChartArtifact,
  buildImage,
  digestOf,
  type ImageDescription,
  type OciChart,
} from './ociArtifact';
import { createRegistryGate, type RegistryAuth } from './ociAuth';
import { OciStore } from './ociStore';

/** How a registry of the test world is set up. */
export interface OciRegistryOptions {
  readonly port?: number;
  /** Folder to keep the content in; in memory when missing. */
  readonly root?: string;
  readonly auth?: RegistryAuth;
  /** The most tags one page holds; 1000 unless told. */
  readonly maxPage?: number;
  /** Whether a page of tags can be asked for on condition that it has changed. */
  readonly validatesTags?: boolean;
  /** Whether uploads go on at a path that is not below the repository, as in Google's. */
  readonly uploadsElsewhere?: boolean;
  /** Whether it takes no upload in pieces, as Google's and GitHub's do not. */
  readonly uploadsWhole?: boolean;
}

/**
 * A registry that speaks the OCI distribution specification.
 *
 * @remarks
 * Routes in statistics and faults: `ping`, `token`, `catalog`, `tags`,
 * `manifest`, `blob`, `upload` and `referrers`.
 */
export interface OciRegistry extends LoopbackServer {
  /** `host:port/repository`, as manifests name an image. */
  imageURL(repository: string): string;
  /** Puts an image under a tag and returns the tagged digest. */
  pushImage(
    image: ImageDescription & { repository: string; tag: string },
  ): string;
  /** Puts a packaged chart under its version and returns its digest. */
  pushChart(chart: OciChart & { repository: string; tag?: string }): string;
  /** Points many tags at one image, for lists of thousands. */
  addTags(
    repository: string,
    tags: Iterable<string>,
    image?: ImageDescription,
  ): void;
  /** Removes a tag or a manifest. */
  remove(repository: string, reference: string): boolean;
  /** Tags of a repository, sorted; empty when it does not exist. */
  listTags(repository: string): string[];
  /** The digest behind a tag, or `undefined`. */
  resolve(repository: string, reference: string): string | undefined;
}

/** Starts a registry on 127.0.0.1. */
export async function startOciRegistry(
  options: OciRegistryOptions = {},
): Promise<OciRegistry> {
  const store = OciStore.open(options.root);
  const uploads = new Map<string, { repository: string; content: Buffer }>();
  let url = '';
  const gate = createRegistryGate(options.auth, () => url);
  const {
    maxPage = 1000,
    validatesTags = false,
    uploadsElsewhere = false,
    uploadsWhole = false,
  } = options;

  const server = await startLoopbackServer({
    port: options.port,
    route: request => parsePath(request.url.pathname).route,
    async handle(request, { fault }) {
      const target = parsePath(request.url.pathname);
      if (target.route === 'token') return gate.issueToken(request);
      const challenge = gate.challenge(request, {
        repository: target.repository,
        action: isRead(request.method) ? 'pull' : 'push',
      });
      if (challenge) {
        request.stream.resume();
        return challenge;
      }
      const settings = { validatesTags, uploadsElsewhere, uploadsWhole };
      const context = { store, uploads, fault, maxPage };
      return handle({ request, target, ...context, ...settings });
    },
  });
  url = server.url;

  return {
    ...server,
    imageURL: repository => `${server.host}/${repository}`,
    pushImage: ({ repository, tag, ...image }) =>
      store.addArtifact(
        repository,
        buildImage({ content: `${repository}:${tag}`, ...image }),
        [tag],
      ),
    pushChart: ({ repository, tag, ...chart }) =>
      store.addArtifact(repository, buildChartArtifact(chart), [
        // `+` is not allowed in a tag, and Helm writes `_` for it.
        tag ?? String(chart.metadata.version).replaceAll('+', '_'),
      ]),
    addTags: (repository, tags, image = {}) => {
      store.addArtifact(repository, buildImage(image), tags);
    },
    remove: (repository, reference) => store.remove(repository, reference),
    listTags: repository => store.listTags(repository) ?? [],
    resolve: (repository, reference) => store.resolve(repository, reference),
  };
}

type Route =
  | 'ping'
  | 'token'
  | 'catalog'
  | 'tags'
  | 'manifest'
  | 'blob'
  | 'upload'
  | 'referrers'
  | 'other';

interface Target {
  readonly route: Route;
  readonly repository?: string;
  /** Tag, digest or upload id. */
  readonly reference?: string;
}

interface Call {
  readonly request: LoopbackRequest;
  readonly target: Target;
  readonly store: OciStore;
  readonly uploads: Map<string, { repository: string; content: Buffer }>;
  readonly fault: Fault | undefined;
  readonly maxPage: number;
  readonly validatesTags: boolean;
  readonly uploadsElsewhere: boolean;
  readonly uploadsWhole: boolean;
}

const repositoryRoutes: ReadonlyArray<[RegExp, Route]> = [
  [/^\/v2\/(.+)\/tags\/list$/, 'tags'],
  [/^\/v2\/(.+)\/manifests\/([^/]+)$/, 'manifest'],
  [/^\/v2\/(.+)\/blobs\/uploads\/([^/]*)$/, 'upload'],
  [/^\/uploads\/repositories\/(.+)\/([^/]+)$/, 'upload'],
  [/^\/v2\/(.+)\/blobs\/([^/]+)$/, 'blob'],
  [/^\/v2\/(.+)\/referrers\/([^/]+)$/, 'referrers'],
];

const repositoryName =
  /^[a-z0-9]+([._-]+[a-z0-9]+)*(\/[a-z0-9]+([._-]+[a-z0-9]+)*)*$/;
const tagName = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;
const digestName = /^sha256:[0-9a-f]{64}$/;

function parsePath(path: string): Target {
  if (path === '/v2/' || path === '/v2') return { route: 'ping' };
  if (path === '/token') return { route: 'token' };
  if (path === '/v2/_catalog') return { route: 'catalog' };
  for (const [pattern, route] of repositoryRoutes) {
    const match = pattern.exec(path);
    if (match) {
      return {
        route,
        repository: match[1],
        reference: match[2] && decodeURIComponent(match[2]),
      };
    }
  }
  return { route: 'other' };
}

function isRead(method: string): boolean {
  return method === 'GET' || method === 'HEAD';
}

async function handle(call: Call): Promise<Reply> {
  const { route, repository } = call.target;
  if (repository !== undefined && !repositoryName.test(repository)) {
    return failure(400, 'NAME_INVALID', 'invalid repository name');
  }
  switch (route) {
    case 'ping':
      return json(
        200,
        {},
        { 'docker-distribution-api-version': 'registry/2.0' },
      );
    case 'catalog':
      return listCatalog(call);
    case 'tags':
      return listTags(call);
    case 'manifest':
      return handleManifest(call);
    case 'blob':
      return getBlob(call);
    case 'upload':
      return handleUpload(call);
    case 'referrers':
      return listReferrers(call);
    default:
      return failure(404, 'NOT_FOUND', 'no such endpoint');
  }
}

function listCatalog({ request, store, maxPage }: Call): Reply {
  const all = store.listRepositories();
  const { items, link } = pageOf(all, request.url, maxPage);
  return json(200, { repositories: items }, link);
}

function listTags(call: Call): Reply {
  const { request, target, store, maxPage, fault } = call;
  const name = target.repository ?? '';
  const all = store.listTags(name);
  if (!all) return failure(404, 'NAME_UNKNOWN', 'repository name not known');
  const { items, link } = pageOf(all, request.url, maxPage);
  if (fault?.kind === 'endlessPages') {
    return json(
      200,
      { name, tags: items },
      {
        link: `<${request.url.pathname}?n=1&last=${randomUUID()}>; rel="next"`,
      },
    );
  }
  const page = json(200, { name, tags: items }, link);
  return call.validatesTags ? onlyIfChanged(page, request) : page;
}

/** Answers a conditional request (RFC 9110 §13). */
function onlyIfChanged(reply: Reply, request: LoopbackRequest): Reply {
  const etag = `"${digestOf(Buffer.from(String(reply.body)))}"`;
  return request.headers['if-none-match'] === etag
    ? { status: 304, headers: { etag } }
    : { ...reply, headers: { ...reply.headers, etag } };
}

function pageOf(
  all: readonly string[],
  url: URL,
  maxPage: number,
): { items: string[]; link: Record<string, string> } {
  const asked = Number.parseInt(url.searchParams.get('n') ?? '', 10);
  const size = Math.min(Number.isNaN(asked) ? maxPage : asked, maxPage);
  const last = url.searchParams.get('last') ?? '';
  const rest = last ? all.filter(item => item > last) : all;
  const items = rest.slice(0, Math.max(size, 0));
  if (items.length === 0 || items.length === rest.length) {
    return { items, link: {} };
  }
  const query = new URLSearchParams({
    n: String(size),
    last: items[items.length - 1],
  });
  return { items, link: { link: `<${url.pathname}?${query}>; rel="next"` } };
}

async function handleManifest(call: Call): Promise<Reply> {
  const { request, target, store } = call;
  const { repository = '', reference = '' } = target;
  if (request.method === 'PUT') return putManifest(call);
  if (request.method === 'DELETE') {
    return store.remove(repository, reference)
      ? { status: 202, body: '' }
      : failure(404, 'MANIFEST_UNKNOWN', 'manifest unknown');
  }
  if (!isRead(request.method)) return notAllowed();
  const digest = store.resolve(repository, reference);
  const manifest = digest && store.findManifest(repository, digest);
  if (!manifest) return failure(404, 'MANIFEST_UNKNOWN', 'manifest unknown');
  const announced =
    call.fault?.kind === 'wrongDigest'
      ? digestOf('something else')
      : manifest.digest;
  return {
    status: 200,
    headers: {
      'content-type': manifest.mediaType,
      'docker-content-digest': announced,
      etag: `"${announced}"`,
    },
    body: manifest.content,
  };
}

async function putManifest(call: Call): Promise<Reply> {
  const { request, target, store } = call;
  const { repository = '', reference = '' } = target;
  const content = await request.body();
  const digest = digestOf(content);
  if (!tagName.test(reference) && reference !== digest) {
    return failure(
      400,
      'DIGEST_INVALID',
      'reference is no tag or wrong digest',
    );
  }
  const parsed = parseManifest(content);
  if (!parsed) return failure(400, 'MANIFEST_INVALID', 'manifest invalid');
  const missing = parsed.references.find(
    part => store.findBlob(part) === undefined,
  );
  if (missing) {
    return failure(404, 'MANIFEST_BLOB_UNKNOWN', `unknown blob ${missing}`);
  }
  const mediaType =
    request.headers['content-type'] ?? parsed.mediaType ?? 'application/json';
  store.addManifest(
    repository,
    { digest, mediaType, content },
    reference === digest ? [] : [reference],
  );
  return {
    status: 201,
    headers: {
      location: `/v2/${repository}/manifests/${digest}`,
      'docker-content-digest': digest,
    },
    body: '',
  };
}

interface ParsedManifest {
  readonly mediaType?: string;
  readonly artifactType?: string;
  readonly subject?: string;
  readonly annotations?: Record<string, string>;
  readonly references: string[];
}

function parseManifest(content: Buffer): ParsedManifest | undefined {
  type Descriptor = { digest?: string; mediaType?: string };
  let value: {
    mediaType?: string;
    artifactType?: string;
    config?: Descriptor;
    layers?: Descriptor[];
    manifests?: Descriptor[];
    subject?: Descriptor;
    annotations?: Record<string, string>;
  };
  try {
    value = JSON.parse(content.toString());
  } catch {
    // Not JSON: the caller reports an invalid manifest.
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const parts = [
    value.config,
    ...(value.layers ?? []),
    ...(value.manifests ?? []),
  ];
  return {
    mediaType: value.mediaType,
    artifactType: value.artifactType ?? value.config?.mediaType,
    subject: value.subject?.digest,
    annotations: value.annotations,
    references: parts.flatMap(part => part?.digest ?? []),
  };
}

function listReferrers({ target, store }: Call): Reply {
  const { repository = '', reference = '' } = target;
  const manifests = store.listManifests(repository).flatMap(manifest => {
    const parsed = parseManifest(manifest.content);
    if (parsed?.subject !== reference) return [];
    return {
      mediaType: manifest.mediaType,
      digest: manifest.digest,
      size: manifest.content.length,
      artifactType: parsed.artifactType,
      annotations: parsed.annotations,
    };
  });
  const mediaType = 'application/vnd.oci.image.index.v1+json';
  return json(
    200,
    { schemaVersion: 2, mediaType, manifests },
    { 'content-type': mediaType },
  );
}

function getBlob({ request, target, store }: Call): Reply {
  const { reference = '' } = target;
  if (!isRead(request.method)) return notAllowed();
  const content = store.findBlob(reference);
  if (!content) return failure(404, 'BLOB_UNKNOWN', 'blob unknown');
  const headers = {
    'content-type': 'application/octet-stream',
    'docker-content-digest': reference,
    'accept-ranges': 'bytes',
  };
  const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '');
  if (!range) return { status: 200, headers, body: content };
  const start = Number(range[1]);
  const end = Math.min(
    range[2] ? Number(range[2]) : content.length - 1,
    content.length - 1,
  );
  if (start > end) {
    return {
      status: 416,
      headers: { 'content-range': `bytes */${content.length}` },
      body: '',
    };
  }
  return {
    status: 206,
    headers: {
      ...headers,
      'content-range': `bytes ${start}-${end}/${content.length}`,
    },
    body: content.subarray(start, end + 1),
  };
}

async function handleUpload(call: Call): Promise<Reply> {
  const { request, target, uploads } = call;
  if (request.method === 'POST') return startUpload(call);
  const upload = uploads.get(target.reference ?? '');
  if (!upload || upload.repository !== target.repository) {
    return failure(404, 'BLOB_UPLOAD_UNKNOWN', 'blob upload unknown');
  }
  switch (request.method) {
    case 'GET':
      return uploadState(call, 204);
    case 'PATCH':
      return appendChunk(call, upload);
    case 'PUT':
      return finishUpload(call, upload);
    case 'DELETE':
      uploads.delete(target.reference ?? '');
      return { status: 204 };
    default:
      return notAllowed();
  }
}

async function startUpload(call: Call): Promise<Reply> {
  const { request, target, store, uploads } = call;
  const { repository = '' } = target;
  const query = request.url.searchParams;
  const digest = query.get('digest');
  if (digest) return storeBlob(call, digest, await request.body());
  const mount = query.get('mount');
  if (mount && store.findBlob(mount)) return blobCreated(repository, mount);
  const id = randomUUID();
  uploads.set(id, { repository, content: Buffer.alloc(0) });
  return uploadState({ ...call, target: { ...target, reference: id } }, 202);
}

async function appendChunk(
  call: Call,
  upload: { content: Buffer },
): Promise<Reply> {
  const range = /^(\d+)-(\d+)$/.exec(
    call.request.headers['content-range'] ?? '',
  );
  const chunk = await call.request.body();
  if (call.uploadsWhole && (range || upload.content.length > 0)) {
    return failure(416, 'UNSUPPORTED', 'uploads come in one piece');
  }
  if (range && Number(range[1]) !== upload.content.length) {
    return uploadState(call, 416);
  }
  upload.content = Buffer.concat([upload.content, chunk]);
  return uploadState(call, 202);
}

async function finishUpload(
  call: Call,
  upload: { content: Buffer },
): Promise<Reply> {
  const digest = call.request.url.searchParams.get('digest') ?? '';
  const content = Buffer.concat([upload.content, await call.request.body()]);
  const reply = storeBlob(call, digest, content);
  if (reply.status === 201) call.uploads.delete(call.target.reference ?? '');
  return reply;
}

function storeBlob(call: Call, digest: string, content: Buffer): Reply {
  if (!digestName.test(digest) || digestOf(content) !== digest) {
    return failure(400, 'DIGEST_INVALID', 'digest does not match the content');
  }
  call.store.addBlob(digest, content);
  return blobCreated(call.target.repository ?? '', digest);
}

function blobCreated(repository: string, digest: string): Reply {
  return {
    status: 201,
    headers: {
      location: `/v2/${repository}/blobs/${digest}`,
      'docker-content-digest': digest,
    },
    body: '',
  };
}

function uploadState(call: Call, status: number): Reply {
  const { repository, reference = '' } = call.target;
  const size = call.uploads.get(reference)?.content.length ?? 0;
  return {
    status,
    headers: {
      location: call.uploadsElsewhere
        ? `/uploads/repositories/${repository}/${reference}`
        : `/v2/${repository}/blobs/uploads/${reference}`,
      'docker-upload-uuid': reference,
      range: `0-${Math.max(size - 1, 0)}`,
    },
    ...(status !== 204 && { body: '' }),
  };
}

function notAllowed(): Reply {
  return failure(405, 'UNSUPPORTED', 'the operation is unsupported');
}

function failure(status: number, code: string, message: string): Reply {
  return json(status, { errors: [{ code, message }] });
}

function json(
  status: number,
  value: unknown,
  headers: Record<string, string> = {},
): Reply {
  return {
    status,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(value),
  };
}
