import { createStep } from 'backstage-plugin-kargo-node';
import { GitCommitConfig } from './config';

/**
 * Commits all changes of a checkout.
 *
 * @remarks
 * Without changes nothing is committed and the step is skipped; that is also what a
 * second run after a crash comes to. Either way the output names HEAD.
 */
export const gitCommitStep = createStep({
  id: 'git-commit',
  description: 'Commits all changes of a checkout.',
  config: GitCommitConfig,
  needs: ['git'],
  workspace: 'writes',
  async run({ path, message, author }, { git }) {
    const tree = await git.open(path);
    await tree.addAll();
    const hasChanges = await tree.commit({ message, author });
    const output = { commit: await tree.headCommit() };
    return hasChanges
      ? { kind: 'succeeded', output }
      : { kind: 'skipped', reason: 'there is nothing to commit', output };
  },
});
