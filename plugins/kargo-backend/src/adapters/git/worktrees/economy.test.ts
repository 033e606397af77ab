import { GitStepHarness } from '../../../testing/GitStepHarness';

jest.setTimeout(120_000);

describe('what the git steps of a Promotion cost', () => {
  let h: GitStepHarness;

  beforeAll(async () => {
    h = await GitStepHarness.start();
    // The first call of all looks how old git is.
    await h.reset();
    await h.clone({ checkout: [{ path: 'src' }] });
  });
  beforeEach(() => h.reset());
  afterAll(() => h.close());

  /** Requests that the server answered, besides that it wants a password. */
  const answered = () =>
    h.server
      .stats()
      .log.filter(({ status }) => status !== 401)
      .map(({ route }) => route);
  const cloneAndCommit = async (checkout: object = { branch: 'main' }) => {
    await h.clone({ checkout: [{ path: 'src', ...checkout }] });
    await h.write('src/a.txt', `ours ${h.workDir}\n`);
    await h.commit({ path: 'src', message: 'ours' });
  };

  it.each([
    ['the default branch', {}],
    ['a branch', { branch: 'main' }],
  ])('is five programs and five requests with %s', async (_, checkout) => {
    await cloneAndCommit(checkout);
    await h.push({ path: 'src' });
    expect(h.programs).toEqual(['clone', 'worktree', 'add', 'commit', 'push']);
    expect(answered()).toEqual([
      ...['advertise', 'ls-refs', 'fetch'],
      ...['advertise-push', 'push'],
    ]);
    expect(await h.remoteLog()).toEqual(['ours', 'Initial commit']);
  });

  it('is one request more where the server has to ask for a password, and one less the next time', async () => {
    const asked = () => h.server.stats().log.map(({ route }) => route);
    await cloneAndCommit();
    await h.push({ path: 'src' });
    expect(asked()).toEqual([
      ...['advertise', 'advertise', 'ls-refs', 'fetch'],
      ...['advertise-push', 'push'],
    ]);
    await h.loseWorkDir();
    h.server.resetStats();
    await h.clone({ checkout: [{ path: 'src' }] });
    // The commit that was pushed is not part of what clones have brought.
    expect(asked()).toEqual(['advertise', 'advertise', 'ls-refs', 'fetch']);
    await h.loseWorkDir();
    h.server.resetStats();
    await cloneAndCommit();
    await h.push({ path: 'src' });
    expect(asked()).toEqual([
      ...['advertise', 'advertise', 'ls-refs'],
      ...['advertise-push', 'push'],
    ]);
  });

  it('is one question more when nothing is to be committed', async () => {
    await h.clone({ checkout: [{ path: 'src' }] });
    h.programs.length = 0;
    expect(await h.commit({ path: 'src', message: 'ours' })).toMatchObject({
      kind: 'skipped',
    });
    expect(h.programs).toEqual(['add', 'commit', 'diff']);
  });

  it('is one look, one fetch and one more push when somebody was faster', async () => {
    await cloneAndCommit();
    await h.server.commit(h.repo, { message: 'theirs', files: { b: 'b' } });
    h.programs.length = 0;
    h.server.resetStats();
    await h.push({ path: 'src' });
    expect(h.programs).toEqual([
      'push',
      'fetch',
      'merge-base',
      'rebase',
      'push',
    ]);
    expect(answered()).toEqual([
      'advertise-push',
      ...['advertise', 'ls-refs', 'fetch'],
      ...['advertise-push', 'push'],
    ]);
    expect(h.sleeps).toEqual([]);
    expect(await h.remoteLog()).toEqual(['ours', 'theirs', 'Initial commit']);
  });

  it('is no request besides the push when the remote has everything', async () => {
    await h.clone({ checkout: [{ path: 'src' }] });
    h.server.resetStats();
    await h.push({ path: 'src' });
    expect(answered()).toEqual(['advertise-push']);
  });
});
