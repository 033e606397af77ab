import { stepTitle } from './stepTitle';

describe('stepTitle', () => {
  it.each([
    ['step-1', 'git-clone', 'git-clone'],
    ['task-2::step-1', 'http', 'http'],
    ['promote::step-4', 'git-push', 'git-push'],
    ['promote::commit', 'git-commit', 'commit'],
    ['push', 'git-push', 'push'],
    ['step-1', '', 'step-1'],
  ])('calls %s of %s %s', (alias, uses, title) => {
    expect(stepTitle({ alias, uses })).toBe(title);
  });
});
