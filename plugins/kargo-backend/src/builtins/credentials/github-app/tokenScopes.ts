import { CredentialsRejectedError } from 'backstage-plugin-kargo-node';
import { ANNOTATIONS } from 'backstage-plugin-kargo-common';
import { z } from 'zod';
import { parseJson } from '../shared/parseJson';

const Scopes = z.record(z.string(), z.array(z.string()));

/**
 * Whether the annotation of a GitHub App Secret lets a project have a token for a
 * repository; without the annotation every project may.
 *
 * @remarks The name of the repository is the normalised one, in lower case: an entry in
 * mixed case matches nothing, as in Kargo.
 *
 * @throws CredentialsRejectedError when the annotation is not an object of lists in JSON.
 */
export function isInScope(
  annotation: string | undefined,
  project: string,
  repository: string,
): boolean {
  if (annotation === undefined) {
    return true;
  }
  const scopes = Scopes.safeParse(parseJson(annotation));
  if (!scopes.success) {
    throw new CredentialsRejectedError(
      `The annotation ${ANNOTATIONS.githubTokenScopes} must be a JSON object of projects with lists of repository names`,
    );
  }
  const allowed = new Map(Object.entries(scopes.data)).get(project);
  return allowed?.includes(repository) ?? false;
}
