import { createStep, StepExportOptions } from 'backstage-plugin-kargo-node';
import { access, readdir } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { FakeClock } from '../../../testing/FakeClock';
import { GitStepHarness } from '../../../testing/GitStepHarness';
import { waitUntil } from '../../../testing/processes';

jest.setTimeout(120_000);

const DAY_MS = 24 * 3_600_000;

const exportStep = createStep({
  id: 'export',
  description: 'Exports files.',
  config: z.looseObject({}),
  needs: ['git'],
  workspace: 'writes',
  async run(config, { git }) {
    await git.export(config as unknown as StepExportOptions);
    return { kind: 'succeeded' };
  },
});

describe('git.export', () => {
  let h: GitStepHarness;

  const exportFiles = (options: Partial<StepExportOptions> = {}) =>
    h.run(exportStep, { repoURL: h.repoURL, path: 'out', ...options }, 'build');

  beforeAll(async () => {
    h = await GitStepHarness.start();
  });
  beforeEach(async () => {
    await h.reset();
    await h.server.tag(h.repo, { name: 'both', target: 'main' });
    await h.server.commit(h.repo, {
      branch: 'both',
      message: 'two',
      files: { 'a.txt': 'two\n' },
    });
  });
  afterAll(() => h.close());

  it.each<[string, () => Promise<string | undefined>, string]>([
    ['the default branch', async () => undefined, 'one\n'],
    ['a tag, also when a branch has its name', async () => 'both', 'one\n'],
    ['a branch by its full name', async () => 'refs/heads/both', 'two\n'],
    ['a tag by its full name', async () => 'refs/tags/both', 'one\n'],
    ['a branch', async () => 'main', 'one\n'],
    ['a commit', () => h.remoteHead('both'), 'two\n'],
  ])('brings the files of %s', async (_, name, text) => {
    const revision = await name();
    await exportFiles({ ...(revision && { revision }) });
    await expect(h.read('out/a.txt')).resolves.toBe(text);
    await expect(readdir(path.join(h.workDir, 'out'))).resolves.toEqual([
      'a.txt',
    ]);
  });

  it('brings submodules as files, too, which no git takes for repositories', async () => {
    const lib = `${h.repo}-lib`;
    await h.server.createRepo(lib, { 'lib.txt': 'lib\n' });
    const commit = (await h.server.resolve(lib, 'main')) ?? '';
    const url = `../${lib}.git`;
    const nested = await h.addSubmodules(lib, { in: { url, commit } });
    await h.addSubmodules(h.repo, { 'libs/one': { url, commit: nested } });
    await exportFiles({ recurseSubmodules: true });
    const names = await readdir(path.join(h.workDir, 'out/libs'), {
      recursive: true,
    });
    expect(names.sort().join(' ')).toBe(
      'one one/.gitmodules one/in one/in/lib.txt one/lib.txt',
    );
  });

  it('leaves no clone behind, and nothing that a step could commit', async () => {
    await exportFiles();
    await expect(readdir(h.clonesDir)).resolves.toEqual([]);
    await expect(h.commit({ path: 'out', message: 'm' })).rejects.toThrow(
      'is not in a checkout made by a git-clone step',
    );
  });

  it('keeps the clone and the checkouts of the step', async () => {
    await h.clone({ checkout: [{ path: 'src' }] }, 'build');
    await exportFiles();
    await expect(h.read('src/a.txt')).resolves.toBe('one\n');
    await expect(
      h.commit({ path: 'src', message: 'nothing' }),
    ).resolves.toMatchObject({ kind: 'skipped' });
  });

  it.each(['nope', 'abc1234', '--all', 'main^{tree}', 'refs/pull/7/head'])(
    'tells that there is no revision %s',
    async revision => {
      await expect(exportFiles({ revision })).rejects.toThrow(
        revision.startsWith('refs/')
          ? "couldn't find remote ref"
          : `"${revision}" is neither a tag or a branch`,
      );
      await expect(access(path.join(h.workDir, 'out'))).rejects.toThrow();
    },
  );

  it('takes the thirty days that it is given, and no more', async () => {
    const clock = FakeClock.create();
    h.clock = clock;
    const takeBack = h.server.faults.add({ kind: 'hang' }, { route: 'fetch' });
    try {
      const exporting = exportFiles({ timeoutMs: 30 * DAY_MS });
      // Heard of at the end.
      exporting.catch(() => {});
      await waitUntil(() => clock.sleepers === 1);
      await clock.advance(29 * DAY_MS);
      expect(clock.sleepers).toBe(1);
      await clock.advance(DAY_MS);
      await expect(exporting).rejects.toThrow(
        'it took longer than 2592000000 ms',
      );
    } finally {
      takeBack();
    }
  });

  it('gives up when its time is over, and is no abort then', async () => {
    const takeBack = h.server.faults.add({ kind: 'hang' }, { route: 'fetch' });
    try {
      await expect(exportFiles({ timeoutMs: 300 })).rejects.toThrow(
        'it took longer than 300 ms',
      );
    } finally {
      takeBack();
    }
  });
});
