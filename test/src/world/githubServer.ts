import { answerCommits } from './githubCommits';
import type { GitServer } from './gitServer';
import {
  type LoopbackRequest,
  type LoopbackServer,
  type Reply,
  startLoopbackServer,
} from './loopbackServer';

/** A pull request that somebody has opened. */
export interface HostedPull {
  readonly repository: string;
  readonly number: number;
  readonly title: string;
  readonly source: string;
  readonly target: string;
  readonly createdAt: string;
  /** Once it is merged. */
  mergeCommit?: string;
}

/**
 * GitHub's API for pull requests and commits (REST, version 2022-11-28) in front of the
 * repositories of a git server; merging one really merges its branches.
 *
 * @remarks Routes in statistics and faults: `list`, `open`, `get`, `merge` and `other`.
 */
export interface GithubServer extends LoopbackServer {
  readonly pulls: readonly HostedPull[];
  /** Merges like a person who presses the button, with a commit of its own. */
  merge(pull: HostedPull): Promise<void>;
}

const MERGER = [
  '-c',
  'user.name=Reviewer',
  '-c',
  'user.email=reviewer@example.com',
];

/** Starts the API of a host whose repositories are those below `folder` of the git server. */
export async function startGithubServer(options: {
  readonly git: GitServer;
  /** In front of `owner/name` in the names of the git server's repositories. */
  readonly folder: string;
}): Promise<GithubServer> {
  const { git, folder } = options;
  const pulls: HostedPull[] = [];
  const merges = new Map<HostedPull, Promise<void>>();

  const headOf = (repository: string, branch: string) =>
    git.resolve(repository, `refs/heads/${branch}`);

  async function render(pull: HostedPull) {
    const side = async (ref: string) => ({
      ref,
      sha: (await headOf(pull.repository, ref)) ?? '0'.repeat(40),
      repo: { full_name: pull.repository.slice(folder.length + 1) },
    });
    const { mergeCommit } = pull;
    return {
      number: pull.number,
      title: pull.title,
      html_url: `https://${pull.repository}/pull/${pull.number}`,
      state: mergeCommit ? 'closed' : 'open',
      created_at: pull.createdAt,
      merged_at: mergeCommit ? pull.createdAt : null,
      merge_commit_sha: mergeCommit ?? null,
      mergeable: true,
      mergeable_state: 'clean',
      head: await side(pull.source),
      base: await side(pull.target),
    };
  }

  async function open(repository: string, body: string): Promise<Reply> {
    const { title, head, base } = JSON.parse(body);
    if (!(await headOf(repository, base))) {
      return json({ message: `the branch ${base} does not exist` }, 422);
    }
    const pull: HostedPull = {
      repository,
      title,
      number: pulls.length + 1,
      source: head,
      target: base,
      createdAt: new Date().toISOString(),
    };
    pulls.push(pull);
    return json(await render(pull), 201);
  }

  async function list(repository: string, query: URLSearchParams) {
    const source = query.get('head')?.split(':').slice(1).join(':');
    const found = pulls.filter(
      pull =>
        pull.repository === repository &&
        pull.source === source &&
        pull.target === query.get('base'),
    );
    return json(await Promise.all(found.map(render)));
  }

  const server = await startLoopbackServer({
    route: request => placeOf(request).route,
    async handle(request) {
      const { route, path, number, rest } = placeOf(request);
      const repository = `${folder}/${path}`;
      switch (route) {
        case 'list':
          return list(repository, request.url.searchParams);
        case 'open':
          return open(repository, (await request.body()).toString());
        case 'get': {
          const pull = pulls.find(
            each => each.repository === repository && each.number === number,
          );
          return pull ? json(await render(pull)) : notFound();
        }
        case 'merge': {
          const pull = pulls.find(
            each => each.repository === repository && each.number === number,
          );
          if (!pull) return notFound();
          await merge(pull);
          return json({ sha: pull.mergeCommit, merged: true });
        }
        case 'reviews':
        case 'labels':
          return json([]);
        case 'checks':
          return json({ check_runs: [] });
        default:
          return (
            (await answerCommits(git, repository, {
              method: request.method,
              path: rest,
              body: async () => JSON.parse((await request.body()).toString()),
            })) ?? notFound()
          );
      }
    },
  });

  /** Of a step and of a reviewer, one merges. */
  function merge(pull: HostedPull): Promise<void> {
    const known = merges.get(pull) ?? mergeOnce(pull);
    merges.set(pull, known);
    return known;
  }

  async function mergeOnce(pull: HostedPull): Promise<void> {
    const { repository, source, target, number } = pull;
    const [head, base] = await Promise.all([
      headOf(repository, source),
      headOf(repository, target),
    ]);
    const tree = await git.git(
      repository,
      ...['merge-tree', '--write-tree', '--allow-unrelated-histories'],
      ...[base!, head!],
    );
    const commit = await git.git(
      repository,
      ...MERGER,
      ...['commit-tree', tree.trim(), '-p', base!, '-p', head!],
      ...['-m', `Merge pull request #${number} from ${source}`],
    );
    await git.git(
      repository,
      ...['update-ref', `refs/heads/${target}`, commit.trim(), base!],
    );
    pull.mergeCommit = commit.trim();
  }

  return { ...server, pulls, merge };
}

interface Place {
  readonly route:
    | 'list'
    | 'open'
    | 'get'
    | 'merge'
    | 'reviews'
    | 'labels'
    | 'checks'
    | 'other';
  /** `owner/name` */
  readonly path?: string;
  readonly number?: number;
  /** Behind it. */
  readonly rest: string;
}

function placeOf({ method, url }: LoopbackRequest): Place {
  const [, path, rest = ''] =
    /^\/repos\/([^/]+\/[^/]+)\/(.+)$/.exec(url.pathname) ?? [];
  const [, digits, part] =
    /^(?:pulls|issues)\/(\d+)(?:\/(reviews|merge|labels))?$/.exec(rest) ?? [];
  const at = (route: Place['route']): Place => ({
    ...{ path, route, rest },
    ...(digits && { number: Number(digits) }),
  });
  if (rest === 'pulls') return at(method === 'POST' ? 'open' : 'list');
  if (/^commits\/\w+\/check-runs$/.test(rest)) return at('checks');
  return at(digits ? (part as Place['route'] | undefined) ?? 'get' : 'other');
}

function json(body: unknown, status = 200): Reply {
  return {
    status,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  };
}

function notFound(): Reply {
  return json({ message: 'Not Found' }, 404);
}
