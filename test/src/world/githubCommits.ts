import type { GitServer } from './gitServer';
import type { Reply } from './loopbackServer';

/** What is asked of GitHub's API for what git keeps, below `/repos/OWNER/NAME/`. */
export interface CommitRequest {
  readonly method: string;
  readonly path: string;
  /** Parsed, and not checked: the client under test sends what GitHub documents. */
  body(): Promise<unknown>;
}

interface Person {
  readonly name: string;
  readonly email: string;
}

interface NewRef {
  readonly ref: string;
  readonly sha: string;
}

interface MovedRef {
  readonly sha: string;
  readonly force?: boolean;
}

interface NewCommit {
  readonly tree: string;
  readonly parents: string[];
  readonly message: string;
  readonly author?: Person;
  readonly committer?: Person;
}

/**
 * Answers GitHub's API for what git keeps (branches, comparisons, commits) from a repository
 * of a git server; `undefined` for what is no part of it.
 */
export async function answerCommits(
  git: GitServer,
  repository: string,
  { method, path, body }: CommitRequest,
): Promise<Reply | undefined> {
  const run = async (...args: string[]) =>
    (await git.git(repository, ...args)).trim();
  const [, base, head] = /^compare\/(\w+)\.\.\.(\w+)$/.exec(path) ?? [];
  if (base && head) {
    return json(await compare(run, base, head));
  }
  if (path === 'git/commits') {
    return json(
      { sha: await createCommit(run, (await body()) as NewCommit) },
      201,
    );
  }
  if (path === 'git/refs') {
    const { ref, sha } = (await body()) as NewRef;
    await run('update-ref', ref, sha, '');
    return json({ ref, object: { sha } }, 201);
  }
  const [, name] = /^git\/refs?\/(.+)$/.exec(path) ?? [];
  if (name === undefined) {
    return undefined;
  }
  const ref = `refs/${decodeURIComponent(name)}`;
  const known = await git.resolve(repository, ref);
  switch (method) {
    case 'GET':
      return known
        ? json({ ref, object: { sha: known } })
        : json({ message: 'Not Found' }, 404);
    case 'PATCH': {
      const { sha, force } = (await body()) as MovedRef;
      const isAhead = known === (await run('merge-base', known!, sha));
      if (!isAhead && !force) {
        return json({ message: 'Update is not a fast forward' }, 422);
      }
      await run('update-ref', ref, sha);
      return json({ ref, object: { sha } });
    }
    default:
      if (!known) return json({ message: 'Reference does not exist' }, 422);
      await run('update-ref', '-d', ref);
      return { status: 204 };
  }
}

type Run = (...args: string[]) => Promise<string>;

async function compare(run: Run, base: string, head: string) {
  const list = (from: string, to: string) =>
    run('rev-list', '--reverse', '--topo-order', to, `^${from}`);
  const [ahead, behind] = await Promise.all([
    list(base, head),
    list(head, base),
  ]);
  const ids = ahead.split('\n').filter(Boolean);
  const commits = [];
  for (const id of ids) commits.push(await describe(run, id));
  const words = [
    ['identical', 'behind'],
    ['ahead', 'diverged'],
  ];
  return {
    status: words[Number(ids.length > 0)][Number(behind !== '')],
    total_commits: ids.length,
    commits,
  };
}

async function describe(run: Run, sha: string) {
  const format = '%T%x00%P%x00%an%x00%ae%x00%aI%x00%cn%x00%ce%x00%cI%x00%B';
  const told = await run('show', '--no-patch', `--format=${format}`, sha);
  const [tree, parents, an, ae, aI, cn, ce, cI, message] = told.split('\0');
  return {
    sha,
    parents: parents
      .split(' ')
      .filter(Boolean)
      .map(parent => ({ sha: parent })),
    commit: {
      tree: { sha: tree },
      message,
      author: { name: an, email: ae, date: aI },
      committer: { name: cn, email: ce, date: cI },
    },
  };
}

/** Without an author it is GitHub's own. */
function createCommit(
  run: Run,
  {
    tree,
    parents,
    message,
    author = { name: 'GitHub', email: 'noreply@github.com' },
    committer = author,
  }: NewCommit,
): Promise<string> {
  return run(
    ...settings('author', author),
    ...settings('committer', committer),
    'commit-tree',
    tree,
    ...parents.flatMap(parent => ['-p', parent]),
    ...['-m', message],
  );
}

function settings(who: string, { name, email }: Person): string[] {
  return ['-c', `${who}.name=${name}`, '-c', `${who}.email=${email}`];
}

function json(body: unknown, status = 200): Reply {
  return {
    status,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  };
}
