import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  GitDiscoveryResult,
  GitSubscription,
} from 'backstage-plugin-kargo-common';
import {
  PreviousDiscovery,
  RepoCredentials,
  SecretText,
} from 'backstage-plugin-kargo-node';
import { GitServer, startGitServer } from 'kargo-test';
import { createGitProgram } from '../../../adapters/git/process/gitEnvironment';
import { GitMirrors } from '../../../adapters/git/mirrors/GitMirrors';
import { compileEgressPolicy } from '../../../adapters/http/EgressPolicy';
import { compileCommitFilter } from '../../../expressions/commitFilter';
import { GitHistory } from '../../../ports/GitClient';
import { createHelperProcesses } from '../../../testing/helperProcesses';
import { createGitSubscription } from './subscription';
import { mockLogger } from '../../../testing/mockLogger';
import { countTurns } from '../../../testing/countTurns';

// Many short processes; on a busy machine they take their time.
jest.setTimeout(60_000);

const DAY = 86_400;
const PATHS = 'includePaths and excludePaths';
const at = (date: string) => Date.parse(`${date}T00:00:00Z`) / 1000;

type Options = Partial<Omit<GitSubscription, 'repoURL'>>;

const processes = createHelperProcesses();
afterAll(() => processes.stop());

describe('git subscription', () => {
  let root: string;
  let server: GitServer;
  let now: number;
  let argvLog: string;
  let subscription: ReturnType<typeof createGitSubscription>;

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'git-subscription-'));
    argvLog = join(root, 'argv.log');
    const git = join(root, 'git-wrapper.sh');
    await writeFile(
      git,
      `#!/bin/sh\nprintf '%s ' "$@" >> '${argvLog}'\necho >> '${argvLog}'\nexec git "$@"\n`,
    );
    await chmod(git, 0o700);
    server = await startGitServer({ root: join(root, 'repos'), processes });
    now = Date.parse('2026-01-01T00:00:00Z');
    subscription = createGitSubscription({
      history: GitMirrors.create({
        program: createGitProgram({
          path: git,
          processes,
          egress: compileEgressPolicy({ allowLoopback: true }),
          now: () => now,
        }),
        cacheDir: join(root, 'cache'),
        clock: { now: () => now, monotonic: () => now },
      }),
      compileFilter: compileCommitFilter,
    });
  });

  beforeEach(() => {
    // No test may see what another one listed.
    now += 3600_000;
  });

  afterAll(async () => {
    await server.close();
    await rm(root, { recursive: true, force: true });
  });

  async function look(
    repo: string,
    options: Options = {},
    more: {
      previous?: GitDiscoveryResult;
      credentials?: RepoCredentials;
      subscriptionName?: string;
      force?: boolean;
      repoURL?: string;
    } = {},
  ) {
    const config = subscription.config.parse({
      repoURL: more.repoURL ?? server.repoURL(repo),
      ...options,
    });
    const previous: PreviousDiscovery | undefined = more.previous && {
      result: { kind: 'git', result: more.previous },
    };
    return subscription.discover(config, previous, {
      project: 'demo',
      subscriptionName: more.subscriptionName,
      credentials: { find: async () => more.credentials },
      signal: new AbortController().signal,
      logger: mockLogger(),
      now: () => now,
      force: more.force ?? false,
    });
  }

  async function discover(
    ...asked: Parameters<typeof look>
  ): Promise<GitDiscoveryResult> {
    const { discovery } = await look(...asked);
    if (discovery.kind !== 'git') throw new Error('not a git discovery');
    return discovery.result;
  }

  it('sees what was pushed just before it was created, whoever looked earlier', async () => {
    await server.createRepo('watched', { a: 'a' });
    await discover('watched');
    await server.tag('watched', { name: 'v1.0.0', target: 'main' });
    await expect(
      discoverTags('watched', { commitSelectionStrategy: 'SemVer' }),
    ).resolves.toBe('v1.0.0');
  });

  it.each([429, 503, 403])(
    'leaves a host alone that answers %i, until the time that it names',
    async status => {
      await server.createRepo(`busy-${status}`, { a: 'a' });
      const headers = { 'retry-after': '120' };
      const stop = server.faults.always({ kind: 'status', status, headers });
      await expect(discover(`busy-${status}`)).rejects.toMatchObject({
        name: 'UpstreamUnavailableError',
        retryAt: now + 120_000,
      });
      stop();
    },
  );

  it('takes a branch that is named in full', async () => {
    await server.createRepo('in-full', { a: 'a' });
    const { commits } = await discover('in-full', {
      branch: 'refs/heads/main',
    });
    expect(commits).toMatchObject([{ branch: 'main' }]);
  });

  async function discoverSubjects(repo: string, options: Options = {}) {
    const { commits } = await discover(repo, options);
    return commits.map(({ subject }) => subject).join(' ');
  }

  async function discoverTags(repo: string, options: Options = {}) {
    const { commits } = await discover(repo, options);
    return commits.map(({ tag }) => tag).join(' ');
  }

  describe('of a repository as others have made it', () => {
    const git = async (...args: string[]) => {
      const env = { PATH: process.env.PATH, HOME: root };
      const { stdout } = await promisify(execFile)('git', args, { env });
      return stdout.trim();
    };
    const inRepo = (repo: string, ...args: string[]) =>
      git('-C', server.repoPath(repo), ...args);

    it('finds commits and tags that are named by SHA-256', async () => {
      const format = '--object-format=sha256';
      await git('init', '--bare', format, '--', server.repoPath('sha256'));
      const tree = await inRepo(
        'sha256',
        'hash-object',
        '-wt',
        'tree',
        '/dev/null',
      );
      const commit = await inRepo(
        'sha256',
        ...['-c', 'user.name=Jo', '-c', 'user.email=jo@example.com'],
        ...['commit-tree', '-m', 'one', tree],
      );
      await inRepo('sha256', 'update-ref', 'refs/heads/main', commit);
      await inRepo('sha256', 'update-ref', 'refs/tags/v1.0.0', commit);
      const { commits } = await discover('sha256', { branch: 'main' });
      expect(commits).toMatchObject([{ id: commit, subject: 'one' }]);
      expect(commit).toHaveLength(64);
      await expect(
        discoverTags('sha256', { commitSelectionStrategy: 'SemVer' }),
      ).resolves.toBe('v1.0.0');
      // The same address, and a repository of the usual kind.
      await rm(server.repoPath('sha256'), { recursive: true });
      await server.createRepo('sha256', { a: 'a' });
      await expect(discover('sha256')).resolves.toMatchObject({
        commits: [{ id: expect.stringMatching(/^[0-9a-f]{40}$/) }],
      });
    });

    it('finds the tags of a repository that is named by SHA-256 from now on', async () => {
      const repo = 'renamed';
      const semVer = { commitSelectionStrategy: 'SemVer' } as const;
      await server.createRepo(repo, { a: 'a' });
      await inRepo(repo, 'tag', 'v1.0.0', 'main');
      await inRepo(repo, 'tag', 'v1.1.0', 'main');
      await expect(discoverTags(repo, semVer)).resolves.toBe('v1.1.0 v1.0.0');
      await rm(server.repoPath(repo), { recursive: true });
      const format = '--object-format=sha256';
      await git('init', '--bare', format, '--', server.repoPath(repo));
      const tree = await inRepo(
        repo,
        ...['hash-object', '-wt', 'tree', '/dev/null'],
      );
      const commit = await inRepo(
        repo,
        ...['-c', 'user.name=Jo', '-c', 'user.email=jo@example.com'],
        ...['commit-tree', '-m', 'one', tree],
      );
      await inRepo(repo, 'update-ref', 'refs/tags/v2.0.0', commit);
      await inRepo(repo, 'update-ref', 'refs/tags/v2.1.0', commit);
      await expect(discoverTags(repo, semVer)).resolves.toBe('v2.1.0 v2.0.0');
    });

    it('finds what there is where the server has but the end of the history', async () => {
      await server.createRepo('deep', { 'docs/a': '0' });
      for (const content of ['1', '2', '3']) {
        await server.commit('deep', {
          message: content,
          files: { [content === '2' ? 'docs/a' : 'apps/a']: content },
        });
      }
      const from = `file://${server.repoPath('deep')}`;
      const to = server.repoPath('shallow');
      await git('clone', '--bare', '--depth=3', '--', from, to);
      await inRepo('shallow', 'config', 'uploadpack.allowFilter', 'true');
      await expect(discoverSubjects('shallow')).resolves.toBe('3 2 1');
      const apps = { includePaths: ['apps'] };
      await expect(discoverSubjects('shallow', apps)).resolves.toBe('3 1');
      await server.commit('shallow', {
        message: '4',
        files: { 'apps/a': '4' },
      });
      await expect(discoverSubjects('shallow')).resolves.toBe('4 3 2 1');
      await expect(discoverSubjects('shallow', apps)).resolves.toBe('4 3 1');
    });

    it.each([
      ['1700000000 +51800', '2023-11-14T22:13:20Z'],
      ['-5 +0000', '1970-01-01T00:00:00Z'],
      ['', '1970-01-01T00:00:00Z'],
    ])('reads a commit of "%s"', async (date, creatorDate) => {
      const repo = `dated-${date.length}`;
      await server.createRepo(repo, { a: 'a' });
      const file = join(root, repo);
      const tree = await inRepo(repo, 'rev-parse', 'main^{tree}');
      const parent = await inRepo(repo, 'rev-parse', 'main');
      const by = `Jo <jo@example.com> ${date}`;
      await writeFile(
        file,
        `tree ${tree}\nparent ${parent}\nauthor ${by}\ncommitter ${by}\n\nodd\n`,
      );
      const id = await inRepo(
        repo,
        ...['hash-object', '-wt', 'commit', '--literally', file],
      );
      await inRepo(repo, 'update-ref', 'refs/heads/main', id);
      await inRepo(repo, 'update-ref', 'refs/tags/v1', id);
      const year = Number(creatorDate.slice(0, 4));
      await expect(
        discover(repo, {
          expressionFilter: `subject == 'odd' && commitDate.Year() == ${year}`,
        }),
      ).resolves.toMatchObject({ commits: [{ id, creatorDate }] });
      await expect(
        discover(repo, {
          commitSelectionStrategy: 'NewestTag',
          expressionFilter: `creatorDate.Year() == ${year}`,
        }),
      ).resolves.toMatchObject({ commits: [{ tag: 'v1', creatorDate }] });
    });
  });

  /** Subcommands of git that run during some work, in their order. */
  async function commandsDuring(work: () => Promise<unknown>) {
    await writeFile(argvLog, '');
    await work();
    const log = await readFile(argvLog, 'utf8');
    return log
      .trim()
      .split('\n')
      .map(line => line.split(' ')[0]);
  }

  describe('NewestFromBranch', () => {
    beforeAll(async () => {
      await server.createRepo('branch');
      const steps: Array<[string, Record<string, string | undefined>]> = [
        ['h1', { 'apps/a/f': '1', 'docs/x': '1' }],
        ['h2', { 'apps/a/f': '2' }],
        ['move', { 'apps/a/f': undefined, 'apps/g': '2' }],
        ['h4', {}],
        ['h5', { 'docs/é file.txt': 'x' }],
      ];
      let date = at('2024-03-01');
      for (const [message, files] of steps) {
        await server.commit('branch', { message, files, date });
        date += DAY;
      }
      const side = await server.commit('branch', {
        branch: 'feature',
        parent: 'refs/heads/main',
        message: 'side',
        files: { 'docs/feat': 'x' },
        date,
      });
      await server.commit('branch', {
        message: 'h6',
        files: { 'docs/feat': 'x' },
        merge: side,
        date: date + DAY,
      });
    });

    it.each<[string, Options, string]>([
      ['everything', {}, 'h6 h5 h4 move h2 h1'],
      ['at most two', { discoveryLimit: 2 }, 'h6 h5'],
      [
        'a directory, whatever characters names have',
        { includePaths: ['docs'] },
        'h6 h5 h1',
      ],
      ['all but a directory', { excludePaths: ['docs'] }, 'move h2 h1'],
      ['both ends of a move', { includePaths: ['apps/a'] }, 'move h2 h1'],
      [
        'the newest in a directory',
        { includePaths: ['apps/a'], discoveryLimit: 1 },
        'move',
      ],
      [
        'a directory less another',
        { includePaths: ['apps'], excludePaths: ['apps/a'] },
        'move',
      ],
      ['a directory that is not there', { includePaths: ['nowhere'] }, ''],
      ['a path that cannot be', { includePaths: ['/apps', '../apps'] }, ''],
      ['globs', { includePaths: ['glob:apps/*'] }, 'move'],
      ['regular expressions', { includePaths: ['regex:^apps/'] }, 'move h2 h1'],
      [
        'an expression and a path',
        { includePaths: ['apps/a'], expressionFilter: "subject != 'move'" },
        'h2 h1',
      ],
      ['since, inclusive', { since: '2024-03-03T00:00:00Z' }, 'h6 h5 h4 move'],
      [
        'since with a path',
        { since: '2024-03-02T00:00:00Z', includePaths: ['apps'] },
        'move h2',
      ],
    ])('selects %s', async (_name, options, expected) => {
      await expect(discoverSubjects('branch', options)).resolves.toBe(expected);
    });

    it.each<[string, Options, number, string?]>([
      ['nothing', {}, 6],
      [
        'paths that the newest does not touch',
        { includePaths: ['apps'] },
        3,
        PATHS,
      ],
      ['paths that no commit touches', { includePaths: ['nowhere'] }, 0, PATHS],
      ['a time after all', { since: '2025-01-01T00:00:00Z' }, 0, 'since'],
      [
        'both',
        { since: '2025-01-01T00:00:00Z', includePaths: ['apps'] },
        0,
        `since, or ${PATHS}`,
      ],
      [
        'an expression',
        { expressionFilter: "subject != 'h6'" },
        6,
        'expressionFilter',
      ],
    ])('tells of %s what it leaves the newest out by', async (_, ...asked) => {
      const [options, count, by] = asked;
      const head = await server.resolve('branch', 'main');
      const { considered } = await look('branch', options);
      expect(considered).toEqual({
        count,
        unit: 'commits',
        ...(by && { leftOut: { name: head?.slice(0, 7), by } }),
      });
    });

    it('lets one back-dated commit hide everything below it', async () => {
      await server.createRepo('skewed', { a: '0' }, { date: at('2024-03-03') });
      await server.commit('skewed', {
        message: 'old',
        files: { a: '1' },
        date: at('2024-01-01'),
      });
      await server.commit('skewed', {
        message: 'new',
        files: { a: '2' },
        date: at('2024-03-05'),
      });
      await expect(
        discoverSubjects('skewed', { since: '2024-03-01T00:00:00Z' }),
      ).resolves.toBe('new');
    });

    it('reports commits without a branch unless the subscription names one', async () => {
      const id = await server.resolve('branch', 'main');
      const result = await discover('branch', { discoveryLimit: 1 });
      expect(result).toEqual({
        repoURL: server.repoURL('branch'),
        observedRefs: { branchHead: id },
        defaultBranch: 'main',
        commits: [
          {
            id,
            subject: 'h6',
            author: 'Demo Developer <developer@example.com>',
            committer: 'Demo Developer <developer@example.com>',
            creatorDate: '2024-03-07T00:00:00Z',
          },
        ],
      });
      const named = await discover(
        'branch',
        { discoveryLimit: 1, branch: 'feature' },
        { subscriptionName: 'config' },
      );
      expect(named.subscriptionName).toBe('config');
      expect(named.defaultBranch).toBeUndefined();
      expect(named.commits).toMatchObject([
        { branch: 'feature', subject: 'side' },
      ]);
    });

    it('cuts long subjects only after filtering', async () => {
      const subject = `${'ä'.repeat(60)} [end]`;
      await server.createRepo('long');
      await server.commit('long', { message: subject, files: { a: '1' } });
      const { commits } = await discover('long', {
        expressionFilter: "subject endsWith '[end]'",
      });
      expect(commits[0].subject).toBe(`${'ä'.repeat(38)}...`);
    });

    it('takes a tag for a branch, yet does not remember it', async () => {
      await server.git('branch', 'tag', 'v9', 'main~2');
      const result = await discover('branch', {
        branch: 'v9',
        discoveryLimit: 1,
      });
      expect(result.commits).toMatchObject([{ branch: 'v9', subject: 'h4' }]);
      expect(result.observedRefs).toBeUndefined();
    });

    it.each<[string, string, Options, string]>([
      [
        'a branch',
        'branch',
        { branch: 'gone' },
        'branch "gone" does not exist',
      ],
      ['an empty repository', 'empty', {}, 'no default branch'],
      ['a removed field', 'branch', { allowTags: '^v' }, 'allowTagsRegexes'],
      [
        'a bad expression',
        'branch',
        { expressionFilter: ' ' },
        'expressionFilter',
      ],
      [
        'a bad pattern',
        'branch',
        { includePaths: ['regex:('] },
        'not a valid regular expression',
      ],
    ])('says what is wrong with %s', async (_name, repo, options, message) => {
      if (!(await server.hasRepo(repo))) await server.createRepo(repo);
      await expect(discover(repo, options)).rejects.toMatchObject({
        name: 'InputError',
        message: expect.stringContaining(message),
      });
    });
  });

  describe('looking again', () => {
    const grow = (i: number) =>
      server.commit('growing', {
        message: `c${i}`,
        files: { [i % 2 === 0 ? 'even/f' : 'odd/f']: String(i) },
        date: at('2024-01-01') + i * DAY,
      });

    beforeAll(async () => {
      await server.createRepo('growing');
      for (let i = 0; i < 6; i++) await grow(i);
    });

    const options: Options = { includePaths: ['even'] };
    const subjects = (result: GitDiscoveryResult) =>
      result.commits.map(({ subject }) => subject).join(' ');

    it('only lists refs while nothing moved', async () => {
      const previous = await discover('growing', options);
      expect(subjects(previous)).toBe('c4 c2 c0');
      now += 3600_000;
      const commands = await commandsDuring(async () => {
        const again = await discover('growing', options, { previous });
        expect(again).toEqual(previous);
      });
      expect(commands).toEqual(['ls-remote']);
    });

    it('reads only what is new, and prepends it', async () => {
      const previous = await discover('growing', options);
      await grow(6);
      await grow(7);
      now += 3600_000;
      await writeFile(argvLog, '');
      const again = await discover('growing', options, { previous });
      expect(subjects(again)).toBe('c6 c4 c2 c0');
      const log = await readFile(argvLog, 'utf8');
      expect(log).toContain(`^${previous.observedRefs?.branchHead}`);
      const limited = await discover(
        'growing',
        { ...options, discoveryLimit: 2 },
        { previous },
      );
      expect(subjects(limited)).toBe('c6 c4');
    });

    it('reads everything again after a forced push', async () => {
      const previous = await discover('growing', options);
      await server.git('growing', 'branch', '--force', 'main', 'main~5');
      await grow(8);
      now += 3600_000;
      const again = await discover('growing', options, { previous });
      expect(subjects(again)).toBe('c8 c2 c0');
    });

    it('reads everything again when the old head became a side branch', async () => {
      const previous = await discover('growing', options);
      const side = (await server.resolve('growing', 'main'))!;
      await server.commit('growing', {
        branch: 'other',
        parent: 'refs/heads/main~1',
        message: 'other',
        files: { x: '1' },
      });
      await server.commit('growing', {
        branch: 'other',
        message: 'crossed',
        files: { 'even/g': '1' },
        merge: side,
      });
      await server.git('growing', 'branch', '--force', 'main', 'other');
      now += 3600_000;
      const again = await discover('growing', options, { previous });
      expect(subjects(again)).toBe('crossed c2 c0');
    });

    it('does not trust equal refs when the expression asks for the time', async () => {
      const expressionFilter =
        "commitDate > now() - duration('8760h') || subject == 'c2'";
      const previous = await discover('growing', { expressionFilter });
      now += 3600_000;
      const commands = await commandsDuring(() =>
        discover('growing', { expressionFilter }, { previous }),
      );
      expect(commands).toContain('log');
      expect(commands).not.toContain('fetch');
    });

    it('reads again when the repository is another one', async () => {
      const previous = {
        ...(await discover('growing', options)),
        repoURL: 'https://else.example/x',
      };
      const again = await discover('growing', options, {
        previous: { ...previous, commits: [] },
      });
      expect(again.commits).not.toEqual([]);
    });
  });

  describe('tags', () => {
    beforeAll(async () => {
      await server.createRepo('tags');
      const c1 = await server.commit('tags', {
        message: 'C1',
        files: { 'docs/a': '1' },
        date: at('2024-01-01'),
        tag: 'lw-old',
      });
      const c2 = await server.commit('tags', {
        message: 'C2',
        files: { 'src/a': '1' },
        date: at('2024-01-07'),
        tag: 'lw-a',
      });
      await server.tag('tags', { name: 'lw-b', target: c2 });
      await server.tag('tags', {
        name: 'an-z',
        target: c2,
        message: 'z',
        date: at('2024-01-07'),
      });
      await server.tag('tags', {
        name: 'an-new-on-old',
        target: c1,
        message: 'late',
        date: at('2024-02-01'),
      });
      const inner = (await server.git('tags', 'rev-parse', 'an-z')).trim();
      const file = join(root, 'tag-object');
      await writeFile(
        file,
        `object ${inner}\ntype tag\ntag nested\ntagger T <t@x> ${at(
          '2024-02-05',
        )} +0000\n\nnested\n`,
      );
      const nested = await server.git(
        'tags',
        'hash-object',
        '-t',
        'tag',
        '-w',
        file,
      );
      await server.git('tags', 'update-ref', 'refs/tags/nested', nested.trim());
    });

    const tagTable: Array<[string, Options, string]> = [
      [
        'by creator date, equal ones by name',
        {},
        'nested an-new-on-old an-z lw-a lw-b lw-old',
      ],
      ['at most two', { discoveryLimit: 2 }, 'nested an-new-on-old'],
      ['by allowed names', { allowTagsRegexes: ['^lw-'] }, 'lw-a lw-b lw-old'],
      [
        'in bytewise order',
        { allowTagsRegexes: ['^lw-'], commitSelectionStrategy: 'Lexical' },
        'lw-old lw-b lw-a',
      ],
      [
        'less ignored names',
        { ignoreTagsRegexes: ['^lw-', 'nested'] },
        'an-new-on-old an-z',
      ],
      [
        'by expression on the annotation',
        { expressionFilter: "annotation != ''" },
        'nested an-new-on-old an-z',
      ],
      [
        'by expression, in bytewise order, one at a time',
        {
          commitSelectionStrategy: 'Lexical',
          expressionFilter: "subject == 'C1'",
          discoveryLimit: 1,
        },
        'lw-old',
      ],
      [
        'by paths of their commits',
        { includePaths: ['docs'] },
        'an-new-on-old lw-old',
      ],
      [
        'by paths, in bytewise order',
        {
          includePaths: ['docs'],
          commitSelectionStrategy: 'Lexical',
          discoveryLimit: 1,
        },
        'lw-old',
      ],
      ['by names that nothing has', { allowTagsRegexes: ['^x'] }, ''],
    ];

    it.each(tagTable)('selects %s', async (_name, options, expected) => {
      await expect(
        discoverTags('tags', {
          commitSelectionStrategy: 'NewestTag',
          ...options,
        }),
      ).resolves.toBe(expected);
    });

    it('leaves out tags on blobs and trees', async () => {
      for (const [name, revision] of [
        ['blob', 'main:docs/a'],
        ['tree', 'main^{tree}'],
      ]) {
        const id = await server.git('tags', 'rev-parse', revision);
        await server.git('tags', 'update-ref', `refs/tags/${name}`, id.trim());
      }
      await expect(
        discoverTags('tags', { commitSelectionStrategy: 'NewestTag' }),
      ).resolves.toBe('nested an-new-on-old an-z lw-a lw-b lw-old');
    });

    it('reports tags with their commit and their own date', async () => {
      const { commits } = await discover('tags', {
        commitSelectionStrategy: 'NewestTag',
        allowTagsRegexes: ['^an-new', '^nested$'],
      });
      const person = 'Demo Developer <developer@example.com>';
      expect(commits).toEqual([
        {
          id: await server.resolve('tags', 'lw-a'),
          tag: 'nested',
          subject: 'C2',
          author: person,
          committer: person,
          creatorDate: '2024-02-05T00:00:00Z',
        },
        {
          id: await server.resolve('tags', 'lw-old'),
          tag: 'an-new-on-old',
          subject: 'C1',
          author: person,
          committer: person,
          creatorDate: '2024-02-01T00:00:00Z',
        },
      ]);
    });

    it('selects versions within a constraint', async () => {
      await server.createRepo('versions', { a: '1' });
      for (const name of [
        'v1.0.0',
        'v1.2.0',
        '1.10.0',
        'v2.0.0',
        'v1.11.0-rc.1',
        'v1.9',
        'latest',
      ]) {
        await server.tag('versions', { name, target: 'main' });
      }
      const strategy: Options = { commitSelectionStrategy: 'SemVer' };
      await expect(discoverTags('versions', strategy)).resolves.toBe(
        'v2.0.0 v1.11.0-rc.1 1.10.0 v1.2.0 v1.0.0',
      );
      await expect(
        discoverTags('versions', {
          ...strategy,
          semverConstraint: '^1',
          strictSemvers: false,
        }),
      ).resolves.toBe('1.10.0 v1.9 v1.2.0 v1.0.0');
    });

    it('compares only tags whose names count', async () => {
      await server.createRepo('compared', { a: '1' });
      for (const name of ['v1.0.0', 'v1.1.0'])
        await server.tag('compared', { name, target: 'main' });
      const options: Options = {
        commitSelectionStrategy: 'SemVer',
        semverConstraint: '^1',
      };
      const previous = await discover('compared', options);
      expect(previous.observedRefs?.tags?.map(({ name }) => name)).toEqual([
        'v1.0.0',
        'v1.1.0',
      ]);
      const commandsAfter = async (change: () => Promise<unknown>) => {
        await change();
        now += 3600_000;
        return commandsDuring(() =>
          discover('compared', options, { previous }),
        );
      };
      expect(
        await commandsAfter(() =>
          server.tag('compared', { name: 'v2.0.0', target: 'main' }),
        ),
      ).toEqual(['ls-remote']);
      expect(
        await commandsAfter(() =>
          server.tag('compared', {
            name: 'v1.1.0',
            target: 'main',
            message: 'again',
          }),
        ),
      ).toContain('for-each-ref');
      expect(
        await commandsAfter(() =>
          server.git('compared', 'tag', '-d', 'v1.1.0'),
        ),
      ).toContain('for-each-ref');
    });

    it('fetches only the best of many tags when names decide', async () => {
      await server.createRepo('many');
      await server.importCommits(
        'many',
        Array.from({ length: 30 }, (_, i) => ({
          branch: 'main',
          message: `c${i}`,
          files: { a: String(i) },
          date: at('2024-01-01') + i,
        })),
      );
      for (let i = 20; i < 30; i++) {
        await server.tag('many', {
          name: `v1.0.${i}`,
          target: `main~${29 - i}`,
        });
      }
      const { commits } = await discover('many', {
        commitSelectionStrategy: 'SemVer',
        discoveryLimit: 3,
      });
      expect(commits.map(({ tag, subject }) => [tag, subject])).toEqual([
        ['v1.0.29', 'c29'],
        ['v1.0.28', 'c28'],
        ['v1.0.27', 'c27'],
      ]);
    });
  });

  it('serves fifty new subscriptions of one repository with two listings and one fetch', async () => {
    await server.createRepo('shared', { 'a/f': '1', 'b/f': '1' });
    server.resetStats();
    const results = await Promise.all(
      Array.from({ length: 50 }, (_, i) =>
        discover('shared', { includePaths: [i % 2 === 0 ? 'a' : 'b'] }),
      ),
    );
    expect(results.every(({ commits }) => commits.length === 1)).toBe(true);
    const { byRoute } = server.stats();
    // All that come while the first listing is under way share the one after it.
    expect(byRoute['ls-refs']).toBe(2);
    expect(byRoute.fetch).toBe(1);
    await Promise.all(
      results.map(previous => discover('shared', {}, { previous })),
    );
    expect(server.stats().byRoute['ls-refs']).toBe(2);
  });

  it('presents the credentials of the project and shows them to nobody', async () => {
    const password = 'battery-staple';
    const guarded = await startGitServer({
      root: join(root, 'guarded'),
      auth: { username: 'robot', password },
      processes,
    });
    try {
      await guarded.createRepo('app', { a: '1' });
      const repoURL = guarded.repoURL('app');
      await writeFile(argvLog, '');
      const { commits } = await discover(
        'app',
        {},
        {
          repoURL,
          credentials: { username: 'robot', password: SecretText.of(password) },
        },
      );
      expect(commits).toHaveLength(1);
      const refused = await discover('app', {}, { repoURL }).catch(e => e);
      expect(refused.name).toBe('CredentialsRejectedError');
      expect(await readFile(argvLog, 'utf8')).not.toContain(password);
    } finally {
      await guarded.close();
    }
  });

  it('keeps the last result for another time when the host does not answer', async () => {
    await server.createRepo('down', { a: '1' });
    const undo = server.faults.always({ kind: 'reset' });
    try {
      await expect(discover('down')).rejects.toMatchObject({
        name: 'UpstreamUnavailableError',
        host: server.host,
      });
    } finally {
      undo();
    }
  });

  it.each(['NewestFromBranch', 'NewestTag', 'Lexical'])(
    'lets others go on while a filter takes long (%s)',
    async commitSelectionStrategy => {
      const commit = {
        id: 'c'.repeat(40),
        author: '',
        committer: '',
        subject: '',
        commitDate: '2025-03-01T10:00:00Z',
      };
      const names = Array.from({ length: 100 }, (_, i) => `v${i}`);
      const history: Partial<GitHistory> = {
        listRefs: async () => ({
          refs: [
            'refs/heads/main',
            ...names.map(name => `refs/tags/${name}`),
          ].map(name => ({ name, id: commit.id })),
        }),
        async *walkBranch() {
          for (const _ of names) yield commit;
        },
        readTags: async (_, { tags }) =>
          tags.map(({ name }) => ({
            ...commit,
            tag: name,
            creatorDate: commit.commitDate,
          })),
      };
      const { config, discover: find } = createGitSubscription({
        history: history as GitHistory,
        compileFilter: compileCommitFilter,
      });
      const work = find(
        config.parse({
          repoURL: 'https://git.example/o/r',
          branch: 'main',
          commitSelectionStrategy,
          expressionFilter: 'len(1..40000) == 0',
        }),
        undefined,
        {
          project: 'demo',
          credentials: { find: async () => undefined },
          signal: new AbortController().signal,
          logger: mockLogger(),
          now: () => now,
          force: false,
        },
      );
      expect(await countTurns(() => work)).toBeGreaterThanOrEqual(5);
    },
  );

  it('describes itself without credentials in the URL', () => {
    const config = subscription.config.parse({
      repoURL: 'https://me:pw@git.example/app.git',
    });
    expect(subscription.describe(config)).toBe(
      'git https://git.example/app.git',
    );
    expect(subscription.repoURLs(config)).toEqual([
      'https://me:pw@git.example/app.git',
    ]);
  });
});
