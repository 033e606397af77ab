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
  ])(
    'is five programs and four requests the first time, with %s',
    async (_, checkout) => {
      await cloneAndCommit(checkout);
      await h.push({ path: 'src' });
      expect(h.programs).toEqual([
        ...['clone', 'reset', 'add', 'commit', 'pack-objects'],
      ]);
      expect(answered()).toEqual(['advertise', 'ls-refs', 'fetch', 'push']);
      expect(await h.remoteLog()).toEqual(['ours', 'Initial commit']);
    },
  );

  it('is four programs and two requests from then on, also with a password', async () => {
    const asked = () => h.server.stats().log.map(({ route }) => route);
    const shared = h.smartHttp();
    h.smartHttp = () => shared;
    await cloneAndCommit();
    await h.push({ path: 'src' });
    expect(asked()).toEqual([
      ...['advertise', 'advertise', 'ls-refs', 'fetch'],
      'push',
    ]);
    await h.another().then(async other => {
      other.smartHttp = () => shared;
      h.server.resetStats();
      await other.clone({ checkout: [{ path: 'src' }] });
      // That the server wants a password is learned once.
      expect(asked()).toEqual(['ls-refs', 'ls-refs']);
    });
    await h.loseWorkDir();
    h.server.resetStats();
    h.programs.length = 0;
    await cloneAndCommit();
    await h.push({ path: 'src' });
    expect(asked()).toEqual(['ls-refs', 'push']);
    expect(h.programs).toEqual(['reset', 'add', 'commit', 'pack-objects']);
    await expect(h.git('src', 'fsck', '--full')).resolves.toBe('');
    expect(await h.remoteLog()).toEqual(['ours', 'ours', 'Initial commit']);
  });

  it('is one question more when nothing is to be committed', async () => {
    await h.clone({ checkout: [{ path: 'src' }] });
    h.programs.length = 0;
    expect(await h.commit({ path: 'src', message: 'ours' })).toMatchObject({
      kind: 'skipped',
    });
    expect(h.programs).toEqual(['add', 'commit', 'diff']);
  });

  it('is two more pushes, one look and one fetch when somebody was faster', async () => {
    await cloneAndCommit();
    await h.server.commit(h.repo, { message: 'theirs', files: { b: 'b' } });
    h.programs.length = 0;
    h.server.resetStats();
    await h.push({ path: 'src' });
    expect(h.programs).toEqual([
      'pack-objects',
      'push',
      'fetch',
      'merge-base',
      'rebase',
      'push',
    ]);
    expect(answered()).toEqual([
      'push',
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
