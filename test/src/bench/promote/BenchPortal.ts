import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import createKnex, { type Knex } from 'knex';
import { type CommitFile } from '../../world/fastImport';
import { type GitServer, startGitServer } from '../../world/gitServer';
import { type OciRegistry, startOciRegistry } from '../../world/ociRegistry';
import { repositoryRoot } from '../../world/paths';
import { type Portal, startPortal } from '../../world/portal';
import { type BenchSubject, filesOf } from './manifests';
import { RequestLog } from './RequestLog';

/** The variable that names the server of PostgreSQL to measure on. */
export const POSTGRES_URL =
  'BACKSTAGE_TEST_DATABASE_POSTGRES18_CONNECTION_STRING';

/** What the module for notifications reads and writes is no part of a Promotion. */
const NOBODY_IS_TOLD = Object.fromEntries(
  [
    'freightWaiting',
    'promotionFailed',
    'verificationFailed',
    'pullRequestWaiting',
  ].map(kind => [kind, { enabled: false }]),
);

const IMAGE = 'bench/app';
const HOOKS = join(repositoryRoot, 'test', 'src', 'bench', 'promote');
const PROJECT = '/api/kargo/v1beta1/projects/bench';
/** Longest that is waited for what a commit may do late, or never. */
const SEEN_WITHIN_MS = 120_000;
const ENDED = ['Succeeded', 'Failed', 'Errored', 'Aborted'];

interface Resource {
  readonly metadata: { readonly name: string };
  readonly status?: { readonly phase?: string; readonly message?: string };
}

/** When something was first seen on a watch, in milliseconds of `performance.now()`. */
export interface Seen {
  readonly name: string;
  readonly atMs: number;
}

/** How the event loop of the portal was held since the last time it was asked, and its size. */
export interface LoopDelay {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  readonly residentMebibytes: number;
  /** Memory of its JavaScript, after a collection. */
  readonly heapMebibytes: number;
  /** Processor time since its start, without what this look and its collection take. */
  readonly processorMs: number;
  /** The same with them, where the time until the next look begins. */
  readonly processorMsAfterwards: number;
}

/** A span or statement of the portal; times are epoch milliseconds. */
export interface Span {
  readonly name: string;
  readonly startedMs: number;
  readonly endedMs: number;
  /** Its own, beneath which others are; statements have none. */
  readonly id?: string;
  readonly parent?: string;
  readonly trace: string;
  readonly attributes: Readonly<Record<string, string | number | undefined>>;
}

/** How to start a portal to be measured. */
export interface BenchPortalOptions {
  /** Stages whose files the git repository has. */
  readonly stages: readonly string[];
  /**
   * Whether it is measured while it does nothing: how long its event loop is held is then not
   * looked at, which takes a hundredth of a core.
   */
  readonly isAtRest?: boolean;
  /** SQLite unless told. */
  readonly postgresUrl?: string;
  /** Repositories beside that one: their files by name. */
  readonly repositories?: Readonly<Record<string, Record<string, CommitFile>>>;
  /** Folders to put in front of `PATH`, for Helm. */
  readonly path?: readonly string[];
  /** Notes every start of git by the portal, which takes time of its own. */
  readonly countsPrograms?: boolean;
  /** Notes spans and statements of the portal, which takes time of its own, too. */
  readonly recordsSpans?: boolean;
}

/** What it talks to, and what stands before it. */
interface BenchServers {
  readonly git: GitServer;
  readonly log: RequestLog;
  readonly registry: OciRegistry;
  readonly registryLog: RequestLog;
}

/**
 * A portal in a process of its own, with a git server and a registry, all talked to over
 * HTTP and nothing else, so that every commit can be measured the same way.
 */
export class BenchPortal {
  static async start(options: BenchPortalOptions): Promise<BenchPortal> {
    const folder = await mkdtemp(join(tmpdir(), 'kargo-bench-promote-'));
    const git = await startGitServer({ root: join(folder, 'git') });
    const files = options.stages.map(filesOf);
    await git.createRepo('gitops', Object.assign({}, ...files));
    for (const [name, own] of Object.entries(options.repositories ?? {})) {
      await git.createRepo(name, own);
    }
    const registry = await startOciRegistry();
    const log = await RequestLog.before(git.url);
    const registryLog = await RequestLog.before(registry.url);
    const servers = { git, registry, log, registryLog };
    const bench = new BenchPortal(options, folder, servers);
    try {
      await bench.#startPortal();
    } catch (error) {
      // Servers that go on listening would keep the benchmark from ending.
      await bench.stop();
      throw error;
    }
    bench.#watch('promotions', bench.#promotions);
    bench.#watch('freight', bench.#freight);
    return bench;
  }

  #startedPortal: Portal | undefined;
  readonly #promotions = new Map<string, { phase: string; atMs: number }>();
  readonly #freight = new Map<string, { phase: string; atMs: number }>();
  readonly #stopped = new AbortController();

