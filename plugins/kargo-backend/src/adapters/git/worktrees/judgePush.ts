/** What a rejected push comes from, and so what helps. */
export type PushVerdict =
  /** Somebody was faster: integrate and push again. */
  | 'outdated'
  /** The server is in trouble: push the same again. */
  | 'unavailable'
  /** The server does not want it, and will not the next time. */
  | 'forbidden';

// What git finds before it sends anything, and what servers say that took another push
// between our look and ours: git itself, GitHub, GitLab, JGit and Azure DevOps.
const OUTDATED = [
  /\((?:non-fast-forward|fetch first|stale info)\)/i,
  /cannot lock ref/i,
  /failed to lock|lock[_ ]failure/i,
  /failed to update ref/i,
  /incorrect old value/i,
  /is at [0-9a-f]{40,64} but expected/i,
  /reference already exists/i,
  /TF401028|already been updated by another client/i,
  /unable to create '[^']*\.lock': file exists/i,
];

// Where `main` is a branch there can be no `main/x`; git reports it as a lost race.
const IMPOSSIBLE = [
  /'[^']+' exists; cannot create '/i,
  /refname conflict|directory[ /]file conflict/i,
];

const UNAVAILABLE = [
  /internal (?:server )?error/i,
  /temporar(?:y|ily)|unavailable|overloaded/i,
  /try again|timed? ?out/i,
  /too many requests|rate limit/i,
];

/**
 * Reads the answer to a push that did not go through.
 *
 * @param reason - from git's porcelain line: `[remote rejected] (cannot lock ref)`
 * @param said - lines of the remote and of git, where servers tell the reason as well
 */
export function judgePush(
  reason: string,
  said: readonly string[],
  options: { force?: boolean } = {},
): PushVerdict {
  // Nobody was faster than a push that overwrites: the server forbids it.
  if (options.force && /\(non-fast-forward\)/i.test(reason)) {
    return 'forbidden';
  }
  const says = (patterns: RegExp[], lines: readonly string[]) =>
    lines.some(line => patterns.some(pattern => pattern.test(line)));
  if (says(IMPOSSIBLE, [reason, ...said])) {
    return 'forbidden';
  }
  if (says(OUTDATED, [reason, ...said])) {
    return 'outdated';
  }
  // Not from what was said: hooks talk of many things.
  return says(UNAVAILABLE, [reason]) ? 'unavailable' : 'forbidden';
}
