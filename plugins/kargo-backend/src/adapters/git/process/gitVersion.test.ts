import { assertGitVersion } from './gitVersion';

describe('assertGitVersion', () => {
  it.each([
    'git version 2.38.0',
    'git version 2.39.5 (Apple Git-154)',
    'git version 2.47.0.windows.2',
    'git version 3.0',
    'git version 2.50.GIT',
  ])('takes %s', output => {
    expect(() => assertGitVersion(output)).not.toThrow();
  });

  it.each(['git version 2.37.7', 'git version 1.99.9', 'git version 2.4'])(
    'refuses %s',
    output => {
      expect(() => assertGitVersion(output)).toThrow(
        'is too old: 2.38.0 or newer is needed; install one and name it in kargo.git.path',
      );
    },
  );

  it('refuses another program', () => {
    expect(() => assertGitVersion('hello')).toThrow('is not git');
  });
});