  /** Its databases on PostgreSQL begin with this. */
  readonly #prefix = `bench_${process.pid}_${Date.now().toString(36)}_`;

  private constructor(
    private readonly options: BenchPortalOptions,
    private readonly folder: string,
    private readonly servers: BenchServers,
  ) {}

  /** What the git server was asked. */
  get log(): RequestLog {
    return this.servers.log;
  }

  /** What the registry was asked while spans are recorded. */
  get registryLog(): RequestLog {
    return this.servers.registryLog;
  }

  /** Of the process that is the portal now. */
  get pid(): number {
    return this.portal.pid;
  }

  private get portal(): Portal {
    if (!this.#startedPortal) {
      throw new Error('The portal has not been started');
    }
    return this.#startedPortal;
  }

  get subject(): BenchSubject {
    const { registry, registryLog } = this.servers;
    const image = registry.imageURL(IMAGE);
    return {
      image: this.options.recordsSpans
        ? image.replace(hostOf(registry.url), hostOf(registryLog.url))
        : image,
      gitURL: this.repoURL('gitops'),
    };
  }

  /** The address of a repository, by way of the log. */
  repoURL(name: string): string {
    const { git, log } = this.servers;
    return git.repoURL(name).replace(git.url, log.url);
  }

  /** Names of the Freight seen so far, oldest first. */
  get freight(): string[] {
    return [...this.#freight.keys()];
  }

  pushTag(tag: string): void {
    this.servers.registry.pushImage({ repository: IMAGE, tag });
  }

  async apply(yaml: string): Promise<void> {
    const { results } = await this.#ask('POST', '../../resources', yaml);
    const problems = results.flatMap(
      ({ error }: { error?: string }) => error ?? [],
    );
    if (problems.length > 0) {
      throw new Error(problems.join('; '));
    }
  }

  /** Applies so many manifests, a hundred with each request. */
  async applyMany(
    count: number,
    manifest: (n: number) => string,
  ): Promise<void> {
    for (let first = 0; first < count; first += 100) {
      const some = Array.from(
        { length: Math.min(100, count - first) },
        (_, n) => manifest(first + n),
      );
      await this.apply(some.join(''));
    }
  }

  /** Asks for a Promotion and returns its name. */
  async promote(stage: string, freight: string): Promise<string> {
    const path = `stages/${stage}/promotions`;
    const { metadata } = await this.#ask('POST', path, { freight });
    return metadata.name;
  }

  async refresh(): Promise<void> {
    await this.#ask('POST', 'warehouses/app/refresh');
  }

  /** Waits until a Promotion has succeeded, and tells when that was seen. */
  async succeeded(name: string): Promise<number> {
    return untilSeen(`the success of Promotion ${name}`, () => {
      const { phase = '', atMs = 0 } = this.#promotions.get(name) ?? {};
      if (phase !== 'Succeeded' && ENDED.includes(phase)) {
        throw new Error(`Promotion ${name} ended ${phase}`);
      }
      return phase === 'Succeeded' ? atMs : undefined;
    });
  }

  /** Waits for Freight besides that which is known. */
  async newFreight(known: readonly string[]): Promise<Seen> {
    return untilSeen('new Freight', () => {
      for (const [name, { atMs }] of this.#freight) {
        if (!known.includes(name)) return { name, atMs };
      }
      return undefined;
    });
  }

  /** Waits for a Promotion of which nothing was known at a moment, and its success. */
  async succeededSince(momentMs: number): Promise<Seen> {
    return untilSeen('the success of another Promotion', () => {
      for (const [name, { phase, atMs }] of this.#promotions) {
        if (phase === 'Succeeded' && atMs > momentMs) return { name, atMs };
      }
      return undefined;
    });
  }

  async loopDelay(): Promise<LoopDelay> {
    const file = join(this.folder, 'loop');
    const read = () => readFile(file, 'utf8').catch(() => '');
    const before = await read();
    process.kill(this.portal.pid, 'SIGUSR2');
    for (;;) {
      const now = await read();
      if (now.length > before.length && now.endsWith('\n')) {
        return JSON.parse(now.slice(before.length));
      }
      await delay(5);
    }
  }

  /** Calls of git by the portal so far, by their arguments. */
  async programs(): Promise<string[]> {
    const text = await readFile(join(this.folder, 'programs'), 'utf8');
    return text.trim().split('\n');
  }

  /** Spans and statements of the portal so far. */
  async spans(): Promise<Span[]> {
    const text = await readFile(join(this.folder, 'spans'), 'utf8');
    return text
      .trim()
      .split('\n')
      .map(line => JSON.parse(line));
  }

  /** Milliseconds until the answer to a read below the project has come whole. */
  async read(path: string): Promise<number> {
    const startedMs = performance.now();
    await this.#ask('GET', path);
    return performance.now() - startedMs;
  }

  /** Stops the portal, lets something happen to its database, and starts it again. */
  async restart(meanwhile: (knex: Knex) => Promise<void>): Promise<void> {
    await this.portal.close();
    this.#startedPortal = undefined;
    const knex = createKnex(this.#connection());
    try {
      await meanwhile(knex);
    } finally {
      await knex.destroy();
    }
    await this.#startPortal();
  }

  /** The database of the plugin, as the portal's configuration leads to it. */
  #connection(): Knex.Config {
    const { postgresUrl } = this.options;
    if (postgresUrl) {
      const url = new URL(postgresUrl);
      url.pathname = `/${this.#prefix}kargo`;
      return { client: 'pg', connection: url.href };
    }
    const filename = join(this.folder, 'portal', 'databases', 'kargo.sqlite');
    return {
      client: 'better-sqlite3',
      connection: { filename },
      useNullAsDefault: true,
    };
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#startedPortal?.close();
    await Promise.all(
      Object.values(this.servers).map(async server => server.close()),
    );
    await rm(this.folder, { recursive: true, force: true });
  }

  async #startPortal(): Promise<void> {
    const { folder, options } = this;
    const { postgresUrl, countsPrograms, recordsSpans } = options;
    this.#startedPortal = await startPortal({
      stateDir: join(folder, 'portal'),
      ...(options.path && { path: options.path }),
      ...(postgresUrl && { database: { postgresUrl, prefix: this.#prefix } }),
      extraConfig: {
        kargo: {
          notifications: NOBODY_IS_TOLD,
          ...(countsPrograms && {
            git: { path: await writeCountingGit(folder) },
          }),
        },
      },
      environment: {
        NODE_OPTIONS: ['loopDelay.cjs', 'spans.cjs']
          .map(hook => `--require ${join(HOOKS, hook)}`)
          .join(' '),
        BENCH_LOOP_FILE: join(folder, 'loop'),
        BENCH_LOOP_RESOLUTION_MS: String(options.isAtRest ? 60_000 : 5),
        BENCH_SPANS_FILE: recordsSpans ? join(folder, 'spans') : '',
        BENCH_BALLAST_MIB: process.env.BENCH_BALLAST_MIB ?? '0',
      },
    });
  }

  async #ask(method: string, path: string, body?: string | object) {
    const isText = typeof body === 'string';
    const type = isText ? 'application/yaml' : 'application/json';
    const { pathname, search } = new URL(path, `http://portal${PROJECT}/`);
    const response = await this.portal.fetch(`${pathname}${search}`, {
      method,
      ...(body !== undefined && {
        headers: { 'content-type': type },
        body: isText ? body : JSON.stringify(body),
      }),
    });
    const text = await response.text();
    if (!response.ok) {
      throw new Error(`${method} ${path}: ${text}`);
    }
    return text === '' ? undefined : JSON.parse(text);
  }

