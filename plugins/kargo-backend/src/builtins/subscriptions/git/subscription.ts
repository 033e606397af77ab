import { InputError } from '@backstage/errors';
import {
  Considered,
  DiscoveredCommit,
  GitDiscoveryResult,
  GitSubscription,
  LeftOut,
  ObservedRefs,
} from 'backstage-plugin-kargo-common';
import {
  createSubscriptionType,
  SubscriptionContext,
} from 'backstage-plugin-kargo-node';
import { inTurns } from '../../../foreign/inTurns';
import { nextBatchSize } from '../../../logic/selection/nextBatchSize';
import { toBranchName } from '../../../logic/branchName';
import { sortNewestTags } from '../../../logic/selection/newestTag';
import {
  decideReuse,
  observeBranch,
  observeTags,
} from '../../../logic/selection/observedRefs';
import {
  distinctInSlices,
  filterInSlices,
  mapInSlices,
  Slices,
} from '../../../logic/slices';
import {
  GitHistory,
  GitRemote,
  HistoryCommit,
  HistoryTag,
  RemoteRef,
  RemoteRefs,
} from '../../../ports/GitClient';
import {
  CompileCommitFilter,
  compileGitSelection,
  considerTags,
  GitSelection,
  sortTagNames,
  toDiscoveredCommit,
  toDiscoveredTag,
} from './select';

/** Everything one discovery works with. */
interface Discovery {
  readonly history: GitHistory;
  readonly config: GitSubscription;
  readonly selection: GitSelection;
  readonly remote: GitRemote;
  readonly listed: RemoteRefs;
  readonly observedRefs?: ObservedRefs;
  /** Of the same subscription and repository. */
  readonly previous?: GitDiscoveryResult;
  readonly now: number;
  readonly signal: AbortSignal;
}

/**
 * Creates the subscription type that finds commits in git repositories.
 *
 * @remarks
 * One list of refs decides whether anything can have changed. If so, history is read from
 * a mirror, and of a branch with filters only what came since the last discovery.
 */
export function createGitSubscription(options: {
  history: GitHistory;
  compileFilter: CompileCommitFilter;
}) {
  const { history, compileFilter } = options;
  return createSubscriptionType({
    id: 'git',
    description: 'Finds commits and tags in git repositories',
    config: GitSubscription,
    describe: config => `git ${withoutUserinfo(config.repoURL)}`,
    repoURLs: config => [config.repoURL],
    async discover(given, previous, context) {
      const config = withBranchName(given);
      const selection = compileGitSelection(config, compileFilter);
      const remote = await describeRemote(config, context);
      const { force, signal } = context;
      const followsHead = isBranchStrategy(config) && !config.branch;
      const listed = await history.listRefs(remote, {
        withHead: followsHead,
        // What a new subscription does not see now it sees after its whole interval.
        force: force || previous === undefined,
        signal,
      });
      const observedRefs = isBranchStrategy(config)
        ? observeBranch(listed.refs, config.branch)
        : await inTurns(
            observeTags(listed.refs, selection.acceptsTagName),
            signal,
          );
      const last =
        previous?.result.kind === 'git' ? previous.result.result : undefined;
      const reuse = decideReuse({
        previous: last,
        current: { repoURL: config.repoURL, observedRefs },
        // The engine remembers nothing across changes of a subscription.
        isSameSpec: true,
      });
      const { commits, considered } =
        last && reuse.kind === 'reuse' && !selection.usesClock
          ? { commits: last.commits, considered: undefined }
          : await findCommits({
              history,
              config,
              selection,
              remote,
              listed,
              observedRefs,
              previous: last?.repoURL === config.repoURL ? last : undefined,
              now: context.now(),
              signal,
            });
      const { subscriptionName } = context;
      const { defaultBranch } = listed;
      const result: GitDiscoveryResult = {
        repoURL: config.repoURL,
        ...(subscriptionName && { subscriptionName }),
        commits,
        ...(observedRefs && { observedRefs }),
        ...(followsHead && defaultBranch && { defaultBranch }),
      };
      return {
        discovery: { kind: 'git', result },
        ...(considered && { considered }),
      };
    },
  });
}

