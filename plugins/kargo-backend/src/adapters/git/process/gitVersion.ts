import { InputError } from '@backstage/errors';

/**
 * The oldest git that knows all settings which keep it from programs and addresses that
 * others chose: `http.curloptResolve` (2.37) and `safe.bareRepository` (2.38). Older ones
 * pass over them in silence.
 */
export const MINIMUM_GIT = '2.38.0';

/**
 * Refuses a git that is too old.
 *
 * @param output - of `git version`
 * @throws InputError that names the version found, the one wanted and the setting
 */
export function assertGitVersion(output: string): void {
  const [, found] = /^git version (\d+\.\d+(?:\.\d+)*)/.exec(output) ?? [];
  if (found === undefined) {
    throw new InputError(
      `the program named by kargo.git.path is not git: it does not tell a version`,
    );
  }
  if (isOlder(found, MINIMUM_GIT)) {
    throw new InputError(
      `git ${found} is too old: ${MINIMUM_GIT} or newer is needed; install one and name it in kargo.git.path`,
    );
  }
}

function isOlder(version: string, than: string): boolean {
  const [a, b] = [version, than].map(text => text.split('.').map(Number));
  const at = b.findIndex((part, index) => part !== (a[index] ?? 0));
  return at >= 0 && (a[at] ?? 0) < b[at];
}
