import { JsonObject } from 'backstage-plugin-kargo-common';
import {
  RepoCredentials,
  SecretText,
  StepOutcome,
} from 'backstage-plugin-kargo-node';
import { builtinPullRequestProviders } from '../builtins/pull-request-hosts';
import { githubPushStep } from '../builtins/steps/github-push/runner';
import { PromotionPullRequests } from '../engine/promotion/PromotionPullRequests';
import { PullRequestExplanations } from '../engine/promotion/PullRequestExplanations';
import { FakeHosts, HostRequest, jsonReply } from './FakeHosts';
import { httpOf } from './ForgeHarness';
import { GitStepHarness } from './GitStepHarness';

/** GitHub's API for commits over a real git server, and the step that works with both. */
export class GithubPushHarness {
  static async start(): Promise<GithubPushHarness> {
    return new GithubPushHarness(
      await GitStepHarness.start({ owner: 'acme' }),
      await FakeHosts.start(),
    );
  }

  credentials: 'token' | 'ssh' | undefined = 'token';
  /** Called before the API moves a branch. */
  beforeMove: () => Promise<void> = async () => {};

  private constructor(readonly git: GitStepHarness, readonly hosts: FakeHosts) {
    hosts.otherwise(request => this.#answer(request));
  }

  /** A new repository, cloned to `src`. */
  async reset(): Promise<void> {
    await this.git.reset();
    this.credentials = 'token';
    this.beforeMove = async () => {};
    this.hosts.asked.length = 0;
    await this.git.clone({ checkout: [{ path: 'src', branch: 'main' }] });
  }

  /** Commits a file in `src`. */
  async commit(file: string, message: string): Promise<string> {
    await this.git.write(`src/${file}`, message);
    await this.git.commit({ path: 'src', message });
    return this.git.git('src', 'rev-parse', 'HEAD');
  }

  githubPush(
    config: JsonObject,
    facts: { previousOutput?: JsonObject },
  ): Promise<StepOutcome> {
    const credentials = { find: async () => this.#found() };
    return this.git.run(githubPushStep, config, 'push', {
      ...facts,
      credentials,
      pullRequests: new PromotionPullRequests({
        providers: builtinPullRequestProviders,
        credentials,
        http: httpOf(this.hosts),
        clock: { now: () => 0, monotonic: () => 0, sleep: async () => {} },
        explanations: new PullRequestExplanations({ monotonic: () => 0 }),
        scope: { project: 'proj', signal: new AbortController().signal },
      }),
    });
  }

  async close(): Promise<void> {
    await this.git.close();
    await this.hosts.close();
  }

  #found(): RepoCredentials | undefined {
    switch (this.credentials) {
      case 'token':
        return { username: 'robot', password: SecretText.of('secret') };
      case 'ssh':
        return { sshPrivateKey: SecretText.of('key') };
      default:
        return undefined;
    }
  }

  #bare(...args: string[]): Promise<string> {
    return this.git.server
      .git(this.git.repo, ...args)
      .then(output => output.trim());
  }

  async #answer({ method, url, body }: HostRequest) {
    const path = decodeURIComponent(
      url.pathname.replace(`/api/v3/repos/${this.git.repo}`, ''),
    );
    const ref = /^\/git\/refs?\/(.+)$/.exec(path)?.[1];
    const compared = /^\/compare\/(\w+)\.\.\.(\w+)$/.exec(path);
    if (compared) return this.#compare(compared[1], compared[2]);
    if (method === 'POST' && path === '/git/commits') {
      return this.#create(JSON.parse(body));
    }
    if (method === 'POST' && path === '/git/refs') {
      const wanted = JSON.parse(body);
      await this.#bare('update-ref', wanted.ref, wanted.sha);
      return jsonReply({ ref: wanted.ref }, 201);
    }
    if (method === 'PATCH' && ref) return this.#move(ref, JSON.parse(body));
    if (method === 'DELETE' && ref) {
      await this.#bare('update-ref', '-d', `refs/${ref}`);
      return { status: 204 };
    }
    const id = await this.git.server.resolve(this.git.repo, `refs/${ref}`);
    return id
      ? jsonReply({ ref: `refs/${ref}`, object: { sha: id, type: 'commit' } })
      : jsonReply({ message: 'Not Found' }, 404);
  }

  async #compare(base: string, head: string) {
    const count = async (range: string) =>
      Number(await this.#bare('rev-list', '--count', range));
    const [ahead, behind] = [
      await count(`${base}..${head}`),
      await count(`${head}..${base}`),
    ];
    const ids = await this.#bare(
      'rev-list',
      '--reverse',
      '--topo-order',
      `${base}..${head}`,
    );
    const commits = await Promise.all(
      ids
        .split('\n')
        .filter(id => id !== '')
        .map(id => this.#describe(id)),
    );
    const apart = ahead > 0 ? 'diverged' : 'behind';
    const same = ahead > 0 ? 'ahead' : 'identical';
    return jsonReply({
      status: behind > 0 ? apart : same,
      total_commits: ahead,
      commits,
    });
  }

  async #describe(id: string) {
    const told = await this.#bare(
      'log',
      '-1',
      '--format=%T%x00%P%x00%an%x00%ae%x00%aI%x00%cn%x00%ce%x00%cI%x00%B',
      id,
    );
    const [tree, parents, an, ae, ad, cn, ce, cd, message] = told.split('\0');
    return {
      sha: id,
      parents: parents
        .split(' ')
        .filter(sha => sha !== '')
        .map(sha => ({ sha })),
      commit: {
        tree: { sha: tree },
        message,
        author: { name: an, email: ae, date: ad },
        committer: { name: cn, email: ce, date: cd },
      },
    };
  }

  async #create(wanted: Record<string, any>) {
    const { tree, message, parents, author, committer } = wanted;
    const github = { name: 'GitHub', email: 'noreply@github.com' };
    const as = (who: string, { name, email } = github) => [
      ...['-c', `${who}.name=${name}`],
      ...['-c', `${who}.email=${email}`],
    ];
    const sha = await this.#bare(
      ...as('author', author),
      ...as('committer', committer),
      'commit-tree',
      ...parents.flatMap((parent: string) => ['-p', parent]),
      '-m',
      message,
      tree,
    );
    return jsonReply({ sha }, 201);
  }

  async #move(ref: string, { sha, force }: { sha: string; force: boolean }) {
    await this.beforeMove();
    const isForward = await this.#bare(
      'merge-base',
      '--is-ancestor',
      `refs/${ref}`,
      sha,
    ).then(
      () => true,
      () => false,
    );
    if (!isForward && !force) {
      return jsonReply({ message: 'Update is not a fast forward' }, 422);
    }
    await this.#bare('update-ref', `refs/${ref}`, sha);
    return jsonReply({ ref: `refs/${ref}` });
  }
}
