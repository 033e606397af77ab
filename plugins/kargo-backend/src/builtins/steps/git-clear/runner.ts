import { createStep } from 'backstage-plugin-kargo-node';
import { GitWorkingTrees } from '../../../ports/GitWorkingTree';
import { openWorkingTree } from '../shared/openWorkingTree';
import { GitClearConfig } from './config';

/** Removes everything from a checkout, or from a folder in it, that git would commit. */
export function createGitClearStep(options: { workingTrees: GitWorkingTrees }) {
  return createStep({
    id: 'git-clear',
    description: 'Empties a checkout; ignored files and .git stay.',
    config: GitClearConfig,
    async run({ path }, context) {
      const tree = await openWorkingTree(options.workingTrees, context, path);
      await tree.clear();
      return { kind: 'succeeded' };
    },
  });
}
