import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { GitStepHarness } from '../../../testing/GitStepHarness';

jest.setTimeout(120_000);

describe('git-commit', () => {
  let h: GitStepHarness;

  beforeAll(async () => {
    h = await GitStepHarness.start();
  });
  beforeEach(async () => {
    await h.reset({ 'a.txt': 'one\n', '.gitignore': '*.log\n', 'd/b': 'b' });
    await h.clone({ checkout: [{ path: 'src', branch: 'main' }] });
  });
  afterAll(() => h.close());

  it('commits new, changed and removed files', async () => {
    await h.write('src/new/file', 'x');
    await h.write('src/a.txt', 'two\n');
    const outcome = await h.commit({
      path: 'src',
      message: 'Change\n\nwith a body',
    });
    const head = await h.git('src', 'rev-parse', 'HEAD');
    expect(outcome).toEqual({ kind: 'succeeded', output: { commit: head } });
    await expect(h.git('src', 'log', '-1', '--format=%B')).resolves.toBe(
      'Change\n\nwith a body',
    );
    await expect(h.git('src', 'diff', '--name-only', 'HEAD~1')).resolves.toBe(
      'a.txt\nnew/file',
    );
    await expect(h.git('src', 'status', '--short')).resolves.toBe('');
  });

  it('is skipped without changes, and still names HEAD', async () => {
    await expect(h.commit({ path: 'src', message: 'm' })).resolves.toEqual({
      kind: 'skipped',
      reason: 'there is nothing to commit',
      output: { commit: await h.remoteHead() },
    });
  });

  it('names the same commit when it runs a second time', async () => {
    await h.write('src/a.txt', 'two\n');
    const { output } = await h.commit({ path: 'src', message: 'm' });
    await expect(
      h.commit({ path: 'src', message: 'm' }),
    ).resolves.toMatchObject({ kind: 'skipped', output });
  });

  it('leaves ignored files out', async () => {
    await h.write('src/x.log', 'x');
    await expect(
      h.commit({ path: 'src', message: 'm' }),
    ).resolves.toMatchObject({ kind: 'skipped' });
  });

  it('takes an author for one commit only, although Kargo 1.12 does not', async () => {
    await h.write('src/a.txt', 'two\n');
    await h.commit({
      path: 'src',
      message: 'm',
      author: { name: 'A', email: 'a@b' },
    });
    await h.write('src/a.txt', 'three\n');
    await h.commit({ path: 'src', message: 'm' });
    await expect(
      h.git('src', 'log', '-2', '--format=%an <%ae>, %cn <%ce>'),
    ).resolves.toBe(
      'Kargo <no-reply@kargo.io>, Kargo <no-reply@kargo.io>\nA <a@b>, A <a@b>',
    );
  });

  it('commits a message that looks like options or comments as it is', async () => {
    await h.write('src/a.txt', 'two\n');
    await h.commit({ path: 'src', message: '--amend\n# not a comment' });
    await expect(h.git('src', 'log', '-1', '--format=%B')).resolves.toBe(
      '--amend\n# not a comment',
    );
  });

  it('cleans up what a git that was killed left behind', async () => {
    const gitDir = await h.git('src', 'rev-parse', '--git-dir');
    await h.write('src/a.txt', 'two\n');
    await writeFile(path.join(gitDir, 'index.lock'), '');
    await expect(
      h.commit({ path: 'src', message: 'm' }),
    ).resolves.toMatchObject({ kind: 'succeeded' });
  });

  it.each([
    ['a folder that is no checkout', 'nope'],
    ['the work folder', '.'],
  ])('refuses %s', async (_, folder) => {
    await expect(h.commit({ path: folder, message: 'm' })).rejects.toThrow(
      `"${folder}" is not in a checkout made by a git-clone step`,
    );
  });

  it('does not take a folder that only looks like a repository for one', async () => {
    await h.write('evil/.git', `gitdir: ${h.root}/server/${h.repo}.git\n`);
    await expect(h.commit({ path: 'evil', message: 'm' })).rejects.toThrow(
      'is not in a checkout',
    );
  });

  it('does not follow the .git of a checkout that a step has changed', async () => {
    await h.write('src/.git', `gitdir: ${h.root}/server/${h.repo}.git\n`);
    await expect(h.commit({ path: 'src', message: 'm' })).rejects.toThrow(
      'is not in a checkout',
    );
  });

  it.each([
    ['a folder', 'src/lib/.git/HEAD', 'lib'],
    ['a folder of another spelling', 'src/lib/.GIT/HEAD', 'lib'],
    ['a file', 'src/deep/down/.git', 'deep/down'],
    ['a file in an ignored folder', 'src/ignored/.git', 'ignored'],
  ])(
    'refuses a checkout that holds a repository nobody cloned: %s',
    async (_, file, folder) => {
      await h.write('src/.gitignore', 'ignored\n');
      await h.write(file, `gitdir: ${h.root}/server/${h.repo}.git\n`);
      await expect(h.commit({ path: 'src', message: 'm' })).rejects.toThrow(
        `"${folder}" in the checkout is a git repository that no git-clone step made`,
      );
      await expect(h.clear({ path: 'src' })).rejects.toThrow('git repository');
      await expect(h.push({ path: 'src' })).rejects.toThrow('git repository');
    },
  );

  it('goes on beside a checkout of another branch in a folder of it', async () => {
    await h.server.commit(h.repo, {
      branch: 'other',
      message: 'more',
      files: { b: 'b' },
    });
    await h.clone(
      { checkout: [{ path: 'src/inner', branch: 'other' }] },
      'inner',
    );
    await h.write('src/inner/b', 'two');
    await expect(
      h.commit({ path: 'src/inner', message: 'm' }),
    ).resolves.toMatchObject({ kind: 'succeeded' });
    await h.write('src/a.txt', 'two');
    await expect(
      h.commit({ path: 'src', message: 'm' }),
    ).resolves.toMatchObject({ kind: 'succeeded' });
  });

  it('keeps git data where no step can write', async () => {
    const gitDir = await h.git('src', 'rev-parse', '--absolute-git-dir');
    expect(gitDir.startsWith(`${h.workDir}/`)).toBe(false);
    await expect(readdir(h.workDir)).resolves.toEqual(['src']);
  });

  it('commits changes outside of a sparse checkout', async () => {
    await h.server.commit(h.repo, {
      message: 'folders',
      files: { 'apps/a/v': '1', 'docs/d': '1' },
    });
    await h.clone(
      { checkout: [{ path: 'part', branch: 'main', sparse: ['apps/a'] }] },
      'sparse',
    );
    await h.write('part/docs/d', '2');
    await h.write('part/docs/new', '2');
    await expect(
      h.commit({ path: 'part', message: 'm' }),
    ).resolves.toMatchObject({ kind: 'succeeded' });
    await expect(h.git('part', 'diff', '--name-only', 'HEAD~1')).resolves.toBe(
      'docs/d\ndocs/new',
    );
  });

  it('wants a mail address for an author', async () => {
    await expect(
      h.commit({
        path: 'src',
        message: 'm',
        author: { name: 'n', email: 'nope' },
      }),
    ).resolves.toEqual({
      kind: 'failed',
      final: true,
      reason:
        "invalid git-commit config: author.email: Does not match format 'email'",
    });
  });
});
