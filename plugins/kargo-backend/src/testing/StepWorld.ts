import { LoggerService } from '@backstage/backend-plugin-api';
import { JsonObject } from 'backstage-plugin-kargo-common';
import { HttpClient, SecretText } from 'backstage-plugin-kargo-node';
import {
  APPLICATIONS,
  CommitFile,
  GitServer,
  KubernetesServer,
  LoopbackServer,
  OciRegistry,
  Reply,
  startGitServer,
  startKubernetesServer,
  startLoopbackServer,
  startOciRegistry,
} from 'kargo-test';
import { join } from 'node:path';
import { KubernetesArgoCds } from '../adapters/argocd/KubernetesArgoCds';
import { CloneMirrors } from '../adapters/git/mirrors/CloneMirrors';
import { createGitProgram } from '../adapters/git/process/gitEnvironment';
import { SmartHttp } from '../adapters/git/smart-http/SmartHttp';
import { GitWorkingTreesCli } from '../adapters/git/worktrees/GitWorkingTreesCli';
import { HelperProcesses } from '../adapters/processes/HelperProcesses';
import { SystemClock } from '../adapters/system/SystemClock';
import { builtinPullRequestProviders } from '../builtins/pull-request-hosts';
import { buildArgoCds } from '../wiring/buildArgoCds';
import { BuildCapabilitiesOptions } from '../wiring/buildCapabilities';
import { anApplication } from './anApplication';
import { FakeHosts } from './FakeHosts';
import { azureForge } from './forges/azure';
import { bitbucketForge } from './forges/bitbucket';
import { Forge, ForgeApi, ForgePull, idOf } from './forges/Forge';
import { giteaForge } from './forges/gitea';
import { githubForge } from './forges/github';
import { gitlabForge } from './forges/gitlab';
import { httpOf } from './ForgeHarness';
import { createHelperProcesses } from './helperProcesses';

// Corpora also run outside of Jest, which Backstage's mocks need.
const SILENT: LoggerService = {
  error() {},
  warn() {},
  info() {},
  debug() {},
  child: () => SILENT,
};

const FORGES: Readonly<Record<string, ForgeApi>> = {
  azure: azureForge,
  bitbucket: bitbucketForge,
  gitea: giteaForge,
  github: githubForge,
  gitlab: gitlabForge,
};

/** What the branches of a host of pull requests hold. */
const HEADS: Readonly<Record<string, ReturnType<typeof headOf> | undefined>> = {
  main: headOf('main', 'm\n'),
  'stage/dev': headOf('proposal', 'sub\n\nbody\n'),
  same: headOf('main', 'nothing new\n'),
};

/** What a case finds around its step; each case has a world of its own. */
export interface CaseWorld {
  /** Files by branch and repository. */
  git?: Record<string, Record<string, Record<string, CommitFile>>>;
  /** Answers by method and path: `GET /a`. */
  http?: Record<string, CaseAnswer>;
  /** Tags by repository of a registry. */
  images?: Record<string, string[]>;
  /** Argo CD's Applications, authorized to Stage `dev` unless they say otherwise. */
  applications?: Array<{ name: string } & Record<string, any>>;
  /**
   * A host of pull requests, which has two branches, `main` and `stage/dev`. With a `status`
   * it answers everything with that.
   */
  forge?: { host: string; pulls?: Partial<ForgePull>[]; status?: number };
}

/** What somebody else pushes to a repository of the world. */
export interface ForeignPush {
  /** The repository. */
  push: string;
  /** `main` unless told. */
  branch?: string;
  files: Record<string, string>;
}

/** What a host answers; a body that is not a text is sent as JSON. */
export interface CaseAnswer {
  status?: number;
  headers?: Record<string, string>;
  body?: unknown;
}

/**
 * The servers that cases of steps talk to, all on loopback. Their addresses are variables of
 * a case: `git`, `web` and `registry` as prefixes of repositories and paths, `repo` for the
 * repository of its host of pull requests.
 */
