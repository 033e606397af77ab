import { jsonReply } from '../FakeHosts';
import {
  bodyOf,
  createdAt,
  Forge,
  ForgeApi,
  ForgePull,
  notFound,
  OWNER,
  pageOf,
  REPO,
  route,
} from './Forge';

const HOST = 'https://gitea.example.com';

function render(pull: ForgePull) {
  return {
    number: pull.number,
    html_url: `${HOST}/${OWNER}/${REPO}/pulls/${pull.number}`,
    state: pull.state === 'open' ? 'open' : 'closed',
    draft: pull.isDraft,
    merged: pull.state === 'merged',
    mergeable: !pull.hasConflicts,
    merge_commit_sha: pull.mergeCommit ?? null,
    created_at: createdAt(pull),
    head: { ref: pull.source, sha: pull.head, repo_id: pull.isFork ? 2 : 1 },
    base: { ref: pull.target, sha: '1'.repeat(40), repo_id: 1 },
    requested_reviewers: pull.awaited.map(login => ({ login })),
  };
}

/** Gitea, as the description of its API of version 1 shows it. */
export const giteaForge: ForgeApi = {
  id: 'gitea',
  repoURL: `${HOST}/${OWNER}/${REPO}.git`,
  methods: { known: 'squash', unknown: 'octopus' },
  auth: ['authorization', 'token secret'],
  hasLabels: true,
  answer(forge: Forge, request) {
    const { url } = request;
    const repo = `^/api/v1/repos/${OWNER}/${REPO}`;
    const at = (path: string) => new RegExp(`${repo}${path}$`);
    return route(request, [
      [
        'GET',
        at('/pulls'),
        () => jsonReply(pageOf(forge.pulls, url).page.map(render)),
      ],
      [
        'GET',
        at('/labels'),
        () =>
          jsonReply(
            pageOf(
              forge.labels.map((name, index) => ({ id: index + 1, name })),
              url,
            ).page,
          ),
      ],
      [
        'POST',
        at('/pulls'),
        () => {
          const { title, head, base, body, labels = [] } = bodyOf(request);
          return forge.branches.has(base)
            ? jsonReply(
                render(
                  forge.add({
                    title,
                    source: head,
                    target: base,
                    description: body,
                    labels: labels.map((id: number) => forge.labels[id - 1]),
                  }),
                ),
                201,
              )
            : jsonReply({ message: 'could not find base branch' }, 404);
        },
      ],
      [
        'GET',
        at('/pulls/(\\d+)'),
        number => {
          const pull = forge.find(number);
          return pull ? jsonReply(render(pull)) : notFound();
        },
      ],
      [
        'GET',
        at('/pulls/(\\d+)/reviews'),
        number =>
          jsonReply(
            (forge.find(number)?.against ?? []).map(login => ({
              state: 'REQUEST_CHANGES',
              stale: false,
              user: { login },
            })),
          ),
      ],
      [
        'GET',
        at('/commits/(\\w+)/status'),
        sha =>
          jsonReply({
            state: 'pending',
            statuses: (
              forge.pulls.find(({ head }) => head === sha)?.checks ?? []
            ).map(({ name, state }) => ({
              context: name,
              status: {
                passed: 'success',
                running: 'pending',
                failed: 'failure',
              }[state],
            })),
          }),
      ],
      [
        'POST',
        at('/pulls/(\\d+)/merge'),
        number => {
          const pull = forge.find(number)!;
          const { Do: method, head_commit_id: head } = bodyOf(request);
          if (head !== pull.head) {
            return jsonReply({ message: 'head out of date' }, 409);
          }
          forge.merge(pull, method);
          return { status: 200 };
        },
      ],
      [
        'DELETE',
        at('/branches/(.+)'),
        branch => {
          switch (forge.deleteBranch(branch)) {
            case undefined:
              return jsonReply({ message: 'branch protected' }, 403);
            case false:
              return jsonReply(
                { message: "The target couldn't be found." },
                404,
              );
            default:
              return { status: 204 };
          }
        },
      ],
    ]);
  },
};
