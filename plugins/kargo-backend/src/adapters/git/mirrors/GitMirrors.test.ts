import {
  chmod,
  mkdtemp,
  readdir,
  readFile,
  rm,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SecretText } from 'backstage-plugin-kargo-node';
import { Fault, GitServer, startGitServer } from 'kargo-test';
import {
  GitRemote,
  HistoryCommit,
  HistoryWalk,
} from '../../../ports/GitClient';
import { FakeClock } from '../../../testing/FakeClock';
import { createHelperProcesses } from '../../../testing/helperProcesses';
import { ProcessCall } from '../../processes/ProcessStarter';
import { UndiciHttpClient } from '../../http/UndiciHttpClient';
import { createGitProgram, GitProgram } from '../process/gitEnvironment';
import { SmartHttp } from '../smart-http/SmartHttp';
import { GitMirrors } from './GitMirrors';

// Many short processes; on a busy machine they take their time.
jest.setTimeout(60_000);

const DAY = 86_400;
const at = (date: string) => Date.parse(`${date}T00:00:00Z`) / 1000;

const processes = createHelperProcesses();
afterAll(() => processes.stop());

describe('GitMirrors', () => {
  let root: string;
  let server: GitServer;
  let clock: FakeClock;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'mirrors-'));
    server = await startGitServer({ root: join(root, 'repos'), processes });
    clock = FakeClock.create('2026-01-01T00:00:00Z');
  });

  afterEach(async () => {
    await server.close();
    await rm(root, { recursive: true, force: true });
  });

  function openMirrors(
    options: {
      program?: Partial<GitProgram>;
      limits?: { maxBytes: number };
      smartHttp?: SmartHttp;
    } = {},
  ): GitMirrors {
    return GitMirrors.create({
      program: createGitProgram({
        tempDir: root,
        processes,
        ...options.program,
      }),
      cacheDir: join(root, 'cache'),
      clock,
      limits: options.limits,
      smartHttp: options.smartHttp,
    });
  }

  const remoteOf = (name: string): GitRemote => ({ url: server.repoURL(name) });

  async function headOf(mirrors: GitMirrors, remote: GitRemote) {
    const { refs } = await mirrors.listRefs(remote, { force: true });
    return refs.find(({ name }) => name === 'refs/heads/main')?.id ?? '';
  }

  async function walk(
    mirrors: GitMirrors,
    remote: GitRemote,
    options: Partial<HistoryWalk> = {},
  ): Promise<HistoryCommit[]> {
    const commits: HistoryCommit[] = [];
    const head = options.head ?? (await headOf(mirrors, remote));
    for await (const commit of mirrors.walkBranch(remote, {
      ref: 'refs/heads/main',
      ...options,
      head,
    })) {
      commits.push(commit);
    }
    return commits;
  }

  const subjects = (commits: HistoryCommit[]) => commits.map(c => c.subject);

  /** History with a merge, a move, an empty commit and a name that git would quote. */
  async function createHistory() {
    await server.createRepo('app');
    const steps: Array<[string, Record<string, string | undefined>]> = [
      ['h1', { 'apps/a/f': '1', 'docs/x': '1' }],
      ['h2', { 'apps/a/f': '2' }],
      ['move', { 'apps/a/f': undefined, 'apps/g': '2' }],
      ['h4', {}],
      ['h5', { 'docs/é file.txt': 'x' }],
    ];
    let date = at('2024-03-01');
    for (const [message, files] of steps) {
      await server.commit('app', { message, files, date });
      date += DAY;
    }
    const side = await server.commit('app', {
      branch: 'feature',
      parent: 'refs/heads/main',
      message: 'side',
      files: { 'docs/feat': 'x' },
      date,
    });
    await server.commit('app', {
      message: 'h6',
      files: { 'docs/feat': 'x' },
      merge: side,
      date: date + DAY,
    });
    return remoteOf('app');
  }

  it.each([true, false])(
    'walks first-parent history with touched paths (filters allowed: %s)',
    async allowed => {
      server.setAllowFilter(allowed);
      const remote = await createHistory();
      const mirrors = openMirrors();
      const commits = await walk(mirrors, remote, { withPaths: true });
      expect(commits.map(({ subject, paths }) => [subject, paths])).toEqual([
        ['h6', ['docs/feat']],
        ['h5', ['docs/é file.txt']],
        ['h4', []],
        ['move', ['apps/a/f', 'apps/g']],
        ['h2', ['apps/a/f']],
        ['h1', ['apps/a/f', 'docs/x']],
      ]);
      expect(commits[0]).toMatchObject({
        id: await server.resolve('app', 'main'),
        commitDate: '2024-03-07T00:00:00+00:00',
        author: 'Demo Developer <developer@example.com>',
        committer: 'Demo Developer <developer@example.com>',
      });
    },
  );

  it('reads no file contents and asks the server only once', async () => {
    const remote = await createHistory();
    const big = Buffer.alloc(300_000, 'incompressible? no matter');
    for (let i = 0; i < big.length; i += 7) big[i] = (i * 31) % 251;
    await server.commit('app', { message: 'big', files: { 'big.bin': big } });
    const mirrors = openMirrors();
    server.resetStats();
    await walk(mirrors, remote, { withPaths: true });
    await walk(mirrors, remote, { withPaths: true });
    expect(server.stats().byRoute.fetch).toBe(1);
    const bytes = server.stats().log.reduce((sum, r) => sum + r.bytes, 0);
    expect(bytes).toBeLessThan(20_000);
  });

  it('does not fetch trees when no paths are asked for', async () => {
    const remote = await createHistory();
    const mirrors = openMirrors();
    expect(subjects(await walk(mirrors, remote))).toEqual([
      'h6',
      'h5',
      'h4',
      'move',
      'h2',
      'h1',
    ]);
    const [name] = (await readdir(join(root, 'cache'))).filter(n =>
      n.endsWith('.git'),
    );
    expect(name).toMatch(/-commits\.git$/);
  });

  it('uses a mirror with trees for everybody once there is one', async () => {
    const remote = await createHistory();
    const mirrors = openMirrors();
    const head = await headOf(mirrors, remote);
    await walk(mirrors, remote, { head, withPaths: true });
    server.resetStats();
    expect(await walk(mirrors, remote, { head })).toHaveLength(6);
    expect(server.stats().requests).toBe(0);
  });

  it('stops at since, inclusive', async () => {
    const remote = await createHistory();
    const commits = await walk(openMirrors(), remote, {
      since: '2024-03-03T01:00:00+01:00',
    });
    expect(subjects(commits)).toEqual(['h6', 'h5', 'h4', 'move']);
  });

  it('lists only paths under the given directories', async () => {
    const remote = await createHistory();
    const commits = await walk(openMirrors(), remote, {
      withPaths: true,
      under: ['docs', 'apps/g'],
    });
    expect(commits.map(({ subject, paths }) => [subject, paths])).toEqual([
      ['h6', ['docs/feat']],
      ['h5', ['docs/é file.txt']],
      ['move', ['apps/g']],
      ['h1', ['docs/x']],
    ]);
  });

  it('walks from one commit to another, and knows first-parent ancestors', async () => {
    const remote = await createHistory();
    const mirrors = openMirrors();
    const head = await headOf(mirrors, remote);
    const h2 = (await server.resolve('app', 'main~4'))!;
    const side = (await server.resolve('app', 'feature'))!;
    const commits = await walk(mirrors, remote, { after: h2 });
    expect(subjects(commits)).toEqual(['h6', 'h5', 'h4', 'move']);
    const isAncestor = (ancestor: string) =>
      mirrors.isFirstParentAncestor(remote, {
        ref: 'refs/heads/main',
        head,
        ancestor,
      });
    await expect(isAncestor(h2)).resolves.toBe(true);
    await expect(isAncestor(head)).resolves.toBe(true);
    await expect(isAncestor(side)).resolves.toBe(false);
    await expect(isAncestor('0123456789'.repeat(4))).resolves.toBe(false);
  });

  it('follows new commits and a forced push', async () => {
    const remote = await createHistory();
    const mirrors = openMirrors();
    await walk(mirrors, remote);
    await server.commit('app', { message: 'h7', files: { z: '1' } });
    expect(subjects(await walk(mirrors, remote)).slice(0, 2)).toEqual([
      'h7',
      'h6',
    ]);
    await server.git('app', 'branch', '--force', 'main', 'main~3');
    await server.commit('app', { message: 'forced', files: { z: '2' } });
    expect(subjects(await walk(mirrors, remote))).toEqual([
      'forced',
      'h4',
      'move',
      'h2',
      'h1',
    ]);
  });

  it('reads a head that was forced away since it was listed', async () => {
    const remote = await createHistory();
    const mirrors = openMirrors();
    const head = await headOf(mirrors, remote);
    await server.git('app', 'branch', '--force', 'main', 'main~3');
    const commits = await walk(mirrors, remote, { head });
    expect(subjects(commits)[0]).toBe('h6');
  });

  it('replaces branch a by branch a/b', async () => {
    const remote = await createHistory();
    const mirrors = openMirrors();
    const main = (await server.resolve('app', 'main'))!;
    await server.git('app', 'branch', 'a', 'main');
    await walk(mirrors, remote, { ref: 'refs/heads/a', head: main });
    await server.git('app', 'branch', '-D', 'a');
    const head = await server.commit('app', {
      branch: 'a/b',
      parent: main,
      message: 'on a/b',
      files: { b: '1' },
    });
    const commits = await walk(mirrors, remote, {
      ref: 'refs/heads/a/b',
      head,
    });
    expect(subjects(commits)[0]).toBe('on a/b');
  });

  it('stops reading when the reader stops', async () => {
    const remote = await createHistory();
    const mirrors = openMirrors();
    const head = await headOf(mirrors, remote);
    const read: string[] = [];
    for await (const { subject } of mirrors.walkBranch(remote, {
      ref: 'refs/heads/main',
      head,
    })) {
      read.push(subject);
      break;
    }
    expect(read).toEqual(['h6']);
  });

  describe('tags', () => {
    async function createTags() {
      await server.createRepo('app');
      const c1 = await server.commit('app', {
        message: 'C1',
        files: { 'docs/a': '1' },
        date: at('2024-01-01'),
        tag: 'lw-old',
      });
      const c2 = await server.commit('app', {
        message: 'C2',
        files: { 'src/a': '1' },
        date: at('2024-01-07'),
        tag: 'lw-a',
      });
      await server.tag('app', {
        name: 'an-z',
        target: c2,
        message: 'for z\n\nmore',
        date: at('2024-01-07'),
      });
      await server.tag('app', {
        name: 'an-new-on-old',
        target: c1,
        message: 'late',
        date: at('2024-02-01'),
      });
      const inner = (await server.git('app', 'rev-parse', 'an-z')).trim();
      const nested = await tagObject('nested', inner, 'tag');
      const blob = (await server.git('app', 'rev-parse', 'main:docs/a')).trim();
      await server.git('app', 'update-ref', 'refs/tags/blob', blob);
      await tagObject('blob-annotated', blob, 'blob');
      const tree = (await server.git('app', 'rev-parse', 'main^{tree}')).trim();
      await server.git('app', 'update-ref', 'refs/tags/tree', tree);
      return { c1, c2, inner, nested };
    }

    /** Makes a tag of anything, which the server's `tag` does for commits only. */
    async function tagObject(name: string, target: string, type: string) {
      const file = join(root, 'tag-object');
      await writeFile(
        file,
        `object ${target}\ntype ${type}\ntag ${name}\ntagger T <t@x> ${at(
          '2024-02-05',
        )} +0200\n\n${name}\n`,
      );
      const id = (
        await server.git('app', 'hash-object', '-t', 'tag', '-w', file)
      ).trim();
      await server.git('app', 'update-ref', `refs/tags/${name}`, id);
      return id;
    }

    async function listTags(mirrors: GitMirrors, remote: GitRemote) {
      const { refs } = await mirrors.listRefs(remote, { force: true });
      return refs.filter(({ name }) => name.startsWith('refs/tags/'));
    }

    it.each([true, false])(
      'follows tags to their commits and leaves out others (filters allowed: %s)',
      async allowed => {
        server.setAllowFilter(allowed);
        const { c1, c2, nested } = await createTags();
        const mirrors = openMirrors();
        const remote = remoteOf('app');
        const tags = await mirrors.readTags(remote, {
          tags: await listTags(mirrors, remote),
        });
        expect(
          tags.map(({ tag, id, creatorDate }) => [tag, id, creatorDate]),
        ).toEqual([
          ['an-new-on-old', c1, '2024-02-01T00:00:00+00:00'],
          ['an-z', c2, '2024-01-07T00:00:00+00:00'],
          ['lw-a', c2, '2024-01-07T00:00:00+00:00'],
          ['lw-old', c1, '2024-01-01T00:00:00+00:00'],
          ['nested', c2, '2024-02-05T02:00:00+02:00'],
        ]);
        expect(tags[1]).toMatchObject({
          subject: 'C2',
          annotation: 'for z',
          tagger: 'Demo Developer <developer@example.com>',
        });
        expect(tags[2].annotation).toBeUndefined();
        expect(tags[4].tagObject).toBe(nested);
        await expect(mirrors.readPaths(remote, { tags })).resolves.toEqual([
          ['docs/a'],
          ['src/a'],
          ['src/a'],
          ['docs/a'],
          ['src/a'],
        ]);
      },
    );

    it('sees that a tag moved, and leaves out one that vanished', async () => {
      await createTags();
      const mirrors = openMirrors();
      const remote = remoteOf('app');
      const tags = await listTags(mirrors, remote);
      await mirrors.readTags(remote, { tags });
      await server.tag('app', { name: 'lw-a', target: 'main~1' });
      const moved = await mirrors.readTags(remote, {
        tags: (
          await listTags(mirrors, remote)
        ).filter(t => t.name.endsWith('lw-a')),
      });
      expect(moved[0].subject).toBe('C1');
      await server.tag('app', { name: 'late', target: 'main', message: 'x' });
      await server.tag('app', { name: 'later', target: 'main' });
      const listed = (await listTags(mirrors, remote)).filter(t =>
        t.name.includes('/late'),
      );
      await server.git('app', 'tag', '-d', 'late');
      await server.git('app', 'gc', '--quiet', '--prune=now');
      const left = await mirrors.readTags(remote, { tags: listed });
      expect(left.map(({ tag }) => tag)).toEqual(['later']);
    });

    it('reads thousands of tags in one fetch', async () => {
      await server.createRepo('app', { a: '1' });
      const id = await server.resolve('app', 'main');
      const packed = ['# pack-refs with: peeled fully-peeled sorted'];
      for (let i = 10_000; i < 13_000; i++)
        packed.push(`${id} refs/tags/v${i}`);
      await writeFile(
        join(server.repoPath('app'), 'packed-refs'),
        `${packed.join('\n')}\n`,
      );
      const mirrors = openMirrors();
      const remote = remoteOf('app');
      const listed = await listTags(mirrors, remote);
      server.resetStats();
      const tags = await mirrors.readTags(remote, { tags: listed });
      expect(tags).toHaveLength(3000);
      await mirrors.readTags(remote, { tags: listed });
      expect(server.stats().byRoute.fetch).toBeLessThanOrEqual(3);
    });
  });

  describe('compareCommits', () => {
    const limit = 10;

    it('tells what two commits have that the other has not, through merges', async () => {
      const remote = await createHistory();
      const mirrors = openMirrors();
      const [to, , , from] = await walk(mirrors, remote);
      server.resetStats();
      const ask = (request: { from: string; to: string; limit: number }) =>
        mirrors.compareCommits(remote, { refs: [], ...request });
      const forward = await ask({ from: from.id, to: to.id, limit });
      expect(subjects(forward!.added.commits)).toEqual([
        'h6',
        'side',
        'h5',
        'h4',
      ]);
      expect(forward!.removed).toEqual({ commits: [], isCut: false });
      const back = await ask({ from: to.id, to: from.id, limit: 2 });
      expect(back!.added.commits).toEqual([]);
      expect(subjects(back!.removed.commits)).toEqual(['h6', 'side']);
      expect(back!.removed.isCut).toBe(true);
      // The mirror had both.
      expect(server.stats().byRoute).toEqual({});
    });

    it('fetches what discovery of another replica has read', async () => {
      await createHistory();
      const [to, from] = await Promise.all(
        ['main', 'main~2'].map(
          async name => (await server.resolve('app', name)) ?? '',
        ),
      );
      const range = await openMirrors().compareCommits(remoteOf('app'), {
        from,
        to,
        refs: ['refs/heads/gone', 'refs/heads/main'],
        limit,
      });
      expect(subjects(range!.added.commits)).toEqual(['h6', 'side', 'h5']);
    });

    it('waits no longer for a fetch under way than its caller', async () => {
      const remote = await createHistory();
      const mirrors = openMirrors();
      const [{ id }] = await walk(mirrors, remote);
      await server.commit('app', { message: 'h7', files: { f: '7' } });
      const undo = server.faults.always({ kind: 'hang' }, { route: 'fetch' });
      const discovery = new AbortController();
      server.resetStats();
      const fetching = walk(mirrors, remote, { signal: discovery.signal });
      await server.waitForRequests('fetch');
      const caller = new AbortController();
      const comparing = mirrors.compareCommits(remote, {
        from: id,
        to: id,
        refs: [],
        limit,
        signal: caller.signal,
      });
      caller.abort(new Error('waited long enough'));
      await expect(comparing).rejects.toThrow('waited long enough');
      discovery.abort(new Error('stopped'));
      await expect(fetching).rejects.toThrow('stopped');
      undo();
    });

    it('tells nothing any more once the remote has refused the credentials', async () => {
      const remote = await createHistory();
      const mirrors = openMirrors();
      const [to, from] = await walk(mirrors, remote);
      const undo = server.faults.always({ kind: 'status', status: 401 });
      // As long as one list of refs answers.
      await clock.advance(60_000);
      const ask = () =>
        mirrors.compareCommits(remote, {
          from: from.id,
          to: to.id,
          refs: [],
          limit,
        });
      await expect(mirrors.listRefs(remote, { force: true })).rejects.toThrow();
      await expect(ask()).rejects.toThrow('credentials');
      undo();
      await expect(ask()).resolves.toBeDefined();
    });

    it('knows nothing of commits that no ref leads to, and keeps its mirror', async () => {
      const remote = await createHistory();
      const mirrors = openMirrors();
      const [to] = await walk(mirrors, remote);
      server.resetStats();
      for (const refs of [[], ['refs/heads/main'], ['refs/heads/gone']]) {
        await expect(
          mirrors.compareCommits(remote, {
            from: 'f'.repeat(40),
            to: to.id,
            refs,
            limit,
          }),
        ).resolves.toBeUndefined();
      }
      expect(await walk(mirrors, remote)).toHaveLength(6);
      expect(server.stats().byRoute.fetch ?? 0).toBe(0);
    });
  });

  describe('listRefs', () => {
    it('knows the default branch when asked', async () => {
      await server.createRepo('app', { a: '1' }, { branch: 'trunk' });
      const mirrors = openMirrors();
      const id = await server.resolve('app', 'trunk');
      await expect(
        mirrors.listRefs(remoteOf('app'), { withHead: true }),
      ).resolves.toEqual({
        defaultBranch: 'trunk',
        refs: [
          { name: 'HEAD', id },
          { name: 'refs/heads/trunk', id },
        ],
      });
    });

    describe('over HTTP, without git', () => {
      const http = UndiciHttpClient.create({ egress: { allowLoopback: true } });
      afterAll(() => http.close());

      const started: string[] = [];
      const openShortcut = () => {
        started.length = 0;
        const program = {
          processes: {
            start: (call: ProcessCall) => {
              started.push(call.args[0]);
              return processes.start(call);
            },
          },
        };
        const smartHttp = SmartHttp.create({
          http,
          program: createGitProgram({ tempDir: root, ...program }),
        });
        return openMirrors({ program, smartHttp });
      };
      const ask = (mirrors: GitMirrors, withHead = true) =>
        mirrors.listRefs(remoteOf('app'), { withHead, force: true });

      beforeEach(async () => {
        await server.createRepo('app', { a: '1' }, { branch: 'trunk' });
        const target = (await server.resolve('app', 'trunk'))!;
        await server.tag('app', { name: 'v1', target, message: 'one' });
        await server.git('app', 'update-ref', 'refs/pull/1/head', target);
        server.resetStats();
      });

      it('names what git names, in one request', async () => {
        const refs = await ask(openShortcut());
        expect(server.stats().byRoute).toEqual({ 'ls-refs': 1 });
        expect(started).toEqual([]);
        expect(refs).toEqual(await ask(openMirrors()));
      });

      it.each<[string, Fault]>([
        ['refuses', { kind: 'status', status: 403 }],
        ['is gone before it answers', { kind: 'reset' }],
        ['answers half', { kind: 'truncate', afterBytes: 20 }],
      ])('leaves a host that %s to git, and goes on so', async (_, fault) => {
        server.faults.add(fault, { route: 'ls-refs' });
        const mirrors = openShortcut();
        await expect(ask(mirrors)).resolves.toMatchObject({
          defaultBranch: 'trunk',
        });
        await ask(mirrors);
        expect(started).toEqual(['ls-remote', 'ls-remote']);
      });

      it('has the words of git for what both of them meet', async () => {
        server.faults.always({ kind: 'status', status: 401 });
        await expect(ask(openShortcut())).rejects.toMatchObject({
          name: 'CredentialsRejectedError',
        });
      });
    });

    it('asks once for fifty callers, and again when time has passed', async () => {
      await server.createRepo('app', { a: '1' });
      const mirrors = openMirrors();
      server.resetStats();
      const ask = (force = false) =>
        Promise.all(
          Array.from({ length: 50 }, () =>
            mirrors.listRefs(remoteOf('app'), { force }),
          ),
        );
      await ask();
      await ask();
      expect(server.stats().byRoute['ls-refs']).toBe(1);
      // How old a list is does not depend on what the clock is set to.
      clock.jump(-3_600_000);
      await clock.advance(15_000);
      await ask();
      expect(server.stats().byRoute['ls-refs']).toBe(2);
      clock.jump(7_200_000);
      await ask();
      expect(server.stats().byRoute['ls-refs']).toBe(2);
      await ask(true);
      // Those that came while the first call was under way share the second.
      expect(server.stats().byRoute['ls-refs']).toBe(4);
    });

    it('answers a forced caller with a call that started after it asked', async () => {
      await server.createRepo('app', { a: '1' });
      const mirrors = openMirrors();
      const first = mirrors.listRefs(remoteOf('app'), {});
      const id = await server.commit('app', {
        message: 'x',
        files: { b: '1' },
      });
      const { refs } = await mirrors.listRefs(remoteOf('app'), { force: true });
      expect(refs).toEqual([{ name: 'refs/heads/main', id }]);
      await first;
    });

    it('asks once for all forced callers of one work', async () => {
      await server.createRepo('app', { a: '1' });
      const mirrors = openMirrors();
      server.resetStats();
      const { signal } = new AbortController();
      const ask = (withHead = false) =>
        mirrors.listRefs(remoteOf('app'), { force: true, withHead, signal });
      await Promise.all([ask(), ask(), ask()]);
      expect(server.stats().byRoute['ls-refs']).toBe(1);
      // One that is over is not taken: its caller may know that it is no longer true.
      await ask();
      expect(server.stats().byRoute['ls-refs']).toBe(2);
    });

    it('does not ask an unreachable host again at once', async () => {
      await server.createRepo('app', { a: '1' });
      const mirrors = openMirrors();
      const undo = server.faults.always({ kind: 'reset' });
      server.resetStats();
      const ask = () => mirrors.listRefs(remoteOf('app'), {});
      await expect(ask()).rejects.toMatchObject({
        name: 'UpstreamUnavailableError',
      });
      const { requests } = server.stats();
      await expect(ask()).rejects.toMatchObject({
        name: 'UpstreamUnavailableError',
      });
      expect(server.stats().requests).toBe(requests);
      undo();
      await clock.advance(15_000);
      await expect(ask()).resolves.toMatchObject({ refs: [{}] });
    });

    it('does not ask a host before the time that it names, unless somebody wants to know', async () => {
      await server.createRepo('app', { a: '1' });
      const mirrors = openMirrors({ program: { now: () => clock.now() } });
      const headers = { 'retry-after': '60' };
      server.faults.add({ kind: 'status', status: 429, headers });
      const ask = (force = false) =>
        mirrors.listRefs(remoteOf('app'), { force });
      const throttled = {
        name: 'UpstreamUnavailableError',
        retryAt: clock.now() + 60_000,
      };
      await expect(ask()).rejects.toMatchObject(throttled);
      await clock.advance(59_000);
      await expect(ask()).rejects.toMatchObject(throttled);
      await clock.advance(1_000);
      await expect(ask()).resolves.toMatchObject({ refs: [{}] });
      await clock.advance(15_000);
      server.faults.add({ kind: 'status', status: 429, headers });
      await expect(ask()).rejects.toMatchObject({
        retryAt: expect.any(Number),
      });
      await expect(ask(true)).resolves.toMatchObject({ refs: [{}] });
    });

    it('goes on for the others when one caller gives up', async () => {
      await server.createRepo('app', { a: '1' });
      const mirrors = openMirrors();
      const controller = new AbortController();
      const gone = mirrors.listRefs(remoteOf('app'), {
        signal: controller.signal,
      });
      const stays = mirrors.listRefs(remoteOf('app'), {});
      controller.abort(new Error('not interested'));
      await expect(gone).rejects.toThrow('not interested');
      await expect(stays).resolves.toMatchObject({ refs: [{}] });
    });

    it('stops asking when nobody waits any more', async () => {
      await server.createRepo('app', { a: '1' });
      const mirrors = openMirrors();
      const undo = server.faults.always({ kind: 'hang' });
      const controller = new AbortController();
      const gone = mirrors.listRefs(remoteOf('app'), {
        signal: controller.signal,
      });
      await server.waitForRequests('advertise');
      controller.abort(new Error('not interested'));
      await expect(gone).rejects.toThrow('not interested');
      undo();
      await expect(
        mirrors.listRefs(remoteOf('app'), {}),
      ).resolves.toMatchObject({ refs: [{}] });
    });
  });

  it('fetches once for many readers of the same branch', async () => {
    const remote = await createHistory();
    const mirrors = openMirrors();
    const head = await headOf(mirrors, remote);
    server.resetStats();
    const walks = await Promise.all(
      Array.from({ length: 20 }, () =>
        walk(mirrors, remote, { head, withPaths: true }),
      ),
    );
    expect(walks.every(commits => commits.length === 6)).toBe(true);
    expect(server.stats().byRoute.fetch).toBeLessThanOrEqual(2);
  });

  it('makes a broken mirror anew', async () => {
    const remote = await createHistory();
    await walk(openMirrors(), remote, { withPaths: true });
    const [mirror] = (await readdir(join(root, 'cache'))).filter(n =>
      n.endsWith('-trees.git'),
    );
    const packs = join(root, 'cache', mirror, 'objects', 'pack');
    for (const name of await readdir(packs)) {
      if (name.endsWith('.pack')) {
        await chmod(join(packs, name), 0o600);
        await truncate(join(packs, name), 40);
      }
    }
    const commits = await walk(openMirrors(), remote, { withPaths: true });
    expect(subjects(commits)).toHaveLength(6);
  });

  it('makes a mirror anew that somebody deleted', async () => {
    const remote = await createHistory();
    const mirrors = openMirrors();
    await walk(mirrors, remote);
    await rm(join(root, 'cache'), { recursive: true });
    expect(subjects(await walk(mirrors, remote))).toHaveLength(6);
  });

  it('compares in a mirror anew that somebody deleted', async () => {
    const remote = await createHistory();
    const mirrors = openMirrors();
    const [to, from] = await walk(mirrors, remote);
    await rm(join(root, 'cache'), { recursive: true });
    const range = await mirrors.compareCommits(remote, {
      from: from.id,
      to: to.id,
      refs: ['refs/heads/main'],
      limit: 10,
    });
    expect(subjects(range!.added.commits)).toContain('h6');
  });

  it('tells that its folder cannot be used, and goes on when it can', async () => {
    const remote = await createHistory();
    const mirrors = openMirrors();
    await writeFile(join(root, 'cache'), '');
    await expect(walk(mirrors, remote)).rejects.toThrow(
      /^the portal cannot use its folder for git mirrors \((ENOTDIR|EEXIST)\), which is in kargo.workingDirectory$/,
    );
    await rm(join(root, 'cache'));
    expect(subjects(await walk(mirrors, remote))).toHaveLength(6);
  });

  it('goes on after an interrupted fetch left its locks', async () => {
    const remote = await createHistory();
    await walk(openMirrors(), remote);
    const [mirror] = (await readdir(join(root, 'cache'))).filter(n =>
      n.endsWith('.git'),
    );
    await writeFile(join(root, 'cache', mirror, 'packed-refs.lock'), '');
    await writeFile(join(root, 'cache', mirror, 'config.lock'), '');
    await server.commit('app', { message: 'h7', files: { z: '1' } });
    server.resetStats();
    expect(subjects(await walk(openMirrors(), remote))[0]).toBe('h7');
    expect(
      server.stats().log.reduce((sum, r) => sum + r.bytes, 0),
    ).toBeLessThan(3000);
  });

  it.each([
    ['dropped', { kind: 'reset' }],
    ['truncated', { kind: 'truncate', afterBytes: 300 }],
    ['refused', { kind: 'status', status: 502 }],
  ] as const)('recovers after a fetch was %s', async (_name, fault) => {
    const remote = await createHistory();
    const mirrors = openMirrors();
    const head = await headOf(mirrors, remote);
    const undo = server.faults.always(fault, { route: 'fetch' });
    await expect(walk(mirrors, remote, { head })).rejects.toMatchObject({
      name: 'UpstreamUnavailableError',
    });
    undo();
    expect(subjects(await walk(mirrors, remote, { head }))).toHaveLength(6);
  });

  it('breaks off a transfer that stalls', async () => {
    const remote = await createHistory();
    const mirrors = openMirrors({
      program: { stall: { bytesPerSecond: 1000, seconds: 1 } },
    });
    const undo = server.faults.always({ kind: 'hang' });
    await expect(mirrors.listRefs(remote, {})).rejects.toMatchObject({
      name: 'UpstreamUnavailableError',
    });
    undo();
  });

  it('keeps the mirrors of tenants apart and secrets out of them', async () => {
    await server.close();
    const password = 'correct-horse';
    server = await startGitServer({
      root: join(root, 'repos'),
      auth: { username: 'robot', password },
      processes,
    });
    await createHistory();
    const log = join(root, 'argv.log');
    const wrapper = join(root, 'git-wrapper.sh');
    await writeFile(
      wrapper,
      `#!/bin/sh\nprintf '%s\\n' "$@" >> '${log}'\nexec git "$@"\n`,
    );
    await chmod(wrapper, 0o700);
    const mirrors = openMirrors({ program: { path: wrapper } });
    const good: GitRemote = {
      url: server.repoURL('app'),
      credentials: { username: 'robot', password: SecretText.of(password) },
    };
    const head = await headOf(mirrors, good);
    expect(await walk(mirrors, good, { head, withPaths: true })).toHaveLength(
      6,
    );
    for (const credentials of [
      undefined,
      { username: 'robot', password: SecretText.of('guess') },
      { username: 'robot', password: SecretText.of('guess'), expiresAt: 1 },
    ]) {
      await expect(
        walk(mirrors, { ...good, credentials }, { head }),
      ).rejects.toMatchObject({ name: 'CredentialsRejectedError' });
    }
    const rotating = (token: string): GitRemote => ({
      ...good,
      credentials: {
        username: 'robot',
        password: SecretText.of(token),
        expiresAt: clock.now(),
      },
    });
    expect(await walk(mirrors, rotating(password), { head })).toHaveLength(6);
    await expect(
      walk(mirrors, rotating('stale'), { head }),
    ).rejects.toMatchObject({ name: 'CredentialsRejectedError' });
    const names = await readdir(join(root, 'cache'), {
      recursive: true,
      withFileTypes: true,
    });
    for (const entry of names.filter(e => e.isFile())) {
      const content = await readFile(
        join(entry.parentPath, entry.name),
        'latin1',
      );
      expect(content).not.toContain(password);
    }
    expect(await readFile(log, 'utf8')).not.toContain(password);
  });

  it('throws away what was least recently used when the folder is full', async () => {
    await createHistory();
    await server.createRepo('other', { a: '1' });
    const mirrors = openMirrors({ limits: { maxBytes: 1 } });
    await walk(mirrors, remoteOf('app'));
    clock.jump(-7200_000);
    await clock.advance(3600_000);
    await walk(mirrors, remoteOf('other'));
    const left = (await readdir(join(root, 'cache'))).filter(n =>
      n.endsWith('.git'),
    );
    expect(left).toEqual([]);
    expect(await walk(mirrors, remoteOf('app'))).toHaveLength(6);
  });
});
