import { z } from 'zod';
import { listOf } from './reading';

/** The files of a commit as pushes of GitHub, GitLab and Gitea tell them. */
export const Commit = z.object({
  added: listOf(z.string()),
  modified: listOf(z.string()),
  removed: listOf(z.string()),
});

/** Every file that one of the commits touches. */
export function changedFiles(commits: z.output<typeof Commit>[]): string[] {
  return commits.flatMap(({ added, modified, removed }) => [
    ...added,
    ...modified,
    ...removed,
  ]);
}

/** Whether a branch is new: of its commits only those are told that another one does not have. */
export function isNewBranch({
  ref,
  before,
}: {
  ref: string;
  before: string;
}): boolean {
  return ref.startsWith('refs/heads/') && /^0+$/.test(before);
}
