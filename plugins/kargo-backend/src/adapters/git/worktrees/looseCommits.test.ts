import { GitStepHarness } from '../../../testing/GitStepHarness';
import { isBuiltUpon } from './looseCommits';

jest.setTimeout(120_000);

describe('isBuiltUpon', () => {
  let h: GitStepHarness;
  let repository: string;

  beforeAll(async () => {
    h = await GitStepHarness.start();
    await h.reset();
    await h.clone({ checkout: [{ path: 'src' }] });
    repository = await h.git('src', 'rev-parse', '--git-common-dir');
  });
  afterAll(() => h.close());

  const commit = async (...parents: string[]) =>
    h.git(
      'src',
      ...['-c', 'user.name=a', '-c', 'user.email=a', 'commit-tree'],
      ...parents.flatMap(parent => ['-p', parent]),
      ...['-m', `on ${parents}\n\nparent ${'f'.repeat(40)}`, 'HEAD^{tree}'],
    );

  it('follows the parents of what was committed here', async () => {
    const base = (await h.remoteHead())!;
    const other = await commit();
    const one = await commit(base);
    const merged = await commit(other, one);
    await expect(isBuiltUpon(repository, one, base)).resolves.toBe(true);
    await expect(isBuiltUpon(repository, merged, base)).resolves.toBe(true);
    await expect(isBuiltUpon(repository, other, base)).resolves.toBe(false);
    await expect(isBuiltUpon(repository, base, base)).resolves.toBe(false);
    // Of a message nothing is taken for a parent.
    await expect(isBuiltUpon(repository, one, 'f'.repeat(40))).resolves.toBe(
      false,
    );
  });

  it('leaves a long way to git', async () => {
    const base = (await h.remoteHead())!;
    let newest = base;
    for (let n = 0; n < 20; n++) {
      newest = await commit(newest);
    }
    await expect(isBuiltUpon(repository, newest, base)).resolves.toBe(true);
    newest = await commit(newest);
    await expect(isBuiltUpon(repository, newest, base)).resolves.toBe(false);
  });
});
