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

const URL_OF_API = 'https://github.example.com';

function render(pull: ForgePull) {
  const side = (ref: string, sha: string, owner = OWNER) => ({
    ref,
    sha,
    repo: { full_name: `${owner}/${REPO}` },
  });
  return {
    number: pull.number,
    html_url: `${URL_OF_API}/${OWNER}/${REPO}/pull/${pull.number}`,
    state: pull.state === 'open' ? 'open' : 'closed',
    draft: pull.isDraft,
    created_at: createdAt(pull),
    merged_at: pull.state === 'merged' ? createdAt(pull) : null,
    // A merge that was tried out, as long as it is open.
    merge_commit_sha: pull.mergeCommit ?? '0'.repeat(40),
    mergeable: !pull.hasConflicts,
    mergeable_state: mergeableState(pull),
    head: side(pull.source, pull.head, pull.isFork ? 'else' : OWNER),
    base: side(pull.target, '1'.repeat(40)),
    requested_reviewers: pull.awaited.map(login => ({ login })),
    requested_teams: [],
  };
}

function mergeableState(pull: ForgePull): string {
  if (pull.hasConflicts) return 'dirty';
  return pull.isDraft ? 'draft' : 'clean';
}

/** GitHub, as its REST documentation of version 2022-11-28 shows it. */
export const githubForge: ForgeApi = {
  id: 'github',
  repoURL: `${URL_OF_API}/${OWNER}/${REPO}.git`,
  methods: { known: 'squash', unknown: 'octopus' },
  auth: ['authorization', 'Bearer secret'],
  hasLabels: true,
  answer(forge: Forge, request) {
    const { url } = request;
    const repo = `^/api/v3/repos/${OWNER}/${REPO}`;
    const at = (path: string) => new RegExp(`${repo}${path}$`);
    return route(request, [
      [
        'GET',
        at('/pulls'),
        () => {
          const [owner, ...head] = (url.searchParams.get('head') ?? '').split(
            ':',
          );
          const found = forge.pulls.filter(
            pull =>
              pull.source === head.join(':') &&
              pull.target === url.searchParams.get('base') &&
              owner === OWNER,
          );
          return jsonReply(pageOf(found, url).page.map(render));
        },
      ],
      [
        'POST',
        at('/pulls'),
        () => {
          const { title, head, base, body } = bodyOf(request);
          return forge.branches.has(base)
            ? jsonReply(
                render(
                  forge.add({
                    title,
                    source: head,
                    target: base,
                    description: body,
                  }),
                ),
                201,
              )
            : jsonReply(
                {
                  message: 'Validation Failed',
                  errors: [
                    { resource: 'PullRequest', field: 'base', code: 'invalid' },
                  ],
                },
                422,
              );
        },
      ],
      [
        'POST',
        at('/issues/(\\d+)/labels'),
        number => {
          forge.find(number)?.labels.push(...bodyOf(request).labels);
          return jsonReply([]);
        },
      ],
      ['GET', at('/pulls/(\\d+)'), number => one(forge, number)],
      [
        'GET',
        at('/pulls/(\\d+)/reviews'),
        number =>
          jsonReply(
            (forge.find(number)?.against ?? []).flatMap(login => [
              { state: 'APPROVED', user: { login } },
              { state: 'CHANGES_REQUESTED', user: { login } },
              { state: 'COMMENTED', user: { login } },
            ]),
          ),
      ],
      [
        'GET',
        at('/commits/(\\w+)/check-runs'),
        sha =>
          jsonReply({
            check_runs: (
              forge.pulls.find(({ head }) => head === sha)?.checks ?? []
            ).map(({ name, state }) => ({
              name,
              status: state === 'running' ? 'in_progress' : 'completed',
              conclusion: {
                passed: 'success',
                running: null,
                failed: 'failure',
              }[state],
            })),
          }),
      ],
      [
        'PUT',
        at('/pulls/(\\d+)/merge'),
        number => {
          const pull = forge.find(number)!;
          const { sha, merge_method: method } = bodyOf(request);
          if (sha !== pull.head) {
            return jsonReply(
              {
                message:
                  'Head branch was modified. Review and try the merge again.',
              },
              409,
            );
          }
          if (method === 'octopus') {
            return jsonReply(
              {
                message:
                  'Invalid request.\n\n"octopus" is not a member of the enum',
              },
              422,
            );
          }
          forge.merge(pull, method);
          return jsonReply({ sha: pull.mergeCommit, merged: true });
        },
      ],
      [
        'DELETE',
        at('/git/refs/heads/(.+)'),
        branch => {
          switch (forge.deleteBranch(branch)) {
            case undefined:
              return jsonReply(
                { message: 'Cannot delete protected branch' },
                422,
              );
            case false:
              return jsonReply({ message: 'Reference does not exist' }, 422);
            default:
              return { status: 204 };
          }
        },
      ],
    ]);
  },
};

function one(forge: Forge, number: string) {
  const pull = forge.find(number);
  return pull ? jsonReply(render(pull)) : notFound();
}
