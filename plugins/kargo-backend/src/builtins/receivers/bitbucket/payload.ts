import { z } from 'zod';
import { listOf, text } from '../shared/reading';

const Links = z.object({ html: z.object({ href: z.string() }) });

/** A push to Bitbucket Cloud, as far as it matters. */
export const CloudPushEvent = z.object({
  repository: z.object({ links: Links }),
  push: z.object({
    changes: listOf(
      // Nothing is new where a branch or a tag was deleted.
      z.object({ new: z.object({ type: text, name: text }).nullable() }),
    ),
  }),
});
/** What a CloudPushEvent reads as. */
export type CloudPush = z.output<typeof CloudPushEvent>;

/** A push to Bitbucket Data Center. */
export const ServerPushEvent = z.object({
  repository: z.object({
    links: z.object({ clone: listOf(z.object({ href: z.string() })) }),
  }),
  changes: listOf(z.object({ ref: z.object({ id: z.string() }) })),
});
/** What a ServerPushEvent reads as. */
export type ServerPush = z.output<typeof ServerPushEvent>;

/** The end of a pull request of Bitbucket Cloud. */
export const CloudPullRequestEvent = z.object({
  pullrequest: z.object({ links: Links }),
});

/** The end of a pull request of Bitbucket Data Center. */
export const ServerPullRequestEvent = z.object({
  pullRequest: z.object({
    links: z.object({
      self: z.array(z.object({ href: z.string() })).min(1),
    }),
  }),
});
