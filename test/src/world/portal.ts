import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { KargoClient } from 'backstage-plugin-kargo-common';
import { stringify } from 'yaml';
import { packageFolder, repositoryRoot } from './paths';
import { freePort } from './postgres';

/** How to start a portal. */
export interface PortalOptions {
  /** Folder for its configuration, log and, with SQLite, its databases. */
  readonly stateDir: string;
  /** Port on 127.0.0.1; a free one unless told. */
  readonly port?: number;
  /** SQLite in the state folder unless told; two portals with one prefix are replicas of each other. */
  readonly database?: { readonly postgresUrl: string; readonly prefix: string };
  /** The static token of programs; a fixed one unless told. */
  readonly token?: string;
  /** Configuration on top of everything else. */
  readonly extraConfig?: Readonly<Record<string, unknown>>;
  /** Folders to put in front of `PATH`, for Helm and kubectl. */
  readonly path?: readonly string[];
  /** Added to the environment of the process. */
  readonly environment?: Readonly<Record<string, string>>;
  /** The backend to start; the one of this repository, in TypeScript, unless told. */
  readonly backend?: BackendProgram;
}

/** How the process of a backend is started. */
export interface BackendProgram {
  readonly folder: string;
  /** What Node is called with, before the configuration. */
  readonly args: readonly string[];
}

/** A running portal: the backend of this repository in a process of its own. */
export interface Portal {
  readonly url: string;
  /** Address of Kargo's API. */
  readonly api: string;
  readonly token: string;
  readonly pid: number;
  /** Resolves with the exit code, or the signal, when the process ends. */
  readonly exited: Promise<number | NodeJS.Signals>;
  /** A token of one of the people of the demo; waits until the catalog knows them. */
  tokenOf(persona: string): Promise<string>;
  /** Kargo's client, as the static token unless another is given. */
  kargo(token?: string): KargoClient;
  /** Asks the portal, as its static token unless another is given. */
  fetch(
    path: string,
    options?: RequestInit & { token?: string },
  ): Promise<Response>;
  /** What the process has written so far. */
  log(): Promise<string>;
  /** Sends a signal and waits for the end. */
  kill(signal: NodeJS.Signals): Promise<void>;
  /** Shuts down in good order. */
  close(): Promise<void>;
}

/** A portal that is still starting. */
export interface StartingPortal extends Portal {
  /** Resolves when every plugin answers, and rejects when the process ends before. */
  readonly ready: Promise<void>;
}

/** Starts the backend and waits until every plugin is ready. */
export async function startPortal(options: PortalOptions): Promise<Portal> {
  const portal = await launchPortal(options);
  try {
    await portal.ready;
  } catch (error) {
    await portal.kill('SIGKILL');
    throw error;
  }
  return portal;
}

/** Starts the backend and returns at once. */
export async function launchPortal(
  options: PortalOptions,
): Promise<StartingPortal> {
  const {
    stateDir,
    token = 'kargo-demo-token',
    backend = demoBackend(),
  } = options;
  const port = options.port || (await freePort());
  const url = `http://127.0.0.1:${port}`;
  await mkdir(join(stateDir, 'databases'), { recursive: true });
  const configPath = join(stateDir, `app-config.${port}.yaml`);
  const config = portalConfig({ ...options, token, port, url });
  await writeFile(configPath, stringify(config), { mode: 0o600 });
  const logPath = join(stateDir, `portal.${port}.log`);

  const child = spawn(
    process.execPath,
    [
      '--enable-source-maps',
      '--require',
      join(repositoryRoot, 'test', 'src', 'world', 'exitWithParent.cjs'),
      ...backend.args,
      ...['--config', configPath],
    ],
    {
      cwd: backend.folder,
      stdio: ['pipe', 'pipe', 'pipe'],
      env: {
        ...process.env,
        NODE_ENV: 'development',
        NO_COLOR: '1',
        PATH: [...(options.path ?? []), process.env.PATH].join(delimiter),
        ...options.environment,
      },
    },
  );
  const log = createWriteStream(logPath, { flags: 'a' });
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  const exited = new Promise<number | NodeJS.Signals>(resolve => {
    child.once('close', (code, signal) => {
      log.end(() => resolve(signal ?? code ?? 1));
    });
  });

  const ask: Portal['fetch'] = (path, { token: own, ...request } = {}) => {
    const headers = new Headers(request.headers);
    headers.set('authorization', `Bearer ${own ?? token}`);
    return fetch(new URL(path, url), { ...request, headers });
  };
  const kill = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    await exited;
  };
  const ready = waitUntilReady({ url, child, exited, logPath });
  // Whoever only launches may never look at it.
  ready.catch(() => {});

  return {
    url,
    api: `${url}/api/kargo`,
    token,
    pid: child.pid ?? 0,
    exited,
    ready,
    fetch: ask,
    tokenOf: persona => signIn(url, persona),
    kargo: own =>
      KargoClient.create({
        baseUrl: `${url}/api/kargo`,
        fetch: (address, request) => ask(address, { ...request, token: own }),
      }),
    log: () => readFile(logPath, 'utf8'),
    kill,
    close: () => kill('SIGTERM'),
  };
}

