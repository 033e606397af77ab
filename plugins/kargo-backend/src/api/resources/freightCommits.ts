import {
  CommitSummaries,
  currentFreight,
  Freight,
  FreightCommits,
  GitCommit,
  GitSubscription,
  originKey,
  RepositoryCommits,
  Stage,
  Warehouse,
} from 'backstage-plugin-kargo-common';
import {
  isCredentialsRejectedError,
  isInputError,
  isUpstreamUnavailableError,
} from 'backstage-plugin-kargo-node';
import { CommitRange, RangeSide } from '../../ports/GitClient';
import { ApiServices } from '../server/route';

/** A person reads this many; the host's page has the rest. */
const LISTED_COMMITS = 50;
const READ_REPOSITORIES = 10;
/** Nearly always the mirror has both commits and git answers within milliseconds. */
const PATIENCE_MS = 20_000;

type Services = Pick<ApiServices, 'store' | 'gitHistory' | 'credentials'>;

/** The commits of one repository in both pieces of Freight. */
interface CommitPair {
  from: GitCommit & { id: string };
  to: GitCommit & { id: string };
}

/**
 * How the repositories of Freight differ from what a Stage holds of the same Warehouse.
 *
 * @remarks
 * Only repositories that the Warehouse still subscribes to are read, from the mirrors of
 * discovery: what else stands in Freight says nothing of who may read it.
 */
export async function readFreightCommits(
  services: Services,
  stage: Stage,
  freight: Freight,
): Promise<FreightCommits> {
  const held = currentFreight(stage)?.items?.[originKey(freight.origin)];
  const pairs = pairCommits(held?.commits ?? [], freight.commits ?? []);
  if (pairs.length === 0) {
    return { repositories: [] };
  }
  const project = freight.metadata.namespace ?? '';
  const warehouse = await services.store.find({
    kind: 'Warehouse',
    namespace: project,
    name: freight.origin.name,
  });
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const repositories = await Promise.all(
    pairs.slice(0, READ_REPOSITORIES).map(async pair => {
      const subscription = warehouse && findSubscription(warehouse, pair.to);
      const { from, to } = pair;
      return {
        repoURL: to.repoURL,
        from: from.id,
        to: to.id,
        ...(subscription
          ? await readPair(services, { project, subscription, pair, signal })
          : {
              unknown: `Warehouse '${freight.origin.name}' does not watch the repository any more`,
            }),
      };
    }),
  );
  return { repositories };
}

/**
 * What both have of one repository, where it differs. A Warehouse watches a repository once,
 * whatever the subscription was called when the Freight was made.
 */
function pairCommits(before: GitCommit[], after: GitCommit[]): CommitPair[] {
  return after.flatMap(to => {
    const from = before.find(({ repoURL }) => repoURL === to.repoURL);
    return hasId(from) && hasId(to) && from.id !== to.id ? [{ from, to }] : [];
  });
}

function hasId(
  commit: GitCommit | undefined,
): commit is GitCommit & { id: string } {
  return /^[0-9a-f]{40,64}$/.test(commit?.id ?? '');
}

function findSubscription(
  { spec }: Warehouse,
  { repoURL }: GitCommit,
): GitSubscription | undefined {
  return spec.subscriptions
    .flatMap(({ git }) => git ?? [])
    .find(subscription => subscription.repoURL === repoURL);
}

async function readPair(
  { gitHistory, credentials }: Services,
  options: {
    project: string;
    subscription: GitSubscription;
    pair: CommitPair;
    signal: AbortSignal;
  },
): Promise<Pick<RepositoryCommits, 'added' | 'removed' | 'unknown'>> {
  const { project, subscription, pair, signal } = options;
  const { repoURL, insecureSkipTLSVerify } = subscription;
  try {
    const range = await gitHistory.compareCommits(
      {
        url: repoURL,
        insecureSkipTLSVerify,
        credentials: await credentials.find(
          { project, type: 'git', repoURL },
          { signal },
        ),
      },
      {
        from: pair.from.id,
        to: pair.to.id,
        refs: refsOf(pair),
        limit: LISTED_COMMITS,
        signal,
      },
    );
    return range
      ? sidesOf(range)
      : { unknown: 'No branch or tag leads to both commits any more' };
  } catch (error) {
    // Who decides on a promotion still sees everything else.
    return { unknown: describeFailure(error, signal) };
  }
}

function refsOf({ from, to }: CommitPair): string[] {
  const names = [from, to].flatMap(({ branch, tag }) => [
    ...(branch ? [`refs/heads/${branch}`] : []),
    ...(tag ? [`refs/tags/${tag}`] : []),
  ]);
  return [...new Set(names)];
}

function sidesOf({ added, removed }: CommitRange) {
  return { added: summarize(added), removed: summarize(removed) };
}

function summarize({ commits, isCut }: RangeSide): CommitSummaries {
  return {
    items: commits.map(({ id, subject, author, commitDate }) => ({
      id,
      subject,
      author,
      committedAt: commitDate,
    })),
    isCut,
  };
}

function describeFailure(error: unknown, signal: AbortSignal): string {
  if (signal.aborted) {
    return `The repository did not answer within ${PATIENCE_MS / 1000} seconds`;
  }
  if (
    isInputError(error) ||
    isCredentialsRejectedError(error) ||
    isUpstreamUnavailableError(error)
  ) {
    return error.message;
  }
  throw error;
}