export class StepWorld {
  static async start(root: string): Promise<StepWorld> {
    const answers = new Map<string, Reply>();
    const processes = createHelperProcesses();
    const started: Array<{ close(): Promise<void> }> = [];
    const keep = async <T extends { close(): Promise<void> }>(
      starting: Promise<T>,
    ): Promise<T> => {
      const server = await starting;
      started.push(server);
      return server;
    };
    try {
      return new StepWorld(
        root,
        processes,
        await keep(startGitServer({ root: join(root, 'git'), processes })),
        await keep(
          startLoopbackServer({
            route: ({ method, url }) =>
              `${method} ${url.pathname}${url.search}`,
            handle: async ({ method, url }) =>
              answers.get(`${method} ${url.pathname}`) ?? { status: 501 },
          }),
        ),
        answers,
        await keep(startOciRegistry()),
        await keep(startKubernetesServer({ kinds: [APPLICATIONS] })),
        await keep(FakeHosts.start()),
      );
    } catch (error) {
      await Promise.all(started.map(server => server.close()));
      await processes.stop();
      throw error;
    }
  }

  readonly #argoCds: KubernetesArgoCds;
  #forge?: { api: ForgeApi; state: Forge };
  #name = '';
  #count = 0;

  private constructor(
    private readonly root: string,
    private readonly processes: HelperProcesses,
    private readonly git: GitServer,
    private readonly web: LoopbackServer,
    private readonly answers: Map<string, Reply>,
    private readonly registry: OciRegistry,
    private readonly kubernetes: KubernetesServer,
    private readonly hosts: FakeHosts,
  ) {
    const { url, token } = kubernetes;
    this.#argoCds = buildArgoCds({
      clusters: [
        {
          name: 'main',
          namespace: 'argocd',
          access: { kind: 'url', url, token, skipTLSVerify: false },
        },
      ],
      queue: { markDue: async () => {} },
      clock: SystemClock.create(),
      random: () => 0,
      logger: SILENT,
    });
    hosts.otherwise(request => {
      if (!this.#forge) return { status: 502, body: '' };
      const { api, state } = this.#forge;
      return state.fault?.(request) ?? api.answer(state, request);
    });
  }

  /** Makes the world of a case in place of that of the one before, and tells its addresses. */
  async make(world: CaseWorld): Promise<Record<string, string>> {
    this.#name = `case-${(this.#count += 1)}`;
    for (const [repo, branches] of Object.entries(world.git ?? {})) {
      await this.#makeRepository(`${this.#name}/${repo}`, branches);
    }
    this.answers.clear();
    this.web.resetStats();
    this.hosts.asked.length = 0;
    for (const [route, answer] of Object.entries(world.http ?? {})) {
      this.answers.set(route, replyOf(answer));
    }
    for (const [repository, tags] of Object.entries(world.images ?? {})) {
      this.registry.addTags(`${this.#name}/${repository}`, tags);
    }
    this.#replaceApplications(world.applications ?? []);
    const repo = this.#openForge(world.forge);
    return {
      git: `${this.git.url}/${this.#name}`,
      web: this.web.url,
      registry: this.registry.imageURL(this.#name),
      ...(repo && { repo }),
    };
  }

  /** A file of a repository of the case; null where there is none. */
  readFile(repo: string, branch: string, path: string): Promise<string | null> {
    return this.git
      .readFile(`${this.#name}/${repo}`, `refs/heads/${branch}`, path)
      .catch(() => null);
  }

  /** Pushes to a repository of the case as somebody else. */
  async push({
    push: repo,
    branch = 'main',
    files,
  }: ForeignPush): Promise<void> {
    const name = `${this.#name}/${repo}`;
    await this.git.commit(name, { branch, message: 'theirs', files });
  }

  /** Subjects of the commits of a branch, newest first. */
  async readCommits(repo: string, branch: string): Promise<string[]> {
    const log = await this.git
      .log(`${this.#name}/${repo}`, `refs/heads/${branch}`)
      .catch(() => []);
    return log.map(({ subject }) => subject);
  }

  /** An Application as it is after the step. */
  application(name: string): JsonObject | undefined {
    return this.kubernetes.find('argocd', name) as JsonObject | undefined;
  }

  /** What the server of `http` and the host of pull requests were asked. */
  get requests(): string[] {
    const asked = this.web.stats().log.map(({ route }) => route);
    return [...asked, ...this.hosts.routes];
  }

  get pulls(): readonly ForgePull[] {
    return this.#forge?.state.pulls ?? [];
  }

  /** What steps reach the servers with. */
  capabilities(http: HttpClient): Partial<BuildCapabilitiesOptions> {
    const program = createGitProgram({
      tempDir: this.root,
      processes: this.processes,
    });
    const clock = SystemClock.create();
    const trees = GitWorkingTreesCli.create({
      program,
      clock,
      mirrors: CloneMirrors.create({
        program,
        folder: join(this.root, 'clones'),
        clock,
      }),
      smartHttp: SmartHttp.create({ http, program }),
    });
    // Some have their API at another host; all else in a world is on this machine.
    const isForge = (url: string | URL) =>
      this.#forge !== undefined && new URL(url).hostname !== '127.0.0.1';
    const played = httpOf(this.hosts);
    return {
      argoCds: this.#argoCds,
      credentials: {
        find: async ({ repoURL }) =>
          isForge(repoURL) ? { password: SecretText.of('secret') } : undefined,
      },
      http: {
        send: request =>
          isForge(request.url) ? played.send(request) : http.send(request),
        open: request => http.open(request),
      },
      pullRequestProviders: builtinPullRequestProviders,
      workingTrees: {
        clone: options => trees.clone(options),
        export: options => trees.export(options),
        open: options => trees.open(options),
        readBranches: async options =>
          isForge(options.remote.url)
            ? options.branches.map(name => HEADS[name])
            : trees.readBranches(options),
      },
    };
  }

  async close(): Promise<void> {
    await this.#argoCds.stop();
    for (const server of [
      this.git,
      this.web,
      this.registry,
      this.kubernetes,
      this.hosts,
    ]) {
      await server.close();
    }
    await this.processes.stop();
  }

  async #makeRepository(
    name: string,
    branches: Record<string, Record<string, CommitFile>>,
  ): Promise<void> {
    const [[first, files], ...others] = Object.entries(branches);
    await this.git.createRepo(name, files, { branch: first });
    for (const [branch, content] of others) {
      await this.git.commit(name, { branch, message: branch, files: content });
    }
  }

  #replaceApplications(applications: CaseWorld['applications'] & object): void {
    for (const { metadata } of this.kubernetes.all()) {
      this.kubernetes.remove(metadata.namespace, metadata.name);
    }
    for (const { name, ...parts } of applications) {
      this.kubernetes.put(anApplication(name, parts));
    }
  }

  #openForge(wanted: CaseWorld['forge']): string | undefined {
    this.#forge = undefined;
    if (!wanted) {
      return undefined;
    }
    const api = FORGES[wanted.host];
    if (!api) {
      throw new Error(
        `"world.forge.host" must be one of ${Object.keys(FORGES).join(', ')}`,
      );
    }
    const state = new Forge();
    for (const pull of wanted.pulls ?? []) {
      state.add(pull);
    }
    const { status } = wanted;
    if (status !== undefined) {
      state.fault = () => ({ status });
    }
    this.#forge = { api, state };
    return api.repoURL;
  }
}

function headOf(text: string, message: string) {
  return { commit: idOf(text), tree: idOf(`tree ${text}`), message };
}

function replyOf({ status = 200, headers, body }: CaseAnswer): Reply {
  if (body === undefined || typeof body === 'string') {
    return { status, headers: { ...headers }, body: body ?? '' };
  }
  return {
    status,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  };
}
