import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { JsonObject } from 'backstage-plugin-kargo-common';
import { GitStepHarness } from '../../../testing/GitStepHarness';
import { waitUntil } from '../../../testing/processes';
import { CloneMirrors } from '../mirrors/CloneMirrors';
import { SmartHttp } from '../smart-http/SmartHttp';

jest.setTimeout(120_000);

describe('a checkout of what is here', () => {
  let h: GitStepHarness;
  let mirrors: CloneMirrors | undefined;

  beforeAll(async () => {
    h = await GitStepHarness.start();
    const { cloneMirrors } = h;
    // One for all steps, as in a portal.
    h.cloneMirrors = () => {
      mirrors ??= cloneMirrors();
      return mirrors;
    };
  });
  beforeEach(async () => {
    mirrors = undefined;
    await h.reset({ 'a.txt': 'one\n' });
    await h.clone({ checkout: [{ path: 'src' }] });
  });
  afterAll(() => h.close());

  /** What another Promotion does later; how often git checked files out. */
  const cloneAgain = async (...checkout: JsonObject[]) => {
    await h.loseWorkDir();
    h.programs.length = 0;
    h.server.resetStats();
    const outcome = await h.clone({
      checkout: checkout.length > 0 ? checkout : [{ path: 'src' }],
    });
    return { outcome, resets: h.programs.filter(p => p === 'reset').length };
  };
  const file = () => join(h.workDir, 'src', 'a.txt');
  /** Lets something happen before the remote is asked, until the test is over. */
  const beforeAsking = (work: () => Promise<void>) => {
    const { listRefs } = SmartHttp.prototype;
    const spy = jest
      .spyOn(SmartHttp.prototype, 'listRefs')
      .mockImplementation(async function wait(this: SmartHttp, ...args) {
        await work();
        return listRefs.apply(this, args);
      });
    return () => spy.mockRestore();
  };

  it.each([
    ['the default branch', {}],
    ['a branch', { branch: 'main' }],
    ['a branch in full', { branch: 'refs/heads/main' }],
  ])('of %s is made before the remote has answered', async (_, ref) => {
    const restore = beforeAsking(() => waitUntil(() => existsSync(file())));
    try {
      const { outcome, resets } = await cloneAgain({ path: 'src', ...ref });
      expect(outcome).toMatchObject({
        output: { commits: { src: await h.remoteHead() } },
      });
      expect(resets).toBe(1);
    } finally {
      restore();
    }
    await expect(h.git('src', 'status', '--short')).resolves.toBe('');
    await expect(h.git('src', 'fsck', '--full')).resolves.toBe('');
    expect(h.server.stats().log.map(({ route }) => route)).toContain('ls-refs');
  });

  it('is made anew where the branch has moved, and not tried the next time', async () => {
    const head = await h.server.commit(h.repo, {
      message: 'theirs',
      files: { 'a.txt': 'two\n', 'b.txt': 'new\n' },
    });
    const first = await cloneAgain();
    expect(first).toMatchObject({
      outcome: { output: { commits: { src: head } } },
      resets: 2,
    });
    await expect(h.read('src/a.txt')).resolves.toBe('two\n');
    await expect(h.read('src/b.txt')).resolves.toBe('new\n');
    const restore = beforeAsking(async () => {
      expect(existsSync(file())).toBe(false);
    });
    try {
      expect((await cloneAgain()).resets).toBe(1);
    } finally {
      restore();
    }
    const again = beforeAsking(() => waitUntil(() => existsSync(file())));
    try {
      expect((await cloneAgain()).resets).toBe(1);
    } finally {
      again();
    }
  });

  it('is made anew where the branch went back to what is here, too', async () => {
    const before = await h.remoteHead();
    await h.server.commit(h.repo, { message: 'theirs', files: { b: 'b' } });
    await cloneAgain();
    await cloneAgain();
    await h.server.git(h.repo, 'update-ref', 'refs/heads/main', before!);
    await h.server.git(h.repo, 'branch', 'kept', before!);
    const { outcome } = await cloneAgain();
    expect(outcome).toMatchObject({ output: { commits: { src: before } } });
    expect(existsSync(join(h.workDir, 'src', 'b'))).toBe(false);
  });

  it('has the refs that the remote names now', async () => {
    const head = await h.remoteHead();
    await h.server.tag(h.repo, { name: 'late', target: head! });
    expect((await cloneAgain()).resets).toBe(1);
    await expect(h.git('src', 'tag', '--list')).resolves.toBe('late');
  });

  it('is not kept where the remote refuses', async () => {
    const { credentials } = h;
    let seen = false;
    h.credentials = undefined;
    await expect(cloneAgain()).rejects.toThrow();
    // Others have other mirrors; this one lost its right while it had one.
    h.credentials = credentials;
    const restore = beforeAsking(async () => {
      await waitUntil(() => existsSync(file()));
      seen = true;
      await h.server.git(h.repo, 'config', 'uploadpack.hideRefs', 'refs');
    });
    try {
      await expect(cloneAgain()).rejects.toThrow();
    } finally {
      restore();
    }
    expect(seen).toBe(true);
    expect(existsSync(file())).toBe(false);
  });

  it('lets further checkouts follow', async () => {
    await h.server.git(h.repo, 'branch', 'other', 'main');
    const { outcome } = await cloneAgain(
      { path: 'src', branch: 'main' },
      { path: 'other', branch: 'other' },
    );
    const head = await h.remoteHead();
    expect(outcome).toMatchObject({
      output: { commits: { src: head, other: head } },
    });
  });

  it('tells what is in the way', async () => {
    await h.loseWorkDir();
    await h.write('src/mine.txt', 'mine\n');
    await expect(h.clone({ checkout: [{ path: 'src' }] })).rejects.toThrow(
      /already exists/,
    );
    await expect(h.read('src/mine.txt')).resolves.toBe('mine\n');
  });

  it('is left when the step is told to stop', async () => {
    const controller = new AbortController();
    h.signal = controller.signal;
    const restore = beforeAsking(async () => {
      await waitUntil(() => existsSync(file()));
      controller.abort(new Error('enough'));
    });
    try {
      await expect(cloneAgain()).rejects.toThrow('enough');
    } finally {
      restore();
      h.signal = undefined;
    }
  });
});
