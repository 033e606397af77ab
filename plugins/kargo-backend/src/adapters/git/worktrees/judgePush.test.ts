import { judgePush } from './judgePush';

const SHA = 'f9afe28091192b66bbc2e157c1981b5e354786c4';

describe('judgePush', () => {
  it.each([
    ['git before it sends', '[rejected] (fetch first)'],
    ['git before it sends', '[rejected] (non-fast-forward)'],
    ['git as a server', '[remote rejected] (failed to update ref)'],
    ['git as a server', '[remote rejected] (incorrect old value provided)'],
    ['git as a server', '[remote rejected] (reference already exists)'],
    ['a server with rules', '[remote rejected] (non-fast-forward)'],
    [
      'GitHub',
      `[remote rejected] (cannot lock ref 'refs/heads/main': is at ${SHA} but expected ${SHA})`,
    ],
    ['JGit', '[remote rejected] (failed to lock)'],
    ['JGit', '[remote rejected] (LOCK_FAILURE)'],
    [
      'Azure DevOps',
      "[remote rejected] (TF401028: The reference 'refs/heads/main' has already been updated by another client, so you cannot update it. Please try again.)",
    ],
  ])('takes the words of %s for a lost race: %s', (_, reason) => {
    expect(judgePush(reason, [])).toBe('outdated');
  });

  it.each([
    `remote: error: cannot lock ref 'refs/heads/main': is at ${SHA} but expected ${SHA}`,
    "remote: error: Unable to create '/srv/a.git/refs/heads/main.lock': File exists.",
    'remote: TF401028: The reference has already been updated by another client',
  ])('finds a lost race in what the remote said: %s', said => {
    expect(judgePush('[remote rejected] (see above)', [said])).toBe('outdated');
  });

  it.each([
    '[remote rejected] (Internal Server Error)',
    '[remote rejected] (internal error)',
    '[remote rejected] (service temporarily unavailable)',
    '[remote rejected] (timed out)',
    '[remote rejected] (Rate limit exceeded)',
  ])('blames the server for %s', reason => {
    expect(judgePush(reason, [])).toBe('unavailable');
  });

  it.each([
    '[remote rejected] (pre-receive hook declined)',
    '[remote rejected] (protected branch hook declined)',
    '[remote rejected] (deny updating a hidden ref)',
    '[remote rejected] (refusing to update checked out branch: refs/heads/main)',
    '[rejected] (already exists)',
  ])('takes %s for a no', reason => {
    expect(judgePush(reason, ['remote: try again after the freeze'])).toBe(
      'forbidden',
    );
  });

  it.each([
    [
      '[remote rejected] (failed to update ref)',
      "remote: error: cannot lock ref 'refs/heads/main/x': 'refs/heads/main' exists; cannot create 'refs/heads/main/x'",
    ],
    ['[remote rejected] (refname conflict)', 'error: failed to push some refs'],
    ['[remote rejected] (directory file conflict)', ''],
  ])('takes %s of a branch below another for a no: %s', (reason, said) => {
    expect(judgePush(reason, [said])).toBe('forbidden');
  });

  it('takes it for a no when a server does not let a branch be overwritten', () => {
    const reason = '[remote rejected] (non-fast-forward)';
    expect(judgePush(reason, [], { force: true })).toBe('forbidden');
  });
});
