import {
  access,
  mkdir,
  mkdtemp,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createDeferred } from '../../processes/helper/deferred';
import { KeyedLock, removeStaleLocks } from './locks';

describe('removeStaleLocks', () => {
  let root: string;

  beforeEach(async () => {
    root = await mkdtemp(path.join(tmpdir(), 'kargo-locks-'));
  });

  afterEach(() => rm(root, { recursive: true, force: true }));

  it('removes what a killed git left behind, and nothing that a link leads to', async () => {
    const at = (name: string) => path.join(root, name);
    const [repository, gitDir] = [at('repo'), at('repo/worktrees/tree')];
    for (const folder of ['repo/worktrees/tree', 'repo/refs/heads/a', 'else']) {
      await mkdir(at(folder), { recursive: true });
    }
    const left = ['worktrees/tree/index', 'packed-refs', 'refs/heads/a/b'];
    const stale = left.map(name => at(`repo/${name}.lock`));
    const kept = [at('else/yarn.lock'), at('repo/refs/heads/main')];
    for (const file of [...stale, ...kept]) {
      await writeFile(file, '');
    }
    await symlink('../../else', at('repo/refs/out'));
    await symlink('.', at('repo/refs/back'));
    await removeStaleLocks({ gitDir, repository });
    const isThere = (file: string) =>
      access(file).then(
        () => true,
        () => false,
      );
    const found = await Promise.all([...stale, ...kept].map(isThere));
    expect(found).toEqual([false, false, false, true, true]);
  });
});

describe('KeyedLock', () => {
  it('lets who is not wanted any more go at once, and nobody in before it is their turn', async () => {
    const locks = new KeyedLock();
    const done: string[] = [];
    const push = createDeferred<void>();
    const first = locks.run('main', async () => {
      await push.promise;
      done.push('first');
    });
    const stop = new AbortController();
    const second = locks.run(
      'main',
      async () => done.push('second'),
      stop.signal,
    );
    const third = locks.run('main', async () => done.push('third'));
    stop.abort(new Error('aborted by hand'));
    await expect(second).rejects.toThrow('aborted by hand');
    expect(done).toEqual([]);
    push.reject(new Error('the host is down'));
    await expect(first).rejects.toThrow('the host is down');
    await third;
    expect(done).toEqual(['third']);
  });
});
