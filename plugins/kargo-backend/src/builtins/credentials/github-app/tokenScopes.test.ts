import { isInScope } from './tokenScopes';

describe('isInScope', () => {
  it.each([
    ['no annotation', undefined, true],
    ['the repository is listed', '{"p":["other","repo"]}', true],
    ['another repository is listed', '{"p":["other"]}', false],
    ['another project is listed', '{"q":["repo"]}', false],
    ['in mixed case, which never matches', '{"p":["Repo"]}', false],
    ['nothing is listed', '{}', false],
  ])('%s: %p', (_, annotation, expected) => {
    expect(isInScope(annotation, 'p', 'repo')).toBe(expected);
  });

  it('does not take inherited properties for projects', () => {
    expect(isInScope('{"p":["repo"]}', 'constructor', 'repo')).toBe(false);
  });

  it.each(['', 'repo', '[]', '{"p":"repo"}', '{"p":[1]}'])(
    'refuses %j, naming the annotation',
    annotation => {
      expect(() => isInScope(annotation, 'p', 'repo')).toThrow(
        /kargo\.akuity\.io\/github-token-scopes/,
      );
    },
  );
});
