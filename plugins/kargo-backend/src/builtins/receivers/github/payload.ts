import { z } from 'zod';
import { Commit } from '../shared/commits';
import { listOf, text } from '../shared/reading';

/** A push, as far as it matters. */
export const PushEvent = z.object({
  ref: z.string(),
  /** Of a branch that is new, or led elsewhere, the commits that are told are not all there are. */
  created: z.boolean().nullish(),
  forced: z.boolean().nullish(),
  repository: z.object({
    clone_url: text,
    ssh_url: text,
    default_branch: text,
  }),
  commits: listOf(Commit),
  head_commit: Commit.nullish(),
});
/** What a PushEvent reads as. */
export type Push = z.output<typeof PushEvent>;

const Package = z.object({
  package_type: text,
  package_version: z
    .object({
      package_url: text,
      container_metadata: z
        .object({
          tag: z.object({ name: text }).nullish(),
          manifest: z
            .object({ config: z.object({ media_type: text }).nullish() })
            .nullish(),
        })
        .nullish(),
    })
    .nullish(),
});

/** Something happened to a package. */
export const PackageEvent = z.object({
  action: z.string(),
  package: Package.nullish(),
  registry_package: Package.nullish(),
});
/** What a PackageEvent reads as. */
export type PackageChange = z.output<typeof PackageEvent>;

/** Something happened to a pull request. */
export const PullRequestEvent = z.object({
  action: z.string(),
  pull_request: z.object({ html_url: z.string() }),
});
