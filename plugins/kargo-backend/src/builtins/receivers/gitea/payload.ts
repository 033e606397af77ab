import { z } from 'zod';
import { Commit } from '../shared/commits';
import { listOf, text } from '../shared/reading';

/** A push, as far as it matters. */
export const PushEvent = z.object({
  ref: z.string(),
  /** The commit that it was at; zeros when it is new. */
  before: text,
  repository: z.object({
    clone_url: text,
    ssh_url: text,
    default_branch: text,
  }),
  commits: listOf(Commit),
  /** By default at most five of them are listed. */
  total_commits: z.number().nullish(),
});
/** A push, read. */
export type Push = z.output<typeof PushEvent>;

/** Something happened to a pull request. */
export const PullRequestEvent = z.object({
  action: z.string(),
  pull_request: z.object({ html_url: z.string() }),
});