function demoBackend(): BackendProgram {
  return {
    folder: join(repositoryRoot, 'packages', 'backend'),
    args: [
      '--require',
      join(repositoryRoot, 'test', 'src', 'world', 'compileOnce.cjs'),
      '--require',
      join(packageFolder('@backstage/cli'), 'config', 'nodeTransform.cjs'),
      'src/index.ts',
      ...['--config', join(repositoryRoot, 'app-config.yaml')],
    ],
  };
}

function portalConfig(
  options: PortalOptions & { token: string; port: number; url: string },
): Record<string, unknown> {
  const { database, url, port, stateDir, token } = options;
  const base = {
    app: { baseUrl: url },
    auth: {
      // Command lines may sign people in, Kargo's own among them.
      clientIdMetadataDocuments: {
        enabled: true,
        allowedClientIdPatterns: [`${url}/api/kargo/v1beta1/system/cli-client`],
      },
      experimentalRefreshToken: { enabled: true },
    },
    kargo: { workingDirectory: join(stateDir, 'work') },
    // A portal killed while it reads its catalog reads on after one interval.
    catalog: { processingInterval: { seconds: 15 } },
    backend: {
      baseUrl: url,
      listen: { host: '127.0.0.1', port },
      cors: { origin: url },
      auth: {
        externalAccess: [
          { type: 'static', options: { token, subject: 'kargo-demo' } },
        ],
      },
      database: database
        ? {
            client: 'pg',
            connection: database.postgresUrl,
            prefix: database.prefix,
          }
        : {
            client: 'better-sqlite3',
            connection: { directory: join(stateDir, 'databases') },
          },
    },
  };
  return merge(base, options.extraConfig ?? {});
}

/** Merges like Backstage merges configuration: objects by key, the rest replaced. */
function merge(
  base: Readonly<Record<string, unknown>>,
  over: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const result: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const present = result[key];
    result[key] =
      isObject(present) && isObject(value) ? merge(present, value) : value;
  }
  return result;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Longest wait for a portal whose process lives: less than tests wait for it. A machine that
 * builds something beside it takes minutes where half a minute is usual.
 */
const START_MS = 9 * 60_000;

async function waitUntilReady(options: {
  url: string;
  child: ChildProcess;
  exited: Promise<number | NodeJS.Signals>;
  logPath: string;
}): Promise<void> {
  let end: number | NodeJS.Signals | undefined;
  options.exited.then(code => {
    end = code;
  });
  const deadline = Date.now() + START_MS;
  const address = `${options.url}/.backstage/health/v1/readiness`;
  for (;;) {
    if (end !== undefined || Date.now() > deadline) {
      const log = await readFile(options.logPath, 'utf8');
      throw new Error(
        `the portal ${
          end === undefined ? 'is not ready' : `ended with ${end}`
        }:\n${log.slice(-4000)}`,
      );
    }
    const reply = await fetch(address).catch(() => undefined);
    if (reply?.ok) return;
    await delay(100);
  }
}

async function signIn(url: string, persona: string): Promise<string> {
  const deadline = Date.now() + 300_000;
  for (;;) {
    const reply = await fetch(`${url}/api/auth/demo/refresh`, {
      headers: {
        'x-demo-persona': persona,
        'x-requested-with': 'XMLHttpRequest',
      },
    });
    if (reply.ok) {
      const session = (await reply.json()) as {
        backstageIdentity: { token: string };
      };
      return session.backstageIdentity.token;
    }
    // The catalog reads its files some seconds after the portal answers.
    if (reply.status !== 404 || Date.now() > deadline) {
      throw new Error(`${persona} cannot sign in: ${await reply.text()}`);
    }
    await delay(250);
  }
}
