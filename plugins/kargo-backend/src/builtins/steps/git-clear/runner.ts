import { createStep } from 'backstage-plugin-kargo-node';
import { GitClearConfig } from './config';

/** Removes everything from a checkout, or from a folder in it, that git would commit. */
export const gitClearStep = createStep({
  id: 'git-clear',
  description: 'Empties a checkout; ignored files and .git stay.',
  config: GitClearConfig,
  needs: ['git'],
  workspace: 'writes',
  async run({ path }, { git }) {
    const tree = await git.open(path);
    await tree.clear();
    return { kind: 'succeeded' };
  },
});
