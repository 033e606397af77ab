import { createStep } from 'backstage-plugin-kargo-node';
import { GitWorkingTrees } from '../../../ports/GitWorkingTree';
import { openWorkingTree } from '../shared/openWorkingTree';
import { GitCommitConfig } from './config';

/**
 * Commits all changes of a checkout.
 *
 * @remarks
 * Without changes nothing is committed and the step is skipped; that is also what a
 * second run after a crash comes to. Either way the output names HEAD.
 */
export function createGitCommitStep(options: {
  workingTrees: GitWorkingTrees;
}) {
  return createStep({
    id: 'git-commit',
    description: 'Commits all changes of a checkout.',
    config: GitCommitConfig,
    async run({ path, message, author }, context) {
      const tree = await openWorkingTree(options.workingTrees, context, path);
      await tree.addAll();
      const hasChanges = await tree.hasStagedChanges();
      if (hasChanges) {
        await tree.commit({ message, author });
      }
      const output = { commit: await tree.headCommit() };
      return hasChanges
        ? { kind: 'succeeded', output }
        : { kind: 'skipped', reason: 'there is nothing to commit', output };
    },
  });
}
