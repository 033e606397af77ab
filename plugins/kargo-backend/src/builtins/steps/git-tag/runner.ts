import { createStep } from 'backstage-plugin-kargo-node';
import { GitTagConfig } from './config';

/** Tags the commit that is checked out, in the checkout alone: `git-push` brings it to the remote. */
export const gitTagStep = createStep({
  id: 'git-tag',
  description: 'Tags the commit of a checkout.',
  config: GitTagConfig,
  needs: ['git'],
  workspace: 'writes',
  async run({ path, tag, message, force }, { git }) {
    const tree = await git.open(path);
    await tree.createTag({ name: tag, message, force });
    return { kind: 'succeeded', output: { commit: await tree.headCommit() } };
  },
});
