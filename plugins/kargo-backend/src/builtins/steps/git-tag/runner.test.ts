import { GitStepHarness } from '../../../testing/GitStepHarness';

jest.setTimeout(120_000);

describe('git-tag', () => {
  let h: GitStepHarness;

  beforeAll(async () => {
    h = await GitStepHarness.start();
  });
  beforeEach(async () => {
    await h.reset({ 'a.txt': 'one\n' });
    await h.clone({ checkout: [{ path: 'src', branch: 'main' }] });
  });
  afterAll(() => h.close());

  const config = { path: 'src', tag: 'v1', message: 'Release 1\n\nwith notes' };
  const commit = () => h.git('src', 'rev-parse', 'HEAD');
  const tagged = () => h.git('src', 'rev-parse', 'v1^{commit}');

  it('makes an annotated tag of the commit, and pushes nothing', async () => {
    await expect(h.tag(config)).resolves.toEqual({
      kind: 'succeeded',
      output: { commit: await commit() },
    });
    await expect(tagged()).resolves.toBe(await commit());
    await expect(
      h.git('src', 'tag', '-l', '--format=%(objecttype) %(contents)', 'v1'),
    ).resolves.toBe('tag Release 1\n\nwith notes');
    await expect(
      h.server.resolve(h.repo, 'refs/tags/v1'),
    ).resolves.toBeUndefined();
  });

  it('keeps lines of the message that look like comments', async () => {
    const message = '# Release 1\n\nBody\n#123 fixed';
    await h.tag({ ...config, message });
    await expect(
      h.git('src', 'tag', '-l', '--format=%(contents)', 'v1'),
    ).resolves.toBe(message);
  });

  it('is pushed by git-push', async () => {
    await h.tag(config);
    await h.push({ path: 'src', tag: 'v1' });
    await expect(
      h.server.git(h.repo, 'rev-parse', 'refs/tags/v1'),
    ).resolves.toBe(`${await h.git('src', 'rev-parse', 'v1')}\n`);
  });

  it.each([
    ['refs/tags/v1', 'v1'],
    ['v1', 'refs/tags/v1'],
  ])('tags %s, which git-push finds as %s', async (tag, pushed) => {
    await h.tag({ ...config, tag });
    await h.push({ path: 'src', tag: pushed });
    await expect(
      h.server.git(h.repo, 'for-each-ref', '--format=%(refname)', 'refs/tags'),
    ).resolves.toBe('refs/tags/v1\n');
  });

  it('takes the full name of a branch for no tag', async () => {
    await expect(h.tag({ ...config, tag: 'refs/heads/main' })).resolves.toEqual(
      {
        kind: 'failed',
        final: true,
        reason:
          'invalid git-tag config: tag: expected a tag, by its name or as refs/tags/NAME',
      },
    );
  });

  it('moves a tag only by force', async () => {
    await h.tag(config);
    await h.write('src/a.txt', 'two\n');
    await h.commit({ path: 'src', message: 'm' });
    await expect(h.tag(config)).rejects.toThrow('already exists');
    await expect(tagged()).resolves.not.toBe(await commit());
    await h.tag({ ...config, force: true });
    await expect(tagged()).resolves.toBe(await commit());
  });

  it('finds its own tag when it runs again', async () => {
    const first = await h.tag(config);
    await expect(h.tag(config)).resolves.toEqual(first);
  });

  it('does not take another tag of the commit for its own', async () => {
    await h.tag({ ...config, message: 'other' });
    await expect(h.tag(config)).rejects.toThrow('already exists');
  });

  it('passes over fields that it does not know, and wants a message', async () => {
    await expect(h.tag({ ...config, other: 1 })).resolves.toMatchObject({
      kind: 'succeeded',
    });
    await expect(h.tag({ path: 'src', tag: 'v2' })).resolves.toMatchObject({
      kind: 'failed',
      reason: 'invalid git-tag config: (root): message is required',
    });
  });
});
