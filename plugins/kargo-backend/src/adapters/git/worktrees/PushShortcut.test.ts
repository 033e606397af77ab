import { randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { GitStepHarness } from '../../../testing/GitStepHarness';

jest.setTimeout(120_000);

describe('a push that does not ask before where the branch is', () => {
  let h: GitStepHarness;

  beforeAll(async () => {
    h = await GitStepHarness.start();
  });
  beforeEach(async () => {
    await h.reset();
    await h.clone({ checkout: [{ path: 'src', branch: 'main' }] });
    await h.write('src/a.txt', 'ours\n');
    await h.commit({ path: 'src', message: 'ours' });
    h.programs.length = 0;
    h.server.resetStats();
  });
  afterEach(() => h.server.faults.clear());
  afterAll(() => h.close());

  const asked = () =>
    h.server.stats().log.map(({ route, status }) => `${route} ${status}`);
  const push = (config: object = {}) => h.push({ path: 'src', ...config });

  it('is one request with the password, and one program', async () => {
    await expect(push()).resolves.toMatchObject({
      kind: 'succeeded',
      output: {
        branch: 'main',
        commit: await h.git('src', 'rev-parse', 'HEAD'),
      },
    });
    expect(asked()).toEqual(['push 200']);
    expect(h.programs).toEqual(['pack-objects']);
    expect(await h.remoteLog()).toEqual(['ours', 'Initial commit']);
    await expect(h.server.git(h.repo, 'fsck', '--full')).resolves.toBe('');
  });

  it('brings several commits, and later those that came after', async () => {
    await h.write('src/b.txt', 'more\n');
    await h.commit({ path: 'src', message: 'more' });
    await push();
    await h.write('src/b.txt', 'last\n');
    await h.commit({ path: 'src', message: 'last' });
    // The clone does not know where its first push left the branch: git asks.
    await push();
    expect(await h.remoteLog()).toEqual([
      ...['last', 'more', 'ours', 'Initial commit'],
    ]);
    expect(asked()).toEqual(['push 200', 'advertise-push 200', 'push 200']);
  });

  it('is left to git when it is large, and takes no room meanwhile', async () => {
    const large = randomBytes(4 * 1024 * 1024).toString('base64');
    await h.write('src/large.txt', large);
    await h.commit({ path: 'src', message: 'large' });
    await push();
    expect(await h.remoteLog()).toEqual(['large', 'ours', 'Initial commit']);
    const left = await readdir(`${h.workDir}.git`, { recursive: true });
    expect(left.filter(name => name.includes('outgoing'))).toEqual([]);
  });

  it('comes to one commit when it is repeated after a crash', async () => {
    await push();
    await expect(push()).resolves.toMatchObject({ kind: 'succeeded' });
    expect(await h.remoteLog()).toEqual(['ours', 'Initial commit']);
    expect(asked()).toEqual(['push 200', 'advertise-push 200']);
  });

  it.each([
    ['that did not arrive', { kind: 'reset' }],
    ['whose answer was lost', { kind: 'truncate', afterBytes: 10 }],
    ['that the host was too busy for', { kind: 'status', status: 503 }],
    ['that is too large for the host', { kind: 'status', status: 413 }],
    [
      'that is redirected',
      { kind: 'redirect', location: 'http://127.0.0.1:1/' },
    ],
  ] as const)('comes to one commit by git after one %s', async (_, fault) => {
    const ours = await h.git('src', 'rev-parse', 'HEAD');
    h.server.faults.add(fault, { route: 'push' });
    await expect(push()).resolves.toMatchObject({
      kind: 'succeeded',
      output: { commit: ours },
    });
    expect(h.programs[0]).toBe('pack-objects');
    expect(h.sleeps).toEqual([]);
    expect(await h.remoteLog()).toEqual(['ours', 'Initial commit']);
  });

  it.each(['None', 'AlwaysRebase', 'AlwaysMerge'] as const)(
    'is known to have arrived when its answer was lost and others went on from there (%s)',
    async policy => {
      h.pushIntegrationPolicy = policy;
      const ours = await h.git('src', 'rev-parse', 'HEAD');
      const { processes } = h;
      h.processes = {
        start: async call => {
          if (call.args[0] === 'ls-remote') {
            await h.server.commit(h.repo, {
              message: 'theirs',
              files: { b: 'b' },
            });
          }
          return processes.start(call);
        },
      };
      h.server.faults.add(
        { kind: 'truncate', afterBytes: 10 },
        { route: 'push' },
      );
      await expect(push({ maxAttempts: 1 })).resolves.toMatchObject({
        kind: 'succeeded',
        output: { commit: ours },
      });
      expect(await h.remoteLog()).toEqual(['theirs', 'ours', 'Initial commit']);
    },
  );

  it('is looked for at the remote when the report of it has no end', async () => {
    h.server.faults.add(
      {
        kind: 'status',
        status: 200,
        headers: { 'content-type': 'application/x-git-receive-pack-result' },
        body: '000eunpack ok\n',
      },
      { route: 'push' },
    );
    await expect(push()).resolves.toMatchObject({ kind: 'succeeded' });
    expect(h.programs.slice(0, 2)).toEqual(['pack-objects', 'ls-remote']);
    expect(await h.remoteLog()).toEqual(['ours', 'Initial commit']);
  });

  it('waits before it looks again while the host answers nothing', async () => {
    const undo = h.server.faults.always({ kind: 'status', status: 503 });
    h.onSleep = async () => undo();
    await expect(push()).resolves.toMatchObject({ kind: 'succeeded' });
    expect(h.sleeps).toEqual([1000]);
    expect(await h.remoteLog()).toEqual(['ours', 'Initial commit']);
  });

  it('overwrites nobody: what others pushed meanwhile is below it afterwards', async () => {
    await h.server.commit(h.repo, { message: 'theirs', files: { b: 'b' } });
    await push();
    expect(await h.remoteLog()).toEqual(['ours', 'theirs', 'Initial commit']);
  });

  it('is not tried when it is known that others were faster', async () => {
    const other = await h.another();
    await other.clone({ checkout: [{ path: 'src' }] });
    await other.write('src/b.txt', 'theirs\n');
    await other.commit({ path: 'src', message: 'theirs' });
    await other.push({ path: 'src' });
    h.server.resetStats();
    await push();
    expect(h.programs[0]).toBe('push');
    expect(asked()[0]).toBe('advertise-push 200');
    expect(await h.remoteLog()).toEqual(['ours', 'theirs', 'Initial commit']);
  });

  it('leaves a branch to git that the clone did not come from', async () => {
    await h.server.commit(h.repo, {
      branch: 'other',
      message: 'other',
      files: { c: 'c' },
    });
    await h.loseWorkDir();
    await h.clone({ checkout: [{ path: 'src', branch: 'main' }] });
    await h.write('src/a.txt', 'ours\n');
    await h.commit({ path: 'src', message: 'ours' });
    h.pushIntegrationPolicy = 'None';
    await expect(
      push({ targetBranch: 'other', maxAttempts: 1 }),
    ).rejects.toThrow('others were faster');
    expect(await h.remoteLog('other')).toEqual(['other']);
    await push({ targetBranch: 'new' });
    expect(await h.remoteLog('new')).toEqual(['ours', 'Initial commit']);
  });

  it('tells what the server says of a push that it does not want', async () => {
    await h.server.git(h.repo, 'config', 'receive.denyNonFastForwards', 'true');
    await h.server.git(h.repo, 'config', 'receive.hideRefs', 'refs/heads/main');
    await expect(push()).rejects.toThrow('deny updating a hidden ref');
    expect(h.programs).toEqual(['pack-objects', 'push']);
  });

  it('leaves nothing of a pack behind that did not get there', async () => {
    const undo = h.server.faults.always(
      { kind: 'status', status: 403 },
      { route: 'push' },
    );
    await expect(push()).rejects.toThrow('credentials');
    undo();
    const commit = await h.git('src', 'rev-parse', 'HEAD');
    await h.loseWorkDir();
    await expect(
      h.clone({ checkout: [{ path: 'src', commit }] }),
    ).rejects.toThrow(commit);
  });

  it('stops when it is told to', async () => {
    h.server.faults.always({ kind: 'hang' }, { route: 'push' });
    const stop = new AbortController();
    h.signal = stop.signal;
    const pushing = push();
    await h.server.waitForRequests('push');
    stop.abort(new Error('aborted by hand'));
    await expect(pushing).rejects.toThrow('aborted by hand');
    expect(h.programs).toEqual(['pack-objects']);
  });
});
