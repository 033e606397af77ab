import { z } from 'zod';
import { Commit } from '../shared/commits';
import { listOf, text } from '../shared/reading';

/** A push of a branch or a tag, as far as it matters. */
export const PushEvent = z.object({
  ref: z.string(),
  /** The commit that it was at; zeros when it is new. */
  before: text,
  repository: z.object({ git_http_url: text, git_ssh_url: text }),
  project: z.object({ default_branch: text }).nullish(),
  commits: listOf(Commit),
  /** At most 20 of them are listed. */
  total_commits_count: z.number().nullish(),
});
/** A push, read. */
export type Push = z.output<typeof PushEvent>;

/** Something happened to a merge request. */
export const MergeRequestEvent = z.object({
  object_attributes: z.object({ action: text, url: z.string() }),
});
