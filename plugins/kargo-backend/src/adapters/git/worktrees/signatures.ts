import { CommitSignature } from 'backstage-plugin-kargo-node';
import { CloneGit } from './gitOfTree';

/** Who vouches for commits, by the keys that the clone signs with. */
export async function readSignatures(
  git: CloneGit,
  ids: readonly string[],
): Promise<CommitSignature[]> {
  if (ids.length === 0) {
    return [];
  }
  return git.signing(async signing => {
    const { stdout } = await git.run({
      args: [
        'log',
        '--no-walk=unsorted',
        '--format=%H%x00%G?%x00%GS',
        '--end-of-options',
        ...ids,
      ],
      ...signing,
    });
    return stdout
      .split('\n')
      .filter(line => line !== '')
      .map(line => {
        const [id, verdict, signer] = line.split('\0');
        return { id, isTrusted: verdict === 'G', ...(signer && { signer }) };
      });
  });
}
