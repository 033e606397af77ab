import { createStep } from 'backstage-plugin-kargo-node';
import { GitCloneConfig } from './config';

/**
 * Clones a repository and checks out one or more revisions of it.
 *
 * @remarks
 * May run again in the same folder: what an earlier attempt of the same step checked out
 * is removed first.
 */
export const gitCloneStep = createStep({
  id: 'git-clone',
  description: 'Clones a git repository and checks out revisions of it.',
  config: GitCloneConfig,
  needs: ['git'],
  workspace: 'writes',
  async run(config, { git }) {
    const { checkout: checkouts, recurseSubmodules, ...options } = config;
    const wanted = checkouts.map(({ as, ...checkout }) => ({
      key: as || checkout.path,
      checkout: { ...checkout, recurseSubmodules },
    }));
    const clone = await git.clone({ ...options, first: wanted[0].checkout });
    const commits: Record<string, string> = {};
    for (const { key, checkout } of wanted) {
      const tree = await clone.checkout(checkout);
      commits[key] = await tree.headCommit();
    }
    return { kind: 'succeeded', output: { commits } };
  },
});
