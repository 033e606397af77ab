import { SecretText } from 'backstage-plugin-kargo-node';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createDeferred } from '../../processes/helper/deferred';
import { GitStepHarness } from '../../../testing/GitStepHarness';
import { CloneMirrors } from './CloneMirrors';
import { listPackFiles } from './packFiles';

jest.setTimeout(120_000);

const TOKEN = 'pa55/w@rd';

describe('clones of a repository that was cloned before', () => {
  let h: GitStepHarness;

  beforeAll(async () => {
    h = await GitStepHarness.start();
  });
  beforeEach(async () => {
    await rm(h.mirrorsDir, { recursive: true, force: true });
    await h.reset({ 'a.txt': 'one\n', 'large.bin': randomBytes(1 << 20) });
  });
  afterAll(() => h.close());

  const requests = () =>
    h.server
      .stats()
      .log.filter(({ status }) => status === 200)
      .map(({ route }) => route);
  const clone = (ref: object = {}) =>
    h.clone({ checkout: [{ path: 'src', ...ref }] });
  /** What another Promotion of the repository does later. */
  const cloneAgain = async (ref: object = {}) => {
    await h.loseWorkDir();
    h.server.resetStats();
    return clone(ref);
  };
  const mirrors = async () =>
    (await readdir(h.mirrorsDir)).filter(name => name.endsWith('.git'));

  it('ask the remote once, and bring nothing that is here', async () => {
    await clone();
    expect(requests()).toEqual(['advertise', 'ls-refs', 'fetch']);
    const outcome = await cloneAgain();
    expect(requests()).toEqual(['ls-refs']);
    expect(outcome).toMatchObject({
      output: { commits: { src: await h.remoteHead() } },
    });
    await expect(h.read('src/a.txt')).resolves.toBe('one\n');
    await expect(h.git('src', 'status', '--short')).resolves.toBe('');
  });

  it('bring what is new, which the next one has as well', async () => {
    await clone();
    const head = await h.server.commit(h.repo, {
      message: 'more',
      files: { 'b.txt': 'new\n' },
    });
    await expect(cloneAgain()).resolves.toMatchObject({
      output: { commits: { src: head } },
    });
    expect(requests()).toEqual(['ls-refs', 'advertise', 'ls-refs', 'fetch']);
    await expect(h.read('src/b.txt')).resolves.toBe('new\n');
    await cloneAgain();
    expect(requests()).toEqual(['ls-refs']);
    await expect(h.read('src/b.txt')).resolves.toBe('new\n');
  });

  it.each([
    ['git alone', false],
    ['git where something is new', true],
  ])('come to the same by %s', async (_, usesSmartHttp) => {
    h.usesSmartHttp = usesSmartHttp;
    const first = await h.remoteHead();
    await h.server.tag(h.repo, { name: 'light', target: first! });
    await h.server.tag(h.repo, { name: 'noted', target: first!, message: 'n' });
    await h.server.git(h.repo, 'branch', 'other/one', first!);
    h.gitUser = { name: 'A "B" \\ C;#', email: 'a@b' };
    await clone();
    h.programs.length = 0;
    await cloneAgain();
    expect(h.programs).toEqual(usesSmartHttp ? ['reset'] : ['clone', 'reset']);
    await expect(h.git('src', 'show-ref', '--dereference')).resolves.toBe(
      (await h.server.git(h.repo, 'show-ref', '--dereference')).trim(),
    );
    await expect(h.git('src', 'config', '--get', 'user.name')).resolves.toBe(
      'A "B" \\ C;#',
    );
    await expect(
      h.git('src', 'config', '--get', 'remote.origin.url'),
    ).resolves.toBe(h.repoURL);
    await expect(h.git('src', 'fsck', '--full')).resolves.toBe('');
    await expect(h.git('src', 'status', '--branch', '--short')).resolves.toBe(
      '## main',
    );
    await expect(h.git('src', 'worktree', 'list')).resolves.toContain('src ');
  });

  it('follow a branch that was thrown away and a default branch that was renamed', async () => {
    await clone();
    await h.server.git(h.repo, 'branch', '-m', 'main', 'trunk');
    await h.server.git(h.repo, 'symbolic-ref', 'HEAD', 'refs/heads/trunk');
    await cloneAgain();
    await expect(h.git('src', 'symbolic-ref', 'HEAD')).resolves.toBe(
      'refs/heads/trunk',
    );
    await expect(h.git('src', 'branch', '--list', 'main')).resolves.toBe('');
  });

  it('wait for the first one instead of bringing everything side by side', async () => {
    const promotions = await Promise.all([1, 2, 3].map(() => h.another()));
    const mirrorsOfOne = h.cloneMirrors();
    h.server.resetStats();
    await Promise.all(
      promotions.map(other => {
        other.cloneMirrors = () => mirrorsOfOne;
        return other.clone({ checkout: [{ path: 'src' }] });
      }),
    );
    expect(requests().filter(route => route === 'fetch')).toHaveLength(1);
    for (const other of promotions) {
      await expect(other.read('src/a.txt')).resolves.toBe('one\n');
    }
  });

  it('wait no longer for the first one than they are wanted', async () => {
    const [first, second] = await Promise.all([h.another(), h.another()]);
    const [stopFirst, stopSecond] = [
      new AbortController(),
      new AbortController(),
    ];
    const mirrorsOfOne = h.cloneMirrors();
    for (const [other, stop] of [
      [first, stopFirst],
      [second, stopSecond],
    ] as const) {
      other.cloneMirrors = () => mirrorsOfOne;
      other.signal = stop.signal;
    }
    h.server.resetStats();
    const undo = h.server.faults.always({ kind: 'hang' }, { route: 'fetch' });
    const running = first.clone({ checkout: [{ path: 'src' }] });
    await h.server.waitForRequests('fetch');
    const waiting = second.clone({ checkout: [{ path: 'src' }] });
    stopSecond.abort(new Error('aborted by hand'));
    await expect(waiting).rejects.toThrow('aborted by hand');
    stopFirst.abort(new Error('stopped'));
    await expect(running).rejects.toThrow('stopped');
    undo();
  });

  describe('that wait for a first one', () => {
    let events: string[];
    let mirrorsOfOne: CloneMirrors;

    beforeEach(() => {
      events = [];
      mirrorsOfOne = h.cloneMirrors();
    });

    /** A clone that ends as `ending` does. */
    const begin = (name: string, ending: Promise<void>, signal?: AbortSignal) =>
      mirrorsOfOne.clone(
        { url: h.repoURL },
        {
          repository: join(h.root, name),
          scratch: join(h.root, `${name}-borrowed`),
          signal,
          make: async () => {
            events.push(name);
            await ending.finally(() => events.push(`end of ${name}`));
          },
        },
      );
    const until = async (isSo: () => boolean) => {
      while (!isSo()) {
        await new Promise(setImmediate);
      }
    };
    /** Clones that have come to wait for the first one. */
    const beginWaiting = async (names: string[], ending: Promise<void>) => {
      const signals = names.map(() => new AbortController().signal);
      const listens = signals.map(each => jest.spyOn(each, 'addEventListener'));
      const clones = names.map((name, at) => begin(name, ending, signals[at]));
      await until(() => listens.every(({ mock }) => mock.calls.length > 0));
      return clones;
    };

    it('do not queue for failures when it fails', async () => {
      const first = createDeferred<void>();
      const others = createDeferred<void>();
      const one = begin('one', first.promise);
      await until(() => events.length > 0);
      const waiting = await beginWaiting(['two', 'three'], others.promise);
      first.reject(new Error('the host is down'));
      await expect(one).rejects.toThrow('the host is down');
      await until(() => events.includes('two') && events.includes('three'));
      others.reject(new Error('still down'));
      for (const each of waiting) {
        await expect(each).rejects.toThrow('still down');
      }
    });

    it('wait for the next one when it is aborted', async () => {
      const first = createDeferred<void>();
      const next = createDeferred<void>();
      const stop = new AbortController();
      const one = begin('one', first.promise, stop.signal);
      await until(() => events.length > 0);
      const waiting = await beginWaiting(['two', 'three'], next.promise);
      stop.abort();
      first.reject(stop.signal.reason);
      await expect(one).rejects.toThrow('aborted');
      await until(() => events.length > 2);
      next.resolve();
      await Promise.all(waiting);
      expect(events[3]).toBe(`end of ${events[2]}`);
      expect(events).toHaveLength(6);
    });
  });

  it('are made also when half of the mirror was removed', async () => {
    await clone();
    const [name] = await mirrors();
    await rm(join(h.mirrorsDir, name, 'packed-refs'));
    await expect(cloneAgain()).resolves.toMatchObject({ kind: 'succeeded' });
    await cloneAgain();
    expect(requests()).toEqual(['ls-refs']);
  });

  it('commit and push also when the mirror has gone', async () => {
    await clone();
    await cloneAgain();
    await rm(h.mirrorsDir, { recursive: true });
    await h.write('src/a.txt', 'ours\n');
    await h.commit({ path: 'src', message: 'ours' });
    await expect(h.push({ path: 'src' })).resolves.toMatchObject({
      kind: 'succeeded',
    });
    await expect(h.git('src', 'fsck', '--full')).resolves.toBe('');
  });

  it('have what was pushed from here, without bringing it', async () => {
    await clone();
    for (const text of ['ours\n', 'ours again\n']) {
      await cloneAgain();
      await h.write('src/deep/er/a.txt', text);
      await h.commit({ path: 'src', message: text });
      await h.push({ path: 'src' });
    }
    await cloneAgain();
    expect(requests()).toEqual(['ls-refs']);
    await expect(h.read('src/deep/er/a.txt')).resolves.toBe('ours again\n');
    await expect(h.git('src', 'fsck', '--full')).resolves.toBe('');
    const [name] = await mirrors();
    const packs = await listPackFiles(join(h.mirrorsDir, name));
    expect(packs.filter(file => file.endsWith('.pack'))).toHaveLength(3);
  });

  it('see what somebody pushed a moment ago, on another replica too', async () => {
    await clone();
    for (let n = 0; n < 3; n++) {
      const head = await h.server.commit(h.repo, {
        message: `${n}`,
        files: { n: `${n}` },
      });
      await expect(cloneAgain()).resolves.toMatchObject({
        output: { commits: { src: head } },
      });
      await expect(h.read('src/n')).resolves.toBe(`${n}`);
    }
    // Back to where it was: the newest is what the remote names, not what was pushed last.
    const first = await h.server.resolve(h.repo, 'main~3');
    await h.server.git(h.repo, 'update-ref', 'refs/heads/main', first!);
    await expect(cloneAgain()).resolves.toMatchObject({
      output: { commits: { src: first } },
    });
  });

  it('leave nothing of a Promotion behind', async () => {
    await clone();
    await h.write('src/a.txt', 'ours\n');
    await h.commit({ path: 'src', message: 'ours' });
    const commit = await h.git('src', 'rev-parse', 'HEAD');
    await expect(cloneAgain({ commit })).rejects.toThrow(commit);
  });

  it('ask for a commit alone that no ref leads to and that is here all the same', async () => {
    const before = await h.remoteHead();
    const hidden = await h.server.commit(h.repo, {
      message: 'hidden',
      files: { 'b.txt': 'two\n' },
    });
    await clone();
    await h.server.git(h.repo, 'update-ref', 'refs/heads/main', before!);
    await cloneAgain({ commit: hidden });
    await expect(h.read('src/b.txt')).resolves.toBe('two\n');
    await expect(h.git('src', 'rev-list', '--count', 'HEAD')).resolves.toBe(
      '2',
    );
    const [fetched, ...more] = h.server
      .stats()
      .log.filter(({ route }) => route === 'fetch');
    expect(more).toEqual([]);
    expect(fetched.bytes).toBeLessThan(1000);
    await expect(h.git('src', 'fsck', '--full')).resolves.toBe('');
  });

  it('keep what they bring when another process does so at the same time', async () => {
    const replicas = await Promise.all([1, 2, 3, 4].map(() => h.another()));
    await Promise.all(
      replicas.map(other => other.clone({ checkout: [{ path: 'src' }] })),
    );
    h.server.resetStats();
    await clone();
    expect(requests()).toEqual(['ls-refs']);
    const [name] = await mirrors();
    const left = await readdir(join(h.mirrorsDir, name));
    expect(left.sort()).toEqual([
      'HEAD',
      'config',
      'kargo-used',
      'objects',
      'packed-refs',
      'refs',
    ]);
  });

  it('clear away what a process left that was killed, once nobody is at it', async () => {
    await clone();
    const [name] = await mirrors();
    const pack = join(h.mirrorsDir, name, 'objects', 'pack');
    const left = [
      join(h.mirrorsDir, `${name}.1.trash`),
      join(h.mirrorsDir, name, 'HEAD.1.half'),
      join(pack, 'tmp_pack_1'),
    ];
    await Promise.all(left.map(file => writeFile(file, '')));
    await cloneAgain();
    expect(left.filter(existsSync)).toEqual(left);
    h.now = () => Date.now() + 2 * 60 * 60_000;
    await cloneAgain();
    expect(left.filter(existsSync)).toEqual([]);
    expect(requests()).toEqual(['ls-refs']);
  });

  describe('let nobody read what the remote does not let them read:', () => {
    it('a project with other credentials', async () => {
      await clone();
      h.credentials = { username: 'robot', password: SecretText.of('wrong') };
      await expect(cloneAgain()).rejects.toThrow('credentials');
      h.credentials = undefined;
      await expect(cloneAgain()).rejects.toThrow('credentials');
    });

    it('a project with another token of those that expire', async () => {
      const token = (password: string) => ({
        username: 'robot',
        password: SecretText.of(password),
        expiresAt: 1,
      });
      h.credentials = token(TOKEN);
      await clone();
      await cloneAgain();
      expect(requests()).toEqual(['ls-refs']);
      await expect(mirrors()).resolves.toHaveLength(1);
      h.credentials = token('of another installation');
      await expect(cloneAgain()).rejects.toThrow('credentials');
    });

    it('a commit that no ref leads to, unless the remote gives it', async () => {
      const before = await h.remoteHead();
      const hidden = await h.server.commit(h.repo, {
        message: 'hidden',
        files: { secret: 's' },
      });
      await clone();
      await h.server.git(h.repo, 'update-ref', 'refs/heads/main', before!);
      await h.server.git(h.repo, 'gc', '--quiet', '--prune=now');
      await expect(cloneAgain({ commit: hidden })).rejects.toThrow(
        'not our ref',
      );
      await expect(cloneAgain({ commit: hidden.slice(0, 12) })).rejects.toThrow(
        `commit "${hidden.slice(0, 12)}" does not exist`,
      );
    });
  });

  it('are whole again after a mirror was damaged', async () => {
    await clone();
    const [name] = await mirrors();
    const dir = join(h.mirrorsDir, name);
    const pack = (await listPackFiles(dir)).find(file => file.endsWith('pack'));
    const file = join(dir, 'objects', 'pack', pack!);
    await chmod(file, 0o600);
    await truncate(file, 600);
    // The first attempt may be the one that finds out.
    await cloneAgain().catch(() => {});
    await expect(cloneAgain()).resolves.toMatchObject({ kind: 'succeeded' });
    await expect(h.git('src', 'fsck', '--full')).resolves.toBe('');
  });

  it('come from few packs however many commits were pushed', async () => {
    await clone();
    for (let n = 0; n < 35; n++) {
      await h.server.commit(h.repo, { message: `${n}`, files: { n: `${n}` } });
      await cloneAgain();
    }
    const [name] = await mirrors();
    const packs = await listPackFiles(join(h.mirrorsDir, name));
    expect(packs.filter(file => file.endsWith('.pack')).length).toBeLessThan(
      15,
    );
    await expect(h.read('src/n')).resolves.toBe('34');
    await expect(h.git('src', 'fsck', '--full')).resolves.toBe('');
  });

  it('of a repository whose history is cut off end there, again and again', async () => {
    await h.server.commit(h.repo, { message: 'two', files: { b: 'b' } });
    await h.server.commit(h.repo, { message: 'three', files: { c: 'c' } });
    const last = await h.server.resolve(h.repo, 'main~1');
    await writeFile(join(h.server.repoPath(h.repo), 'shallow'), `${last}\n`);
    for (let count = 0; count < 3; count++) {
      await cloneAgain();
      await expect(h.git('src', 'log', '--format=%s')).resolves.toBe(
        'three\ntwo',
      );
      await expect(h.git('src', 'fsck', '--full')).resolves.toBe('');
    }
    await h.write('src/a.txt', 'ours\n');
    await h.commit({ path: 'src', message: 'ours' });
    await h.push({ path: 'src' });
    await cloneAgain();
    await expect(h.git('src', 'log', '--format=%s')).resolves.toBe(
      'ours\nthree\ntwo',
    );
  });

  it('of an empty repository come to nothing, again and again', async () => {
    await h.server.deleteRepo(h.repo);
    await h.server.createRepo(h.repo);
    for (let n = 0; n < 2; n++) {
      await h.loseWorkDir();
      await expect(
        clone({ branch: 'new', create: true }),
      ).resolves.toMatchObject({ kind: 'succeeded' });
    }
  });

  it('are made anew when their mirrors take up too much', async () => {
    await clone();
    h.mirrorLimits = { maxBytes: 1000 };
    await cloneAgain();
    await expect(mirrors()).resolves.toEqual([]);
    await cloneAgain();
    expect(requests()).toEqual(['advertise', 'ls-refs', 'fetch']);
  });
});
