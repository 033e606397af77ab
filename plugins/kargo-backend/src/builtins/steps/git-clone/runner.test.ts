import { JsonObject } from 'backstage-plugin-kargo-common';
import { access, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { startGitServer } from 'kargo-test';
import { GitStepHarness } from '../../../testing/GitStepHarness';

jest.setTimeout(120_000);

describe('git-clone', () => {
  let h: GitStepHarness;

  beforeAll(async () => {
    h = await GitStepHarness.start();
  });
  beforeEach(() => h.reset());
  afterAll(() => h.close());

  it('checks out a commit with a detached HEAD, named by the path as written', async () => {
    const id = await h.remoteHead();
    await expect(
      h.clone({ checkout: [{ path: './src', commit: id! }] }),
    ).resolves.toEqual({
      kind: 'succeeded',
      output: { commits: { './src': id } },
    });
    await expect(
      h.git('src', 'rev-parse', '--abbrev-ref', 'HEAD'),
    ).resolves.toBe('HEAD');
    await expect(h.read('src/a.txt')).resolves.toBe('one\n');
  });

  it('checks out a branch, a tag and the default branch beside each other', async () => {
    const first = await h.remoteHead();
    await h.server.tag(h.repo, { name: 'v1', target: 'main' });
    const second = await h.server.commit(h.repo, {
      branch: 'stage/dev',
      message: 'dev',
      files: { 'b.txt': 'two' },
    });
    await expect(
      h.clone({
        checkout: [
          { path: 'out', branch: 'stage/dev', as: 'dev', commit: '' },
          { path: 'tag', tag: 'v1' },
          { path: 'deep/down/src' },
        ],
      }),
    ).resolves.toMatchObject({
      output: { commits: { dev: second, tag: first, 'deep/down/src': first } },
    });
    await expect(h.git('out', 'symbolic-ref', '--short', 'HEAD')).resolves.toBe(
      'stage/dev',
    );
    await expect(
      h.git('deep/down/src', 'symbolic-ref', '--short', 'HEAD'),
    ).resolves.toBe('main');
  });

  it('makes an orphan branch when told to, once', async () => {
    const config = {
      checkout: [{ path: 'out', branch: 'stage/dev', create: true }],
    };
    await expect(h.clone(config)).resolves.toMatchObject({ kind: 'succeeded' });
    await expect(readdir(path.join(h.workDir, 'out'))).resolves.toEqual([
      '.git',
    ]);
    await expect(h.remoteLog('stage/dev')).resolves.toEqual(['Initial commit']);
    const head = await h.remoteHead('stage/dev');
    await h.loseWorkDir();
    await expect(h.clone(config)).resolves.toMatchObject({
      output: { commits: { out: head } },
    });
    await expect(h.remoteLog('stage/dev')).resolves.toEqual(['Initial commit']);
  });

  it('commits as the system unless an author is given', async () => {
    await h.clone({ checkout: [{ path: 'out', branch: 'b1', create: true }] });
    await h.clone(
      {
        author: { name: 'Ada', email: 'ada@example.com' },
        checkout: [{ path: 'out2', branch: 'b2', create: true }],
      },
      'other',
    );
    await expect(
      h.git('out', 'log', '-1', '--format=%an <%ae> %cn'),
    ).resolves.toBe('Kargo <no-reply@kargo.io> Kargo');
    await expect(
      h.git('out2', 'log', '-1', '--format=%an <%ae> %cn'),
    ).resolves.toBe('Ada <ada@example.com> Ada');
  });

  it.each<[string, JsonObject[], string]>([
    [
      'a missing branch',
      [{ path: 'out', branch: 'nope' }],
      'set "create: true"',
    ],
    [
      'a missing tag',
      [{ path: 'out', tag: 'nope' }],
      'tag "nope" does not exist',
    ],
    [
      'a missing commit',
      [{ path: 'out', commit: 'abcdef1' }],
      'commit "abcdef1" does not exist',
    ],
    [
      'an option for a commit',
      [{ path: 'out', commit: '--all' }],
      'commit "--all" does not exist',
    ],
    [
      'a bad branch name',
      [{ path: 'out', branch: '-x', create: true }],
      'git check-ref-format failed',
    ],
    [
      'one branch twice',
      [
        { path: 'a', branch: 'main' },
        { path: 'b', branch: 'main' },
      ],
      'already checked out',
    ],
    [
      'a pattern as a sparse folder',
      [{ path: 'out', sparse: ['dir*'] }],
      'sparse pattern "dir*"',
    ],
    [
      'a sparse folder outside',
      [{ path: 'out', sparse: ['../x'] }],
      'sparse pattern "../x"',
    ],
    [
      'an absolute sparse folder',
      [{ path: 'out', sparse: ['/x'] }],
      'sparse pattern "/x"',
    ],
    ['the reserved folder', [{ path: '.kargo/x' }], 'reserved'],
  ])('throws on %s', async (_, checkout, message) => {
    const error: Error = await h.clone({ checkout }).then(
      () => new Error('it succeeded'),
      e => e,
    );
    expect(error.message).toContain(message);
    expect(error.message).not.toContain(h.workDir);
    await expect(access(path.join(h.workDir, 'out'))).rejects.toThrow();
  });

  it('leaves a folder alone that has content already', async () => {
    await h.write('out/mine', 'x');
    await expect(h.clone({ checkout: [{ path: 'out' }] })).rejects.toThrow(
      'already exists',
    );
    await expect(h.read('out/mine')).resolves.toBe('x');
  });

  it('starts over when an earlier attempt got half way', async () => {
    await expect(
      h.clone({ checkout: [{ path: 'one' }, { path: 'two', branch: 'nope' }] }),
    ).rejects.toThrow();
    await expect(h.read('one/a.txt')).resolves.toBe('one\n');
    await expect(
      h.clone({
        checkout: [{ path: 'one' }, { path: 'two', branch: 'x', create: true }],
      }),
    ).resolves.toMatchObject({ kind: 'succeeded' });
  });

  it.each([
    ['the default branch', {}],
    ['a branch', { branch: 'main' }],
    ['a branch in full', { branch: 'refs/heads/main' }],
  ])('checks out %s, also when a tag has its name', async (_, ref) => {
    await h.server.tag(h.repo, { name: 'main', target: 'main' });
    const head = await h.server.commit(h.repo, {
      message: 'more',
      files: { b: 'b' },
    });
    await expect(
      h.clone({ checkout: [{ path: 'src', ...ref }] }),
    ).resolves.toMatchObject({ output: { commits: { src: head } } });
    await expect(h.git('src', 'symbolic-ref', 'HEAD')).resolves.toBe(
      'refs/heads/main',
    );
  });

  it('makes a branch that was named in full', async () => {
    await h.clone({
      checkout: [{ path: 'src', branch: 'refs/heads/new', create: true }],
    });
    await expect(h.server.branches(h.repo)).resolves.toEqual(['main', 'new']);
  });

  it('restricts a checkout to folders', async () => {
    await h.server.commit(h.repo, {
      message: 'more',
      files: { 'x/a': '1', 'y/b': '2', top: '3' },
    });
    await h.clone({ checkout: [{ path: 'out', sparse: ['x'] }] });
    const names = await readdir(path.join(h.workDir, 'out'));
    expect(names.sort()).toEqual(['.git', 'a.txt', 'top', 'x']);
  });

  it('fetches contents only when needed from a server that can', async () => {
    await expect(
      h.clone({ blobless: true, checkout: [{ path: 'out' }] }),
    ).resolves.toMatchObject({ kind: 'succeeded' });
    await expect(h.read('out/a.txt')).resolves.toBe('one\n');
    await h.write('out/a.txt', 'two\n');
    await h.commit({ path: 'out', message: 'edit' });
    await expect(h.push({ path: 'out' })).resolves.toMatchObject({
      kind: 'succeeded',
    });
    await expect(h.server.readFile(h.repo, 'main', 'a.txt')).resolves.toBe(
      'two\n',
    );
  });

  describe('submodules', () => {
    async function aLibrary(name: string): Promise<string> {
      await h.server.createRepo(name, { 'lib.txt': `${name}\n` });
      return (await h.server.resolve(name, 'main')) ?? '';
    }

    const cloneAll = () =>
      h.clone({
        recurseSubmodules: true,
        checkout: [{ path: 'src', branch: 'main' }],
      });

    it('come along, theirs too, with the same credentials', async () => {
      const inner = `${h.repo}-inner`;
      const lib = `${h.repo}-lib`;
      const commit = await aLibrary(inner);
      await aLibrary(lib);
      await h.addSubmodules(lib, { inner: { url: `../${inner}.git`, commit } });
      await h.addSubmodules(h.repo, {
        'my lib': {
          url: `../${lib}.git`,
          commit: (await h.server.resolve(lib, 'main')) ?? '',
        },
      });
      await cloneAll();
      await expect(h.read('src/my lib/lib.txt')).resolves.toBe(`${lib}\n`);
      await expect(h.read('src/my lib/inner/lib.txt')).resolves.toBe(
        `${inner}\n`,
      );
    });

    it('come from other hosts, without the credentials', async () => {
      const other = await startGitServer({
        root: path.join(h.root, `other-${h.repo}`),
        processes: h.processes,
      });
      try {
        await other.createRepo('lib', { 'lib.txt': 'far\n' });
        const commit = (await other.resolve('lib', 'main')) ?? '';
        await h.addSubmodules(h.repo, {
          lib: { url: other.repoURL('lib'), commit },
        });
        await cloneAll();
        await expect(h.read('src/lib/lib.txt')).resolves.toBe('far\n');
        expect(other.stats().requests).toBeGreaterThan(0);
        for (const { headers } of other.stats().log) {
          expect(headers.authorization).toBeUndefined();
        }
      } finally {
        await other.close();
      }
    });

    /** A repository whose commits are each a submodule of the next one. */
    async function nest(levels: number): Promise<void> {
      let commit = (await h.remoteHead()) ?? '';
      for (let level = 0; level < levels; level += 1) {
        const url = `../${h.repo}.git`;
        commit = await h.addSubmodules(h.repo, { in: { url, commit } });
      }
    }

    it('come along however they are nested, up to 8 levels', async () => {
      await nest(8);
      await cloneAll();
      await expect(h.read(`src/${'in/'.repeat(8)}a.txt`)).resolves.toBe(
        'one\n',
      );
    });

    it('are given up in a repository whose submodules are nested deeper than 8 levels', async () => {
      await nest(9);
      await expect(cloneAll()).rejects.toThrow(
        'the submodule "in/in/in/in/in/in/in/in/in" is nested deeper than 8 levels',
      );
      await expect(h.read('src/a.txt')).rejects.toThrow('ENOENT');
    });

    it.each([
      ['one repository', 101, 0, 'm100'],
      ['a repository and those of its submodules', 60, 60, 'm0/m40'],
    ])(
      'are given up when there are more than 100 submodules of %s',
      async (_, own, theirs, name) => {
        const inner = `${h.repo}-inner`;
        const lib = `${h.repo}-lib`;
        const many = (count: number, url: string, commit: string) =>
          Object.fromEntries(
            Array.from({ length: count }, (__, index) => [
              `m${index}`,
              { url, commit },
            ]),
          );
        const innermost = await aLibrary(inner);
        await aLibrary(lib);
        const commit = await h.addSubmodules(
          lib,
          many(theirs, `../${inner}.git`, innermost),
        );
        await h.addSubmodules(h.repo, many(own, `../${lib}.git`, commit));
        await expect(cloneAll()).rejects.toThrow(
          `there are more than 100 submodules, the next one is "${name}"`,
        );
        await expect(h.read('src/a.txt')).rejects.toThrow('ENOENT');
      },
    );

    it('are given up when more than 1000 are named, also when none is there', async () => {
      const names = Array.from({ length: 1001 }, (_, index) => `m${index}`);
      const declarations = names.map(
        name => `[submodule "${name}"]\n\tpath = ${name}\n\turl = ../lib.git\n`,
      );
      await h.server.commit(h.repo, {
        message: 'name many',
        files: { '.gitmodules': declarations.join('') },
      });
      await expect(cloneAll()).rejects.toThrow(
        '".gitmodules" names more than 1000 submodules',
      );
    });

    it.each([
      ['http://10.0.0.1/lib.git', '10.0.0.1 is a private address'],
      ['git@169.254.169.254:lib', '169.254.169.254 is a link-local address'],
      ['file:///etc', 'the host of the repository URL cannot be read'],
    ])('at %s are refused', async (url, message) => {
      const commit = await aLibrary(`${h.repo}-lib`);
      await h.addSubmodules(h.repo, { lib: { url, commit } });
      await expect(cloneAll()).rejects.toThrow(message);
      // Half a checkout would pass for a whole one.
      await expect(h.read('src/a.txt')).rejects.toThrow('ENOENT');
    });
  });

  it('does not clone from where the portal may not connect to', async () => {
    h.egress = {};
    await expect(h.clone({ checkout: [{ path: 'out' }] })).rejects.toThrow(
      '127.0.0.1 is a loopback address, which the portal does not connect to',
    );
    expect(h.server.stats().requests).toBe(0);
  });

  it('stops when the Promotion is aborted, and can start over', async () => {
    const aborter = new AbortController();
    h.signal = aborter.signal;
    const takeBack = h.server.faults.add({ kind: 'hang' }, { route: 'fetch' });
    const ended = h.clone({ checkout: [{ path: 'out' }] }).catch(e => e);
    await h.server.waitForRequests('fetch');
    aborter.abort(new Error('aborted by a person'));
    await expect(ended).resolves.toEqual(new Error('aborted by a person'));
    takeBack();
    h.signal = undefined;
    await expect(
      h.clone({ checkout: [{ path: 'out' }] }),
    ).resolves.toMatchObject({ kind: 'succeeded' });
  });

  it('keeps the password out of everything it writes', async () => {
    await h.clone({ checkout: [{ path: 'out' }] });
    const [clone] = await readdir(h.clonesDir);
    const config = await readFile(
      path.join(h.clonesDir, clone, 'repo', 'config'),
      'utf8',
    );
    expect(config).toContain(h.repoURL);
    expect(config).not.toContain('pa55');
  });

  it.each<[JsonObject, string]>([
    [
      { path: 'p', branch: 'b', tag: 't' },
      'checkout.0: Must validate one and only one schema (oneOf): give at most one of "branch", "tag" and "commit"',
    ],
    [
      { path: 'p', branch: 'refs/tags/v1', create: true },
      'checkout.0.branch: expected a branch, by its name or as refs/heads/NAME',
    ],
    [
      { path: 'p', tag: 'refs/heads/main' },
      'checkout.0.tag: expected a tag, by its name or as refs/tags/NAME',
    ],
    [
      { path: 'p', branch: null },
      'checkout.0.branch: Invalid type. Expected: string, given: null',
    ],
    [
      { path: 'p', fromFreight: true },
      'checkout.0: Additional property fromFreight is not allowed',
    ],
    [
      { path: 'p', commit: 12345678 },
      'checkout.0.commit: Invalid type. Expected: string, given: integer',
    ],
    [
      { path: 'p', sparse: [] },
      'checkout.0.sparse: Array must have at least 1 items',
    ],
  ])('refuses the checkout %j', async (checkout, problem) => {
    await expect(h.clone({ checkout: [checkout] })).resolves.toEqual({
      kind: 'failed',
      final: true,
      reason: `invalid git-clone config: ${problem}`,
    });
  });

  it('refuses two checkouts of one alias', async () => {
    await expect(
      h.clone({
        checkout: [
          { path: 'p', as: 'a' },
          { path: 'q', as: 'a' },
        ],
      }),
    ).resolves.toMatchObject({
      kind: 'failed',
      final: true,
      reason: expect.stringContaining('duplicate alias "a" at checkout[1]'),
    });
  });
});
