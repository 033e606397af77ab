import { JsonObject } from 'backstage-plugin-kargo-common';
import {
  BranchHead,
  HttpClient,
  PullRequestRepository,
  SecretText,
  Step,
  StepGit,
  StepOutcome,
  StepPullRequests,
} from 'backstage-plugin-kargo-node';
import {
  FakeStepContextOptions,
  runStep,
} from 'backstage-plugin-kargo-node/testUtils';
import { z } from 'zod';
import { builtinPullRequestProviders } from '../builtins/pull-request-hosts';
import { PromotionPullRequests } from '../engine/promotion/PromotionPullRequests';
import { PullRequestExplanations } from '../engine/promotion/PullRequestExplanations';
import { BuildCapabilitiesOptions } from '../wiring/buildCapabilities';
import { FakeHosts } from './FakeHosts';
import { azureForge } from './forges/azure';
import { bitbucketForge } from './forges/bitbucket';
import { Forge, ForgeApi, idOf } from './forges/Forge';
import { giteaForge } from './forges/gitea';
import { githubForge } from './forges/github';
import { gitlabForge } from './forges/gitlab';

/** The hosts that have pull requests. */
export const FORGES: readonly ForgeApi[] = [
  azureForge,
  bitbucketForge,
  giteaForge,
  githubForge,
  gitlabForge,
];

/** Hosts of pull requests on this machine, and the steps that work with them. */
export class ForgeHarness {
  static async start(): Promise<ForgeHarness> {
    return new ForgeHarness(await FakeHosts.start());
  }

  /** Of the host that was chosen. */
  forge = new Forge();
  api: ForgeApi = githubForge;
  token: SecretText | undefined = SecretText.of('secret');
  /** Beside the token in the credentials. */
  username: string | undefined;
  /** The clock of the steps, epoch milliseconds. */
  now = Date.UTC(2026, 0, 2);
  readonly sleeps: number[] = [];
  /** Of each request, whether the host's certificate is not checked. */
  readonly skipsTLSVerify: boolean[] = [];
  /** What the remote's branches hold. */
  heads: Record<string, BranchHead> = {};
  #explanations = new PullRequestExplanations({ monotonic: () => this.now });

  private constructor(readonly hosts: FakeHosts) {
    hosts.otherwise(request => {
      const [name, value] = this.api.auth;
      const fault = this.forge.fault?.(request);
      if (fault) return fault;
      return request.headers[name] === value
        ? this.api.answer(this.forge, request)
        : { status: 401, body: '' };
    });
  }

  /** A new repository on a host, with one proposal to make. */
  choose(api: ForgeApi): void {
    this.api = api;
    this.forge = new Forge();
    this.token = SecretText.of('secret');
    this.username = undefined;
    this.sleeps.length = 0;
    this.skipsTLSVerify.length = 0;
    this.hosts.asked.length = 0;
    this.#explanations = new PullRequestExplanations({
      monotonic: () => this.now,
    });
    this.heads = {
      main: { commit: idOf('main'), tree: idOf('tree main'), message: 'm\n' },
      'stage/dev': {
        commit: idOf('proposal'),
        tree: idOf('tree proposal'),
        message: 'Update shop to 1.2.3\n\nwith a body\n',
      },
    };
  }

  open(
    options: {
      provider?: string;
      repoURL?: string;
      insecureSkipTLSVerify?: boolean;
    } = {},
  ): Promise<PullRequestRepository> {
    return this.pullRequests().open({ repoURL: this.api.repoURL, ...options });
  }

  /** Runs a step on the host's repository as Promotion `p1` of Stage `dev`. */
  run<TSchema extends z.ZodType>(
    step: Step<TSchema, 'git' | 'pullRequests'> | Step<TSchema, 'pullRequests'>,
    config: JsonObject,
    facts: Partial<FakeStepContextOptions<'git' | 'pullRequests'>> = {},
  ): Promise<StepOutcome> {
    return runStep(
      step as Step<TSchema, 'git' | 'pullRequests'>,
      { repoURL: this.api.repoURL, ...config },
      {
        now: () => this.now,
        ...facts,
        pullRequests: this.pullRequests(),
        git: {
          readBranches: async ({ branches }) =>
            branches.map(name => this.heads[name]),
        } as StepGit,
      },
    );
  }

  pullRequests(): StepPullRequests {
    const http = httpOf(this.hosts);
    return new PromotionPullRequests({
      providers: builtinPullRequestProviders,
      credentials: this.#credentials,
      http: {
        ...http,
        send: request => {
          this.skipsTLSVerify.push(request.insecureSkipTLSVerify ?? false);
          return http.send(request);
        },
      },
      clock: {
        now: () => this.now,
        monotonic: () => this.now,
        sleep: async milliseconds => {
          this.sleeps.push(milliseconds);
        },
      },
      explanations: this.#explanations,
      scope: { project: 'proj', signal: new AbortController().signal },
    });
  }

  /** What an engine needs to work with the host. */
  capabilities(): Partial<BuildCapabilitiesOptions> {
    const unused = () => {
      throw new Error('This host has no git');
    };
    return {
      credentials: this.#credentials,
      http: httpOf(this.hosts),
      pullRequestProviders: builtinPullRequestProviders,
      workingTrees: {
        clone: unused,
        export: unused,
        open: unused,
        readBranches: async ({ branches }) =>
          branches.map(name => this.heads[name]),
      },
    };
  }

  /** Requests of the steps, as `POST /path`. */
  get requests(): string[] {
    return this.hosts.asked.map(
      ({ method, url }) => `${method} ${url.pathname}`,
    );
  }

  close(): Promise<void> {
    return this.hosts.close();
  }

  readonly #credentials = {
    find: async () =>
      this.token
        ? { password: this.token, username: this.username }
        : undefined,
  };
}

/** Requests to hosts that are played. */
export function httpOf(hosts: FakeHosts): HttpClient {
  return {
    send: async request => {
      const answer = await hosts.fetch(String(request.url), {
        method: request.method,
        headers: new Headers(request.headers as Record<string, string>),
        body: request.body as string | undefined,
      });
      return {
        status: answer.status,
        url: new URL(String(request.url)),
        headers: Object.fromEntries(
          [...answer.headers].map(([name, value]) => [name, [value]]),
        ),
        body: Buffer.from(await answer.arrayBuffer()),
      };
    },
    open: () => {
      throw new Error('Pull requests need no streams');
    },
  };
}
