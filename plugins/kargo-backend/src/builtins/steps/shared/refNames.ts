import { z } from 'zod';

/**
 * The name of a branch, or its full name `refs/heads/…`.
 *
 * @remarks Git would take the full name of anything else for a name, and make the branch
 * `refs/heads/refs/tags/…` of it.
 */
export const BranchName = refName('heads', 'a branch');

/** The name of a tag, or its full name `refs/tags/…`. */
export const TagName = refName('tags', 'a tag');

function refName(folder: string, what: string) {
  return z
    .string()
    .refine(
      name => !name.startsWith('refs/') || name.startsWith(`refs/${folder}/`),
      { error: `expected ${what}, by its name or as refs/${folder}/NAME` },
    );
}
