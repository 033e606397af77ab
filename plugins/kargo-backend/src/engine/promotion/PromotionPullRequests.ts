import {
  PullRequest,
  PullRequestProvider,
  PullRequestRepository,
  StepCredentials,
  StepPullRequests,
  TerminalError,
} from 'backstage-plugin-kargo-node';
import { findGitHostname } from '../../logic/gitHostname';
import { CapabilityScope } from '../../ports/CapabilityFactories';
import { Clock } from '../../ports/Clock';
import { HttpClient } from '../../ports/HttpClient';
import { PullRequestExplanations } from './PullRequestExplanations';

/** What pull requests for steps need. */
export interface PromotionPullRequestsOptions {
  /** Those of extensions first. */
  providers: readonly PullRequestProvider[];
  credentials: StepCredentials;
  /** Bound to the step's signal. */
  http: HttpClient;
  clock: Clock;
  explanations: PullRequestExplanations;
  scope: Pick<CapabilityScope, 'project' | 'signal'>;
}

/** Looks for the reasons of a pull request now and then only: each look costs several requests. */
class ExplainedRepository implements PullRequestRepository {
  constructor(
    private readonly repository: PullRequestRepository,
    private readonly id: string,
    private readonly explanations: PullRequestExplanations,
  ) {}

  list: PullRequestRepository['list'] = branches =>
    this.repository.list(branches);
  create: PullRequestRepository['create'] = wanted =>
    this.repository.create(wanted);
  get: PullRequestRepository['get'] = number => this.repository.get(number);
  merge: PullRequestRepository['merge'] = (pullRequest, method) =>
    this.repository.merge(pullRequest, method);
  deleteBranch: PullRequestRepository['deleteBranch'] = name =>
    this.repository.deleteBranch(name);

  get commits(): PullRequestRepository['commits'] {
    return this.repository.commits;
  }

  explain(pullRequest: PullRequest): Promise<string[]> {
    const { number, headCommit = '' } = pullRequest;
    return this.explanations.get(`${this.id} ${number} ${headCommit}`, () =>
      this.repository.explain(pullRequest),
    );
  }
}

/** Pull requests with the credentials of the Promotion's project. */
export class PromotionPullRequests implements StepPullRequests {
  constructor(private readonly options: PromotionPullRequestsOptions) {}

  async open(
    wanted: Parameters<StepPullRequests['open']>[0],
  ): Promise<PullRequestRepository> {
    const { credentials, http, clock, explanations, scope } = this.options;
    const { repoURL, insecureSkipTLSVerify = false } = wanted;
    const provider = this.findProvider(repoURL, wanted.provider);
    const found = await credentials.find({ type: 'git', repoURL });
    const repository = provider.connect({
      repoURL,
      ...(found?.password && {
        token: found.password,
        ...(found.username && { username: found.username }),
      }),
      http,
      insecureSkipTLSVerify,
      now: () => clock.now(),
      sleep: milliseconds => clock.sleep(milliseconds, scope.signal),
    });
    const id = `${scope.project} ${repoURL}`;
    return new ExplainedRepository(repository, id, explanations);
  }

  /** @throws TerminalError, because only another manifest helps */
  private findProvider(
    repoURL: string,
    id: string | undefined,
  ): PullRequestProvider {
    const { providers } = this.options;
    const hostname = findGitHostname(repoURL);
    const found =
      id === undefined
        ? providers.find(
            provider => hostname !== undefined && provider.appliesTo(hostname),
          )
        : providers.find(provider => provider.id === id);
    if (!found) {
      const known = providers.map(provider => provider.id).join(', ');
      throw new TerminalError(
        id === undefined
          ? `"${repoURL}" does not tell what kind of host it is on; name it in "provider": ${known}`
          : `there is no provider "${id}" of pull requests; there are ${known}`,
      );
    }
    return found;
  }
}
