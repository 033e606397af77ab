import { z } from 'zod';
import { listOf, text } from '../shared/reading';

/** A push to a container registry, as far as it matters. */
export const RegistryPushEvent = z.object({
  request: z.object({ host: z.string().min(1) }),
  target: z.object({
    repository: z.string().min(1),
    mediaType: text,
    tag: text,
  }),
});

/** A push to a repository of Azure DevOps. */
export const GitPushEvent = z.object({
  resource: z.object({
    repository: z.object({ remoteUrl: z.string(), defaultBranch: text }),
    refUpdates: listOf(z.object({ name: z.string() })),
  }),
});

/** Something happened to a pull request of Azure DevOps. */
export const PullRequestEvent = z.object({
  resource: z.object({
    status: text,
    /** Not in the first version of the events. */
    _links: z.object({ web: z.object({ href: z.string() }) }).nullish(),
    pullRequestId: z.number().int().nullish(),
    repository: z.object({ remoteUrl: text }).nullish(),
  }),
});
/** A PullRequestEvent, read. */
export type PullRequestChange = z.output<typeof PullRequestEvent>;