/** A branch may be written in full. */
function withBranchName(config: GitSubscription): GitSubscription {
  const { branch } = config;
  return branch ? { ...config, branch: toBranchName(branch) } : config;
}

function isBranchStrategy(config: GitSubscription): boolean {
  return config.commitSelectionStrategy === 'NewestFromBranch';
}

function withoutUserinfo(url: string): string {
  return url.replace(/^(\w{1,20}:\/\/)[^/]*@/, '$1');
}

async function describeRemote(
  config: GitSubscription,
  context: SubscriptionContext,
): Promise<GitRemote> {
  const { project, credentials, signal } = context;
  const { repoURL, insecureSkipTLSVerify } = config;
  return {
    url: repoURL,
    insecureSkipTLSVerify,
    credentials: await credentials.find(
      { project, type: 'git', repoURL },
      { signal },
    ),
  };
}

/** Commits, best first, and what there was to choose from. */
interface Found {
  commits: DiscoveredCommit[];
  considered: Considered;
}

async function findCommits(discovery: Discovery): Promise<Found> {
  return isBranchStrategy(discovery.config)
    ? findBranchCommits(discovery)
    : findTags(discovery);
}

async function findBranchCommits(discovery: Discovery): Promise<Found> {
  const { selection } = discovery;
  const start = findStart(discovery);
  const known = await findKnownCommits(discovery, start);
  if (!known) {
    return walk(discovery, { ...start });
  }
  const fresh = await walk(discovery, { ...start, after: known.head });
  return {
    ...fresh,
    commits: [...fresh.commits, ...known.commits].slice(0, selection.limit),
  };
}

/** The ref that a branch subscription starts from. */
function findStart(discovery: Discovery): { ref: string; head: string } {
  const { config, listed } = discovery;
  const { branch } = config;
  // A tag may stand where a branch should, as it may for `git clone --branch`.
  const names = branch
    ? [`refs/heads/${branch}`, `refs/tags/${branch}`]
    : ['HEAD'];
  for (const name of names) {
    const found = listed.refs.find(ref => ref.name === name);
    if (found) {
      return { ref: name, head: found.peeled ?? found.id };
    }
  }
  const url = withoutUserinfo(config.repoURL);
  throw new InputError(
    branch
      ? `branch "${branch}" does not exist in ${url}`
      : `${url} has no default branch; it may be empty`,
  );
}

/**
 * What the last discovery selected, if the branch only grew since. Without filters
 * reading is as cheap as asking.
 */
async function findKnownCommits(
  discovery: Discovery,
  start: { ref: string; head: string },
): Promise<{ head: string; commits: DiscoveredCommit[] } | undefined> {
  const { history, config, selection, remote, previous, signal } = discovery;
  const head = previous?.observedRefs?.branchHead;
  // Below a commit older than `since` nothing counts, so a new one may hide known ones.
  const mayReuse =
    selection.isFiltered && !selection.usesClock && !config.since;
  if (!previous || !head || !mayReuse) {
    return undefined;
  }
  const isContinued = await history.isFirstParentAncestor(remote, {
    ...start,
    ancestor: head,
    signal,
  });
  return isContinued ? { head, commits: previous.commits } : undefined;
}

const PATHS = 'includePaths and excludePaths';

async function walk(
  discovery: Discovery,
  start: { ref: string; head: string; after?: string },
): Promise<Found> {
  const { history, config, selection, remote, now, signal } = discovery;
  const { branch, since } = config;
  const { needsPaths, under, limit } = selection;
  const found: DiscoveredCommit[] = [];
  let count = 0;
  let leftOut: LeftOut | undefined;
  let newest = start.after;
  for await (const commit of history.walkBranch(remote, {
    ...start,
    since,
    withPaths: needsPaths,
    under,
    signal,
  })) {
    count += 1;
    newest = count === 1 ? commit.id : newest;
    const refusedBy = await inTurns(
      findRefusal(selection, commit, now),
      signal,
    );
    if (refusedBy === undefined) {
      found.push(toDiscoveredCommit(commit, branch));
    } else if (count === 1) {
      leftOut = { name: commit.id.slice(0, 7), by: refusedBy };
    }
    if (found.length >= limit) {
      break;
    }
  }
  // The walk itself passes over what is too old or touches none of the paths.
  const passedOver = [since && 'since', under && PATHS].filter(Boolean);
  if (newest !== start.head && passedOver.length > 0) {
    leftOut = { name: start.head.slice(0, 7), by: passedOver.join(', or ') };
  }
  return {
    commits: found,
    considered: { count, unit: 'commits', ...(leftOut && { leftOut }) },
  };
}

