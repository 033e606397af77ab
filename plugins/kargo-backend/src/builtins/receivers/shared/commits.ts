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
