import { mkdir } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { APPLICATIONS, ArgoCdController } from '../../world/argoCdController';
import { chartMetadata, packageChart } from '../../world/chartArchive';
import { type ChartServer, startChartServer } from '../../world/chartServer';
import { type GithubServer, startGithubServer } from '../../world/githubServer';
import { type GitServer, startGitServer } from '../../world/gitServer';
import {
  type Internet,
  type PlayedHost,
  startInternet,
} from '../../world/internet';
import {
  type KubernetesServer,
  startKubernetesServer,
} from '../../world/kubernetesServer';
import { startLoopbackServer } from '../../world/loopbackServer';
import { type OciRegistry, startOciRegistry } from '../../world/ociRegistry';
import { makeApplications } from './applications';
import { isStage, type PipelineFolder } from './findSets';
import { readSteps } from './readSteps';
import { rebuildContent, type RebuiltContent } from './rebuildContent';

interface Closing {
  close(): Promise<void>;
}

/** Everything outside of the portal that pipelines touch, at the addresses they name. */
export class PipelineWorld {
  static async start(
    folder: PipelineFolder,
    stateDir: string,
  ): Promise<PipelineWorld> {
    await mkdir(stateDir, { recursive: true });
    const world = new PipelineWorld(folder, stateDir);
    try {
      await world.#start();
      return world;
    } catch (error) {
      await world.close();
      throw error;
    }
  }

  readonly content: RebuiltContent;
  git!: GitServer;
  github!: GithubServer;
  cluster!: KubernetesServer;
  internet!: Internet;
  #registry!: OciRegistry;
  #controller!: ArgoCdController;
  readonly #hosts = new Map<string, PlayedHost[]>();
  readonly #closing: Closing[] = [];

  private constructor(
    private readonly folder: PipelineFolder,
    private readonly stateDir: string,
  ) {
    this.content = rebuildContent(folder);
  }

  /**
   * Merges the pull requests that are open, as reviewers who like everything.
   *
   * @returns how many there were
   */
  async mergeOpenPulls(): Promise<number> {
    const open = this.github.pulls.filter(({ mergeCommit }) => !mergeCommit);
    for (const pull of open) await this.github.merge(pull);
    return open.length;
  }

  /**
   * Syncs the Applications that do so by themselves.
   *
   * @returns how many had something new
   */
  syncMoved(): Promise<number> {
    return this.#controller.syncMoved();
  }

