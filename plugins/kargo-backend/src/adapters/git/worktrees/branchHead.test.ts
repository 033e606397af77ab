import { readdir } from 'node:fs/promises';
import { GitStepHarness } from '../../../testing/GitStepHarness';

jest.setTimeout(120_000);

describe('the heads of branches at a remote', () => {
  let h: GitStepHarness;

  beforeAll(async () => {
    h = await GitStepHarness.start();
  });
  beforeEach(() => h.reset({ 'a.txt': 'one\n' }));
  afterAll(() => h.close());

  it('tell commit, content and the whole message', async () => {
    await h.server.commit(h.repo, {
      branch: 'stage/dev',
      message: 'Subject\n\nand body\n',
      files: { 'a.txt': 'two\n' },
    });
    const [main, stage] = await h.readBranches('main', 'stage/dev');
    expect(main).toMatchObject({ commit: await h.remoteHead() });
    const tree = await h.server.git(
      h.repo,
      'rev-parse',
      'refs/heads/stage/dev^{tree}',
    );
    expect(stage).toEqual({
      commit: await h.remoteHead('stage/dev'),
      tree: tree.trim(),
      message: 'Subject\n\nand body\n',
    });
    expect(stage?.tree).not.toBe(main?.tree);
  });

  it('have the same content under different commits', async () => {
    await h.server.commit(h.repo, {
      branch: 'stage/dev',
      message: 'same',
      files: { 'a.txt': 'one\n' },
    });
    const [main, stage] = await h.readBranches('main', 'refs/heads/stage/dev');
    expect(stage?.commit).not.toBe(main?.commit);
    expect(stage?.tree).toBe(main?.tree);
  });

  it('are of branches alone, also when a tag has the name', async () => {
    await h.server.tag(h.repo, { name: 'only', target: 'main' });
    await expect(h.readBranches('only', 'gone')).resolves.toEqual([
      undefined,
      undefined,
    ]);
  });

  it('leave nothing behind', async () => {
    await h.readBranches('main');
    await expect(readdir(h.clonesDir)).resolves.toEqual([]);
  });
});
