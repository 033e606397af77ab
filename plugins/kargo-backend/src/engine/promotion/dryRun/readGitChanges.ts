import { toError } from '@backstage/errors';
import { GitChanges } from 'backstage-plugin-kargo-common';
import { createRedactor, CredentialsLookup } from 'backstage-plugin-kargo-node';
import { GitWorkingTrees } from '../../../ports/GitWorkingTree';
import { Workspace } from '../../../ports/Workspaces';
import { NotedCheckout } from './NotedCheckouts';

/** What reading changes needs. */
export interface ReadGitChangesOptions {
  workingTrees: Pick<GitWorkingTrees, 'open'>;
  credentials: CredentialsLookup;
  project: string;
  workspace: Workspace;
  /** What must not show. */
  secrets: Iterable<string>;
  signal: AbortSignal;
}

/** How each checkout differs from where it began. One that cannot be compared says why. */
export async function readGitChanges(
  checkouts: readonly NotedCheckout[],
  options: ReadGitChangesOptions,
): Promise<GitChanges[]> {
  const mask = createRedactor(linesOf(options.secrets));
  const changes: GitChanges[] = [];
  for (const checkout of checkouts) {
    changes.push(maskChanges(await read(checkout, options), mask));
  }
  return changes;
}

async function read(
  { dir, ...checkout }: NotedCheckout,
  options: ReadGitChangesOptions,
): Promise<GitChanges> {
  const { repoURL, from } = checkout;
  const { workingTrees, credentials, project, workspace, signal } = options;
  try {
    const tree = await workingTrees.open({
      workDir: workspace.dir,
      dir,
      // A clone may have left contents at the remote.
      credentials: await credentials.find(
        { project, type: 'git', repoURL },
        { signal },
      ),
      signal,
    });
    return { ...checkout, ...(await tree.changesSince(from)) };
  } catch (error) {
    signal.throwIfAborted();
    // A step may have removed it, or put a repository of others into it.
    return {
      ...checkout,
      isCommitted: false,
      files: [],
      fileCount: 0,
      unknown: toError(error).message,
    };
  }
}

function maskChanges(
  { files, unknown, branch, repoURL, path: place, ...changes }: GitChanges,
  mask: (text: string) => string,
): GitChanges {
  return {
    ...changes,
    repoURL: mask(repoURL),
    path: mask(place),
    ...(branch !== undefined && { branch: mask(branch) }),
    files: files.map(({ path, previousPath, diff, ...file }) => ({
      ...file,
      path: mask(path),
      ...(previousPath !== undefined && { previousPath: mask(previousPath) }),
      ...(diff !== undefined && { diff: mask(diff) }),
    })),
    ...(unknown !== undefined && { unknown: mask(unknown) }),
  };
}

/** In a diff there is a sign, and in YAML an indent, before each line of a long secret. */
function linesOf(secrets: Iterable<string>): string[] {
  return [...secrets].flatMap(secret => [
    secret,
    ...secret
      .split(/\r?\n/)
      .map(line => line.trim())
      .filter(line => line.length >= 8),
  ]);
}
