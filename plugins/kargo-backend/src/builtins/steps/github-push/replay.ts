import {
  CommitSignature,
  HostedCommit,
  HostedCommits,
  NewHostedCommit,
} from 'backstage-plugin-kargo-node';

/**
 * Has the host make commits anew, in its own name and so with its signature.
 *
 * @remarks
 * In their order, each on what became of its parents. A commit whose signature is trusted
 * is the host's from then on, and names its author in the message; any other keeps author
 * and committer, which the host does not sign for.
 *
 * @returns id of what became of the newest
 */
export async function replayCommits(
  commits: readonly HostedCommit[],
  signatures: readonly CommitSignature[],
  host: Pick<HostedCommits, 'create'>,
): Promise<string> {
  const made = new Map<string, string>();
  let newest = '';
  for (const commit of commits) {
    const signature = signatures.find(({ id }) => id === commit.id);
    newest = await host.create({
      ...remake(commit, signature),
      parents: commit.parents.map(parent => made.get(parent) ?? parent),
    });
    made.set(commit.id, newest);
  }
  return newest;
}

/** What the host is asked to make of a commit, but for its parents. Pure. */
export function remake(
  { tree, message, author, committer }: HostedCommit,
  signature: CommitSignature | undefined,
): Omit<NewHostedCommit, 'parents'> {
  if (!signature?.isTrusted) {
    return { tree, message, author, committer };
  }
  const name = `${author.name} <${author.email}>`;
  return {
    tree,
    message:
      signature.signer === undefined || signature.signer === name
        ? message
        : `${message.trimEnd()}\n\nCo-authored-by: ${name}`,
  };
}
