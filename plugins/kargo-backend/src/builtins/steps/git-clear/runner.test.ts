import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { GitStepHarness } from '../../../testing/GitStepHarness';

jest.setTimeout(120_000);

describe('git-clear', () => {
  let h: GitStepHarness;
  const names = async () => (await readdir(path.join(h.workDir, 'src'))).sort();

  beforeAll(async () => {
    h = await GitStepHarness.start();
  });
  beforeEach(async () => {
    await h.reset({ a: 'a', 'd/b': 'b', '.gitignore': '*.log\n' });
    await h.clone({ checkout: [{ path: 'src', branch: 'main' }] });
  });
  afterAll(() => h.close());

  it('removes tracked and new files, keeps .git and ignored ones', async () => {
    await h.write('src/x.log', 'x');
    await h.write('src/new', 'x');
    await expect(h.clear({ path: 'src' })).resolves.toEqual({
      kind: 'succeeded',
    });
    await expect(names()).resolves.toEqual(['.git', 'x.log']);
  });

  it('clears only the folder that the path names', async () => {
    await h.clear({ path: 'src/d' });
    expect(await names()).toEqual(expect.arrayContaining(['.git', 'a']));
    await expect(h.git('src', 'ls-files')).resolves.toBe('.gitignore\na');
  });

  it('removes what a sparse checkout leaves out, too', async () => {
    await h.server.commit(h.repo, {
      message: 'folders',
      files: { 'e/far': '1' },
    });
    await h.clone(
      { checkout: [{ path: 'part', branch: 'main', sparse: ['d'] }] },
      'sparse',
    );
    await expect(h.git('part', 'ls-files')).resolves.toContain('e/far');
    await h.clear({ path: 'part' });
    await expect(h.git('part', 'ls-files')).resolves.toBe('');
  });

  it('may run again on what is empty already', async () => {
    await h.clear({ path: 'src' });
    await expect(h.clear({ path: 'src' })).resolves.toEqual({
      kind: 'succeeded',
    });
  });
});
