import { branchOf, toBranchName } from './branchName';
import { toTagName } from './tagName';

describe('toBranchName', () => {
  it.each([
    ['main', 'main'],
    ['refs/heads/main', 'main'],
    ['refs/heads/a/b', 'a/b'],
    ['old/refs/heads/main', 'old/refs/heads/main'],
    ['refs/tags/v1', 'refs/tags/v1'],
  ])('of %s is %s', (written, name) => {
    expect(toBranchName(written)).toBe(name);
  });
});

describe('branchOf', () => {
  it.each([
    ['refs/heads/main', 'main'],
    ['refs/tags/v1', undefined],
    ['old/refs/heads/main', undefined],
    [undefined, undefined],
  ])('%s leads to %s', (ref, name) => {
    expect(branchOf(ref)).toBe(name);
  });
});

describe('toTagName', () => {
  it.each([
    ['v1', 'v1'],
    ['refs/tags/v1', 'v1'],
    ['refs/tags/a/v1', 'a/v1'],
    ['old/refs/tags/v1', 'old/refs/tags/v1'],
    ['refs/heads/main', 'refs/heads/main'],
  ])('of %s is %s', (written, name) => {
    expect(toTagName(written)).toBe(name);
  });
});