/** What a commit is left out by, as it stands in the manifest. */
function* findRefusal(
  selection: GitSelection,
  commit: HistoryCommit,
  now: number,
): Slices<string | undefined> {
  const isAccepted = selection.acceptsCommit(commit, now);
  yield;
  if (!isAccepted) {
    return 'expressionFilter';
  }
  return (yield* selection.acceptsPaths(commit.paths ?? []))
    ? undefined
    : PATHS;
}

async function findTags(discovery: Discovery): Promise<Found> {
  const { config, listed, selection, now, signal } = discovery;
  const { limit } = selection;
  const found: HistoryTag[] = [];
  for await (const batch of readTagsBestFirst(discovery)) {
    const accepted = await inTurns(
      filterInSlices(batch, tag => selection.acceptsTag(tag, now)),
      signal,
    );
    found.push(...(await filterByPaths(discovery, accepted)));
    if (found.length >= limit) {
      break;
    }
  }
  const names = await inTurns(listTagNames(listed), signal);
  return {
    commits: found.slice(0, limit).map(toDiscoveredTag),
    considered: await inTurns(
      considerTags(config, names, found.at(0)?.tag),
      signal,
    ),
  };
}

/**
 * Tags in the order of the strategy, a few at a time. Where the name decides the order,
 * only the tags that are looked at are fetched.
 */
async function* readTagsBestFirst(
  discovery: Discovery,
): AsyncGenerator<HistoryTag[], void, undefined> {
  const { history, config, selection, remote, signal } = discovery;
  const refs = await inTurns(listTags(discovery), signal);
  const read = (tags: RemoteRef[]) =>
    history.readTags(remote, { tags, signal });
  if (config.commitSelectionStrategy === 'NewestTag') {
    const tags = await read([...refs.values()]);
    const sorted = await inTurns(sortNewestTags(tags), signal);
    yield* inBatches(sorted, selection.limit);
    return;
  }
  const names = await inTurns(sortTagNames([...refs.keys()], config), signal);
  for (const batch of inBatches(names, selection.limit)) {
    yield await read(batch.flatMap(name => refs.get(name) ?? []));
  }
}

/** Tags whose names are accepted, by name. */
function* listTags({
  listed,
  selection,
}: Discovery): Slices<Map<string, RemoteRef>> {
  const tags = yield* mapInSlices(listed.refs, ref => {
    const name = findTagName(ref);
    return name !== undefined && selection.acceptsTagName(name)
      ? ([name, ref] as const)
      : undefined;
  });
  return new Map(tags);
}

function* listTagNames({ refs }: RemoteRefs): Slices<string[]> {
  return yield* distinctInSlices(yield* mapInSlices(refs, findTagName));
}

function findTagName({ name }: RemoteRef): string | undefined {
  const prefix = 'refs/tags/';
  return name.startsWith(prefix) ? name.slice(prefix.length) : undefined;
}

function* inBatches<T>(items: readonly T[], first: number): Generator<T[]> {
  let size: number | undefined;
  for (let at = 0; at < items.length; at += size) {
    size = nextBatchSize(first, size);
    yield items.slice(at, at + size);
  }
}

async function filterByPaths(
  discovery: Discovery,
  tags: HistoryTag[],
): Promise<HistoryTag[]> {
  const { history, selection, remote, signal } = discovery;
  if (!selection.needsPaths || tags.length === 0) {
    return tags;
  }
  const paths = await history.readPaths(remote, { tags, signal });
  const accepted: HistoryTag[] = [];
  for (const [index, tag] of tags.entries()) {
    if (await inTurns(selection.acceptsPaths(paths[index]), signal)) {
      accepted.push(tag);
    }
  }
  return accepted;
}