  async close(): Promise<void> {
    for (const server of this.#closing.reverse()) await server.close();
    this.#closing.length = 0;
  }

  async #start(): Promise<void> {
    this.git = this.#keep(
      await startGitServer({ root: join(this.stateDir, 'git') }),
    );
    this.#registry = this.#keep(await startOciRegistry());
    this.github = this.#keep(
      await startGithubServer({ git: this.git, folder: 'github.com' }),
    );
    await this.#startRepositories();
    this.#startImages();
    await this.#startCharts();
    await this.#startServices();
    await this.#startArgoCd();
    this.internet = this.#keep(
      await startInternet({
        stateDir: this.stateDir,
        hosts: new Map(
          [...this.#hosts].map(([host, ways]) => [
            host,
            path => firstOf(ways, path),
          ]),
        ),
      }),
    );
  }

  #keep<T extends Closing>(server: T): T {
    this.#closing.push(server);
    return server;
  }

  #play(host: string, way: PlayedHost): void {
    this.#hosts.set(host, [...(this.#hosts.get(host) ?? []), way]);
  }

  async #startRepositories(): Promise<void> {
    for (const [repoURL, branches] of this.content.repositories) {
      const name = repositoryName(repoURL);
      const files = { 'README.md': '# What a pipeline promotes\n' };
      await this.git.createRepo(name, branches.has('main') ? undefined : files);
      for (const [branch, content] of branches) {
        await this.git.commit(name, {
          branch,
          parent: 'none',
          message: 'Describe what runs',
          files: Object.fromEntries(content),
        });
      }
      const host = new URL(repoURL).hostname;
      this.#play(host, path => {
        const [, repo, rest] =
          /^\/(.+?)(?:\.git)?\/(info\/refs.*|git-(?:upload|receive)-pack)$/.exec(
            path,
          ) ?? [];
        return repo && `${this.git.repoURL(`${host}/${repo}`)}/${rest}`;
      });
    }
    this.#play('api.github.com', path => `${this.github.url}${path}`);
  }

  #startImages(): void {
    for (const [image, tags] of this.content.images) {
      const { host, repository } = imageName(image);
      for (const tag of tags) this.#registry.pushImage({ repository, tag });
      this.#playRegistry(host);
    }
  }

  #playRegistry(host: string): void {
    this.#play(host, path =>
      path.startsWith('/v2/') ? `${this.#registry.url}${path}` : undefined,
    );
  }

  async #startCharts(): Promise<void> {
    const servers = new Map<string, ChartServer>();
    for (const { repoURL, name, version } of this.content.charts) {
      const url = new URL(repoURL);
      if (url.protocol === 'oci:') {
        this.#registry.pushChart({
          repository: url.pathname.slice(1),
          metadata: chartMetadata({ name, version }),
          archive: await packageChart({ name, version }),
        });
        this.#playRegistry(url.hostname);
        continue;
      }
      const known = servers.get(repoURL);
      const server = known ?? this.#keep(await startChartServer());
      servers.set(repoURL, server);
      await server.addChart({ name, version });
      if (known) continue;
      const base = url.pathname.replace(/\/$/, '');
      this.#play(url.hostname, path =>
        path.startsWith(`${base}/`)
          ? `${server.url}${path.slice(base.length)}`
          : undefined,
      );
    }
  }

  /** Who answers metrics and the requests of steps. */
  async #startServices(): Promise<void> {
    const { answers } = this.content;
    const asked = new Set(this.#requested());
    const services = this.#keep(
      await startLoopbackServer({
        route: () => 'service',
        handle: async ({ url, stream }) => {
          stream.resume();
          const [, host, path] = /^\/([^/]+)(\/.*)$/.exec(
            `${url.pathname}${url.search}`,
          )!;
          const found = [...answers].find(([written]) =>
            isSame(written, host, path),
          );
          return {
            status: 200,
            headers: { 'content-type': 'application/json' },
            body: found?.[1] ?? '{}',
          };
        },
      }),
    );
    for (const url of [...answers.keys(), ...asked]) {
      const host = URL.canParse(url) && new URL(url).hostname;
      if (!host) continue;
      this.#play(host, path =>
        isSame(url, host, path) ? `${services.url}/${host}${path}` : undefined,
      );
    }
  }

  /** URLs of `http` steps. */
  *#requested(): Iterable<string> {
    for (const { manifests } of this.folder.sets) {
      for (const stage of manifests.filter(isStage)) {
        for (const { uses, config } of readSteps(stage, manifests)) {
          if (uses === 'http' && config.url) yield String(config.url);
        }
      }
    }
  }

  async #startArgoCd(): Promise<void> {
    this.cluster = this.#keep(
      await startKubernetesServer({ kinds: [APPLICATIONS] }),
    );
    const controller = new ArgoCdController(this.cluster);
    this.#controller = controller;
    this.#keep({ close: async () => controller.stop() });
    controller.isAutomatic = true;
    controller.revisionOf = async ({ repoURL = '', targetRevision = 'HEAD' }) =>
      this.content.repositories.has(repoURL)
        ? (await this.git.resolve(repositoryName(repoURL), targetRevision)) ??
          targetRevision
        : targetRevision;
    for (const application of makeApplications(
      this.folder.argoCd,
      this.content,
    )) {
      this.cluster.put(application);
    }
  }
}

function firstOf(ways: readonly PlayedHost[], path: string) {
  for (const way of ways) {
    const target = way(path);
    if (target !== undefined) return target;
  }
  return undefined;
}

/** The name under which the git server keeps what a URL names. */
function repositoryName(repoURL: string): string {
  const url = new URL(repoURL);
  return posix.join(url.hostname, url.pathname.replace(/\.git$/, ''));
}

/** A registry's host and a repository in it, of a name as container engines write it. */
function imageName(image: string): { host: string; repository: string } {
  const [first, ...rest] = image.split('/');
  if (rest.length > 0 && /[.:]|^localhost$/.test(first)) {
    return { host: first, repository: rest.join('/') };
  }
  const repository = rest.length > 0 ? image : `library/${image}`;
  return { host: 'registry-1.docker.io', repository };
}

function isSame(written: string, host: string, path: string): boolean {
  if (!URL.canParse(written)) return false;
  const url = new URL(written);
  return url.hostname === host && `${url.pathname}${url.search}` === path;
}
