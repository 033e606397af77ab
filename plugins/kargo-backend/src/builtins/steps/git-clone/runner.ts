import { createStep } from 'backstage-plugin-kargo-node';
import { GitWorkingTrees } from '../../../ports/GitWorkingTree';
import { resolveInWorkspace } from '../shared/workspacePath';
import { GitCloneConfig } from './config';

/**
 * Clones a repository and checks out one or more revisions of it.
 *
 * @remarks
 * May run again in the same folder: what an earlier attempt of the same step checked out
 * is removed first.
 */
export function createGitCloneStep(options: { workingTrees: GitWorkingTrees }) {
  return createStep({
    id: 'git-clone',
    description: 'Clones a git repository and checks out revisions of it.',
    config: GitCloneConfig,
    needs: ['credentials', 'gitUser'],
    async run(config, context) {
      const { project, workDir, signal, capabilities, alias } = context;
      const { repoURL, insecureSkipTLSVerify, blobless } = config;
      const credentials = await capabilities.credentials.find(
        { project, type: 'git', repoURL },
        { signal },
      );
      const clone = await options.workingTrees.clone({
        remote: { url: repoURL, credentials, insecureSkipTLSVerify },
        workDir,
        name: alias,
        user: config.author ?? (await capabilities.gitUser()),
        blobless,
        signal,
      });
      const commits: Record<string, string> = {};
      for (const checkout of config.checkout) {
        const { path, as, branch, tag, commit, create, sparse } = checkout;
        const tree = await clone.checkout({
          dir: await resolveInWorkspace(workDir, path),
          branch,
          tag,
          commit,
          create,
          sparse,
          recurseSubmodules: config.recurseSubmodules,
        });
        commits[as || path] = await tree.headCommit();
      }
      return { kind: 'succeeded', output: { commits } };
    },
  });
}