  /** Notes what becomes of resources, from now until the end. */
  async #watch(
    plural: string,
    seen: Map<string, { phase: string; atMs: number }>,
  ): Promise<void> {
    while (!this.#stopped.signal.aborted) {
      try {
        await this.#readWatch(plural, seen);
      } catch {
        // The project is not there yet, or the portal closed the stream.
        await delay(100);
      }
    }
  }

  async #readWatch(
    plural: string,
    seen: Map<string, { phase: string; atMs: number }>,
  ): Promise<void> {
    const { body, ok } = await this.portal.fetch(
      `${PROJECT}/${plural}?watch=true`,
      {
        headers: { accept: 'text/event-stream' },
        signal: this.#stopped.signal,
      },
    );
    if (!ok || !body) {
      throw new Error(`${plural} cannot be watched`);
    }
    let text = '';
    for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
      const atMs = performance.now();
      const events = (text + chunk).split('\n\n');
      text = events.pop() ?? '';
      for (const event of events) {
        const [, data] = /^data: ?(.*)$/m.exec(event) ?? [];
        const object: Resource | undefined = data && JSON.parse(data).object;
        const phase = object?.status?.phase ?? '';
        if (object && seen.get(object.metadata.name)?.phase !== phase) {
          seen.set(object.metadata.name, { phase, atMs });
        }
      }
    }
  }
}

function hostOf(url: string): string {
  return new URL(url).host;
}

/** A git that notes each call before it is the real one. */
async function writeCountingGit(folder: string): Promise<string> {
  const file = join(folder, 'git.sh');
  const list = join(folder, 'programs');
  await writeFile(
    file,
    `#!/bin/sh\necho "$*" | tr '\\n' ' ' >> '${list}'; echo >> '${list}'\nexec git "$@"\n`,
    { mode: 0o700 },
  );
  return file;
}

/** Looks every millisecond, for two minutes at most. */
async function untilSeen<T>(
  what: string,
  look: () => T | undefined,
): Promise<T> {
  const end = performance.now() + SEEN_WITHIN_MS;
  for (;;) {
    const found = look();
    if (found !== undefined) {
      return found;
    }
    if (performance.now() > end) {
      throw new Error(`Nobody saw ${what} within ${SEEN_WITHIN_MS / 1000} s`);
    }
    await delay(1);
  }
}
