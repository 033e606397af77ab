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

const HOST = 'https://gitlab.example.com';
const STATES = { open: 'opened', merged: 'merged', closed: 'closed' };

function render(pull: ForgePull) {
  return {
    iid: pull.number,
    web_url: `${HOST}/${OWNER}/sub/${REPO}/-/merge_requests/${pull.number}`,
    state: STATES[pull.state],
    draft: pull.isDraft,
    sha: pull.head,
    created_at: createdAt(pull),
    source_branch: pull.source,
    target_branch: pull.target,
    source_project_id: pull.isFork ? 2 : 1,
    target_project_id: 1,
    merge_commit_sha: pull.mergeCommit ?? null,
    squash_commit_sha: null,
    detailed_merge_status: detailedStatus(pull),
    head_pipeline: pull.checks.some(({ state }) => state === 'failed')
      ? { status: 'failed' }
      : null,
  };
}

function detailedStatus(pull: ForgePull): string {
  if (pull.isDraft) return 'draft_status';
  if (pull.hasConflicts) return 'conflict';
  if (pull.against.length > 0) return 'requested_changes';
  return pull.checks.some(({ state }) => state === 'running')
    ? 'ci_still_running'
    : 'mergeable';
}

/** GitLab, as the documentation of its REST API of version 4 shows it. */
export const gitlabForge: ForgeApi = {
  id: 'gitlab',
  repoURL: `${HOST}/${OWNER}/sub/${REPO}.git`,
  methods: { known: 'squash', unknown: 'rebase' },
  auth: ['private-token', 'secret'],
  hasLabels: true,
  answer(forge: Forge, request) {
    const { url } = request;
    const project = `^/api/v4/projects/${OWNER}/sub/${REPO}`;
    const at = (path: string) => new RegExp(`${project}${path}$`);
    return route(request, [
      [
        'GET',
        at('/merge_requests'),
        () => {
          const found = forge.pulls.filter(
            pull =>
              pull.source === url.searchParams.get('source_branch') &&
              pull.target === url.searchParams.get('target_branch'),
          );
          const { page, number, hasNext } = pageOf(found, url);
          const reply = jsonReply(page.map(render));
          return {
            ...reply,
            headers: {
              ...reply.headers,
              'x-next-page': hasNext ? String(number + 1) : '',
            },
          };
        },
      ],
      [
        'POST',
        at('/merge_requests'),
        () => {
          const {
            title,
            source_branch: source,
            target_branch: target,
            description,
            labels,
          } = bodyOf(request);
          return forge.branches.has(target)
            ? jsonReply(
                render(
                  forge.add({
                    title,
                    source,
                    target,
                    description,
                    labels: labels?.split(',') ?? [],
                  }),
                ),
                201,
              )
            : jsonReply(
                { message: { target_branch: ["can't be blank"] } },
                400,
              );
        },
      ],
      [
        'GET',
        at('/merge_requests/(\\d+)'),
        number => {
          const pull = forge.find(number);
          return pull ? jsonReply(render(pull)) : notFound();
        },
      ],
      [
        'GET',
        at('/merge_requests/(\\d+)/approvals'),
        number => {
          const awaited = forge.find(number)?.awaited ?? [];
          return jsonReply({
            approvals_left: awaited.length,
            suggested_approvers: awaited.map(username => ({ username })),
          });
        },
      ],
      [
        'PUT',
        at('/merge_requests/(\\d+)/merge'),
        number => {
          const pull = forge.find(number)!;
          const { sha, squash } = bodyOf(request);
          if (sha !== pull.head) {
            return jsonReply(
              { message: 'SHA does not match HEAD of source branch' },
              409,
            );
          }
          forge.merge(pull, squash ? 'squash' : undefined);
          return jsonReply(render(pull));
        },
      ],
      [
        'DELETE',
        at('/repository/branches/(.+)'),
        branch => {
          switch (forge.deleteBranch(branch)) {
            case undefined:
              return jsonReply({ message: '403 Forbidden' }, 403);
            case false:
              return jsonReply({ message: '404 Branch Not Found' }, 404);
            default:
              return { status: 204 };
          }
        },
      ],
    ]);
  },
};
