import { once } from 'node:events';
import { mkdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import type { ProcessStarter } from 'backstage-plugin-kargo-backend/src/adapters/processes/ProcessStarter';
import {
  type CommitFile,
  type CommitPerson,
  fastImport,
  type NewCommit,
  writeCommit,
  writeTag,
} from './fastImport';
import {
  type LoopbackRequest,
  type LoopbackServer,
  type Reply,
  startLoopbackServer,
} from './loopbackServer';
import { WorldGit } from './WorldGit';

/** How a git server of the test world is set up. */
export interface GitServerOptions {
  /** Folder that holds the bare repositories. */
  readonly root: string;
  readonly port?: number;
  /** Asked of every request when given. */
  readonly auth?: { readonly username: string; readonly password: string };
  /** Whether clients may ask for partial clones; true unless told. */
  readonly allowFilter?: boolean;
  /** What starts git; a small process of the server's own unless told. */
  readonly processes?: ProcessStarter;
}

/** A commit to make on the server, as if somebody had pushed it. */
export interface ServerCommit extends Omit<NewCommit, 'branch'> {
  /** `main` unless told. */
  readonly branch?: string;
  /** A lightweight tag to put on the new commit. */
  readonly tag?: string;
}

/**
 * A git server over smart HTTP, in front of bare repositories in a folder.
 *
 * @remarks
 * As GitHub, it knows repositories only to programs that call themselves `git/…`.
 *
 * Routes in statistics and faults: `advertise` (reference advertisement of
 * protocol version 0 or the capabilities of version 2), `ls-refs`, `fetch`,
 * `advertise-push` and `push`.
 */
export interface GitServer extends LoopbackServer {
  /** The address of a repository to clone and push. */
  repoURL(name: string): string;
  /** The bare repository's folder. */
  repoPath(name: string): string;
  /** Creates a repository with a first commit when files are given. */
  createRepo(
    name: string,
    files?: Readonly<Record<string, CommitFile>>,
    options?: { branch?: string; date?: number },
  ): Promise<void>;
  hasRepo(name: string): Promise<boolean>;
  deleteRepo(name: string): Promise<void>;
  /** Adds a commit and returns its id. */
  commit(name: string, commit: ServerCommit): Promise<string>;
  /** Adds many commits in one go, each on top of the one before on its branch. */
  importCommits(
    name: string,
    commits: Iterable<NewCommit & { date: number }>,
  ): Promise<void>;
  /** Puts a tag on a revision: lightweight, or annotated when it has a message. */
  tag(
    name: string,
    tag: {
      name: string;
      target: string;
      message?: string;
      date?: number;
      tagger?: CommitPerson;
    },
  ): Promise<void>;
  /** The commit a revision names, or `undefined`. */
  resolve(name: string, revision: string): Promise<string | undefined>;
  /** The content of a file at a revision; throws when it is not there. */
  readFile(name: string, revision: string, path: string): Promise<string>;
  /** The paths of all files at a revision. */
  listFiles(name: string, revision: string): Promise<string[]>;
  /** Names of all branches. */
  branches(name: string): Promise<string[]>;
  /** Commits reachable from a revision, newest first. */
  log(
    name: string,
    revision: string,
  ): Promise<Array<{ id: string; subject: string; author: string }>>;
  /** Runs a git command inside the bare repository and returns its output. */
  git(name: string, ...args: string[]): Promise<string>;
  /** Switches partial clones on or off for the requests to come. */
  setAllowFilter(allowed: boolean): void;
}

/** Starts a git server on 127.0.0.1; the folder is created when missing. */
export async function startGitServer(
  options: GitServerOptions,
): Promise<GitServer> {
  const { root, auth } = options;
  await mkdir(root, { recursive: true });
  let allowFilter = options.allowFilter ?? true;
  const program = WorldGit.create(options.processes);

  const server = await startLoopbackServer({
    port: options.port,
    route: nameRoute,
    async handle(request) {
      if (!request.headers['user-agent']?.startsWith('git/')) {
        return { status: 404, body: 'Not Found\n' };
      }
      if (auth && !isAuthorized(request, auth)) {
        return {
          status: 401,
          headers: { 'www-authenticate': 'Basic realm="git"' },
          body: 'Authentication required\n',
        };
      }
      return callHttpBackend({
        program,
        root,
        request,
        allowFilter,
        user: auth?.username,
      });
    },
  });

  const repoPath = (name: string) => join(root, `${name}.git`);
  const git = (name: string, ...args: string[]) =>
    program.run('-C', repoPath(name), ...args);
  const resolve = (name: string, revision: string) =>
    git(name, 'rev-parse', '--verify', '--quiet', `${revision}^{commit}`).then(
      id => id.trim(),
      () => undefined,
    );

  async function commit(name: string, change: ServerCommit): Promise<string> {
    const branch = change.branch ?? 'main';
    const head = await resolve(name, `refs/heads/${branch}`);
    const date = change.date ?? Math.floor(Date.now() / 1000);
    await fastImport(
      program,
      repoPath(name),
      writeCommit({ ...change, branch, date, parent: change.parent ?? head }),
    );
    const id = await git(name, 'rev-parse', `refs/heads/${branch}`);
    if (change.tag) await git(name, 'tag', change.tag, id.trim());
    return id.trim();
  }

  return {
    ...server,
    async close() {
      await server.close();
      await program.close();
    },
    repoURL: name => `${server.url}/${name}.git`,
    repoPath,
    git,
    resolve,
    commit,
    async createRepo(name, files, { branch = 'main', date } = {}) {
      await mkdir(repoPath(name), { recursive: true });
      await git(
        name,
        'init',
        '--quiet',
        '--bare',
        `--initial-branch=${branch}`,
      );
      if (files) {
        await commit(name, { branch, files, date, message: 'Initial commit' });
      }
    },
    hasRepo: name =>
      stat(join(repoPath(name), 'HEAD')).then(
        () => true,
        () => false,
      ),
    deleteRepo: name => rm(repoPath(name), { recursive: true, force: true }),
    async importCommits(name, commits) {
      const refs = await git(
        name,
        'for-each-ref',
        '--format=%(refname:lstrip=2) %(objectname)',
        'refs/heads',
      );
      const heads = new Map(
        lines(refs).map(line => line.split(' ') as [string, string]),
      );
      await fastImport(program, repoPath(name), writeHistory(commits, heads));
    },
    async tag(name, { name: tagName, target, message, date, tagger }) {
      if (message === undefined) {
        await git(name, 'tag', '--force', tagName, target);
        return;
      }
      const id = await resolve(name, target);
      if (!id) throw new Error(`no such revision: ${target}`);
      await fastImport(
        program,
        repoPath(name),
        writeTag({
          name: tagName,
          target: id,
          message,
          tagger,
          date: date ?? Math.floor(Date.now() / 1000),
        }),
      );
    },
    readFile: (name, revision, path) =>
      git(name, 'show', `${revision}:${path}`),
    async listFiles(name, revision) {
      return lines(await git(name, 'ls-tree', '-r', '--name-only', revision));
    },
    async branches(name) {
      return lines(
        await git(
          name,
          'for-each-ref',
          '--format=%(refname:short)',
          'refs/heads',
        ),
      );
    },
    async log(name, revision) {
      const text = await git(name, 'log', '--format=%H%x09%an%x09%s', revision);
      return lines(text).map(line => {
        const [id, author, ...subject] = line.split('\t');
        return { id, author, subject: subject.join('\t') };
      });
    },
    setAllowFilter(allowed) {
      allowFilter = allowed;
    },
  };
}

function lines(text: string): string[] {
  return text.split('\n').filter(line => line.length > 0);
}

function* writeHistory(
  commits: Iterable<NewCommit & { date: number }>,
  heads: ReadonlyMap<string, string>,
): Generator<string | Buffer> {
  const begun = new Set<string>();
  for (const commit of commits) {
    // Only the first commit on a branch must say where it starts; fast-import
    // remembers the branches it has touched itself.
    const start = begun.has(commit.branch)
      ? undefined
      : heads.get(commit.branch);
    begun.add(commit.branch);
    yield* writeCommit({ ...commit, parent: commit.parent ?? start });
  }
}

/** Tells `ls-refs` from `fetch`, which share one path in protocol version 2. */
async function nameRoute(request: LoopbackRequest): Promise<string> {
  const { pathname, searchParams } = request.url;
  if (pathname.endsWith('/info/refs')) {
    return searchParams.get('service') === 'git-receive-pack'
      ? 'advertise-push'
      : 'advertise';
  }
  if (pathname.endsWith('/git-receive-pack')) return 'push';
  if (!pathname.endsWith('/git-upload-pack')) return 'other';
  const body = await request.body();
  const text =
    request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
  return text.includes('command=ls-refs') ? 'ls-refs' : 'fetch';
}

function isAuthorized(
  request: LoopbackRequest,
  auth: { username: string; password: string },
): boolean {
  const wanted = Buffer.from(`${auth.username}:${auth.password}`);
  return request.headers.authorization === `Basic ${wanted.toString('base64')}`;
}

/** Answers a request through the CGI program that git itself brings (RFC 3875). */
async function callHttpBackend(options: {
  program: WorldGit;
  root: string;
  request: LoopbackRequest;
  allowFilter: boolean;
  user: string | undefined;
}): Promise<Reply> {
  const { program, request } = options;
  const { headers } = request;
  const { stdin, stdout } = await program.start(['http-backend'], {
    ...serverConfig(options.allowFilter),
    GIT_PROJECT_ROOT: options.root,
    GIT_HTTP_EXPORT_ALL: '1',
    REQUEST_METHOD: request.method,
    PATH_INFO: decodeURIComponent(request.url.pathname),
    QUERY_STRING: request.url.search.slice(1),
    REMOTE_ADDR: '127.0.0.1',
    ...(options.user && { REMOTE_USER: options.user }),
    ...given('CONTENT_TYPE', headers['content-type']),
    ...given('CONTENT_LENGTH', headers['content-length']),
    ...given('HTTP_CONTENT_ENCODING', headers['content-encoding']),
    ...given('GIT_PROTOCOL', headers['git-protocol']),
  });
  if (request.url.pathname.endsWith('/git-upload-pack')) {
    stdin.end(await request.body());
  } else {
    request.stream.pipe(stdin);
  }
  return readCgiReply(stdout);
}

function serverConfig(allowFilter: boolean): Record<string, string> {
  const settings = [
    ['http.receivepack', 'true'],
    ['uploadpack.allowFilter', String(allowFilter)],
    ['uploadpack.allowAnySHA1InWant', 'true'],
  ];
  const config: Record<string, string> = {
    GIT_CONFIG_COUNT: String(settings.length),
  };
  settings.forEach(([key, value], index) => {
    config[`GIT_CONFIG_KEY_${index}`] = key;
    config[`GIT_CONFIG_VALUE_${index}`] = value;
  });
  return config;
}

function given(
  name: string,
  value: string | string[] | undefined,
): Record<string, string> {
  return value === undefined ? {} : { [name]: String(value) };
}

async function readCgiReply(output: Readable): Promise<Reply> {
  let head = Buffer.alloc(0);
  for (;;) {
    const end = head.indexOf('\r\n\r\n');
    if (end >= 0) {
      const rest = head.subarray(end + 4);
      if (rest.length > 0) output.unshift(rest);
      return {
        ...parseCgiHead(head.subarray(0, end).toString()),
        body: output,
      };
    }
    const chunk = output.read() as Buffer | null;
    if (chunk) {
      head = Buffer.concat([head, chunk]);
    } else if (output.readableEnded) {
      return { status: 500, body: 'git http-backend gave no answer\n' };
    } else {
      await Promise.race([once(output, 'readable'), once(output, 'end')]);
    }
  }
}

function parseCgiHead(text: string): Pick<Reply, 'status'> & {
  headers: Record<string, string>;
} {
  let status = 200;
  const headers: Record<string, string> = {};
  for (const line of text.split('\r\n')) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    if (name === 'status') status = Number.parseInt(value, 10);
    else headers[name] = value;
  }
  return { status, headers };
}
