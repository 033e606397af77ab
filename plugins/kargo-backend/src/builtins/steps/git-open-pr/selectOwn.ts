import { PullRequest } from 'backstage-plugin-kargo-node';

/**
 * The pull request that is already there for what is to be proposed: an open one, else a
 * merged one of the very commit.
 *
 * @remarks
 * Hosts keep one open pull request for two branches, which follows the source branch, if
 * a little late; so an open one is ours whatever its commit. One that was closed without
 * being merged was somebody's decision about that one, and is never adopted.
 *
 * @param found - all of the two branches
 */
export function selectOwn(
  found: readonly PullRequest[],
  headCommit: string,
): PullRequest | undefined {
  const newestFirst = [...found].sort((a, b) =>
    (b.createdAt ?? '').localeCompare(a.createdAt ?? ''),
  );
  return (
    newestFirst.find(({ state }) => state === 'open') ??
    newestFirst.find(
      pull => pull.state === 'merged' && pull.headCommit === headCommit,
    )
  );
}
