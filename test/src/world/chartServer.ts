import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import {
  type ChartDescription,
  chartMetadata,
  packageChart,
} from './chartArchive';
import {
  type LoopbackRequest,
  type LoopbackServer,
  type Reply,
  startLoopbackServer,
} from './loopbackServer';

/** How a chart repository of the test world is set up. */
export interface ChartServerOptions {
  readonly port?: number;
  /** Folder to keep the charts in; in memory when missing. */
  readonly root?: string;
  readonly auth?: { readonly username: string; readonly password: string };
}

/**
 * A classic Helm chart repository: an `index.yaml` and packaged charts.
 *
 * @remarks
 * Answers conditional requests (`ETag`, `Last-Modified`) with 304. Routes in
 * statistics and faults: `index`, `chart` and `other`.
 */
export interface ChartServer extends LoopbackServer {
  /** Packages a chart and adds it to the index. */
  addChart(chart: ChartDescription & { created?: string }): Promise<void>;
  /** Replaces the index by text of the caller's, e.g. a broken one. */
  setIndex(text: string | undefined): void;
}

interface IndexEntry {
  readonly created: string;
  readonly digest: string;
  readonly urls: string[];
  readonly [key: string]: unknown;
}

/** Starts a chart repository on 127.0.0.1. */
export async function startChartServer(
  options: ChartServerOptions = {},
): Promise<ChartServer> {
  const { root, auth } = options;
  const archives = new Map<string, Buffer>();
  const entries: Record<string, IndexEntry[]> = {};
  let changed = new Date(0);
  let override: string | undefined;
  if (root) await load(root);

  async function load(folder: string) {
    await mkdir(folder, { recursive: true });
    for (const file of await readdir(folder)) {
      const content = await readFile(join(folder, file));
      if (file.endsWith('.tgz')) archives.set(file, content);
    }
    if (archives.size === 0) return;
    const index = parse(await readFile(join(folder, 'index.yaml'), 'utf8')) as {
      entries: Record<string, IndexEntry[]>;
    };
    Object.assign(entries, index.entries);
  }

  const indexText = () =>
    override ??
    stringify({ apiVersion: 'v1', entries, generated: stampOf(changed) });

  const server = await startLoopbackServer({
    port: options.port,
    route({ url }) {
      if (url.pathname === '/index.yaml') return 'index';
      return url.pathname.startsWith('/charts/') ? 'chart' : 'other';
    },
    async handle(request, { route }) {
      if (auth && !isAuthorized(request, auth)) {
        return {
          status: 401,
          headers: { 'www-authenticate': 'Basic realm="charts"' },
          body: '',
        };
      }
      if (route === 'index') {
        return conditional(request, Buffer.from(indexText()), {
          type: 'application/yaml',
          changed,
        });
      }
      const archive = archives.get(
        request.url.pathname.slice('/charts/'.length),
      );
      if (route !== 'chart' || !archive) return { status: 404, body: '' };
      return conditional(request, archive, {
        type: 'application/gzip',
        changed,
      });
    },
  });

  return {
    ...server,
    async addChart({ created, ...chart }) {
      const archive = await packageChart(chart);
      const file = `${chart.name}-${chart.version}.tgz`;
      archives.set(file, archive);
      changed = new Date(Math.max(Date.now(), changed.getTime() + 1000));
      const others = (entries[chart.name] ?? []).filter(
        entry => entry.version !== chart.version,
      );
      entries[chart.name] = [
        {
          ...chartMetadata(chart),
          created: created ?? stampOf(changed),
          digest: createHash('sha256').update(archive).digest('hex'),
          urls: [`charts/${file}`],
        },
        ...others,
      ];
      if (!root) return;
      await writeFile(join(root, file), archive);
      await writeFile(join(root, 'index.yaml'), indexText());
    },
    setIndex(text) {
      override = text;
      changed = new Date(changed.getTime() + 1000);
    },
  };
}

function stampOf(date: Date): string {
  return date.toISOString();
}

function conditional(
  request: LoopbackRequest,
  body: Buffer,
  { type, changed }: { type: string; changed: Date },
): Reply {
  const etag = `"${createHash('sha256')
    .update(body)
    .digest('hex')
    .slice(0, 32)}"`;
  const headers = {
    'content-type': type,
    etag,
    'last-modified': changed.toUTCString(),
  };
  return isFresh(request, etag, changed)
    ? { status: 304, headers: { ...headers, 'content-length': '0' } }
    : { status: 200, headers, body };
}

/** Whether the client's copy is current (RFC 9110, 13.2.2: `If-None-Match` wins). */
function isFresh(
  request: LoopbackRequest,
  etag: string,
  changed: Date,
): boolean {
  const match = request.headers['if-none-match'];
  if (match !== undefined) {
    return match.split(',').some(candidate => candidate.trim() === etag);
  }
  const since = Date.parse(request.headers['if-modified-since'] ?? '');
  const seconds = Math.floor(changed.getTime() / 1000);
  return !Number.isNaN(since) && seconds <= Math.floor(since / 1000);
}

function isAuthorized(
  request: LoopbackRequest,
  { username, password }: { username: string; password: string },
): boolean {
  const wanted = Buffer.from(`${username}:${password}`).toString('base64');
  return request.headers.authorization === `Basic ${wanted}`;
}
