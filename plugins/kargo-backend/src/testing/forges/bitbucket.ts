import { jsonReply } from '../FakeHosts';
import {
  bodyOf,
  createdAt,
  Forge,
  ForgeApi,
  ForgePull,
  idOf,
  OWNER,
  pageOf,
  REPO,
  route,
} from './Forge';

const STATES = { open: 'OPEN', merged: 'MERGED', closed: 'DECLINED' };

/** Ids of commits are told by their first twelve digits. */
function render(pull: ForgePull) {
  const side = (name: string, hash: string, owner = OWNER) => ({
    branch: { name },
    commit: { hash: hash.slice(0, 12) },
    repository: { full_name: `${owner}/${REPO}` },
  });
  return {
    id: pull.number,
    links: {
      html: {
        href: `https://bitbucket.org/${OWNER}/${REPO}/pull-requests/${pull.number}`,
      },
    },
    state: STATES[pull.state],
    draft: pull.isDraft,
    created_on: createdAt(pull),
    source: side(pull.source, pull.head, pull.isFork ? 'else' : OWNER),
    destination: side(pull.target, idOf('main')),
    merge_commit: pull.mergeCommit
      ? { hash: pull.mergeCommit.slice(0, 12) }
      : null,
    participants: [
      ...pull.against.map(name => ({
        role: 'REVIEWER',
        state: 'changes_requested',
        user: { display_name: name },
      })),
      ...pull.awaited.map(name => ({
        role: 'REVIEWER',
        state: null,
        user: { display_name: name },
      })),
    ],
  };
}

function notFound() {
  return jsonReply({ type: 'error', error: { message: 'Not found' } }, 404);
}

/** Bitbucket Cloud, as the documentation of its REST API of version 2.0 shows it. */
export const bitbucketForge: ForgeApi = {
  id: 'bitbucket',
  repoURL: `https://bitbucket.org/${OWNER}/${REPO}.git`,
  methods: { known: 'squash', unknown: 'octopus' },
  auth: ['authorization', 'Bearer secret'],
  hasLabels: false,
  answer(forge: Forge, request) {
    const { url } = request;
    const repo = `^/2.0/repositories/${OWNER}/${REPO}`;
    const at = (path: string) => new RegExp(`${repo}${path}$`);
    return route(request, [
      [
        'GET',
        at('/pullrequests'),
        () => {
          const [, source, target] =
            /^source\.branch\.name = "(.*)" AND destination\.branch\.name = "(.*)"$/.exec(
              url.searchParams.get('q') ?? '',
            ) ?? [];
          const states = url.searchParams.getAll('state');
          const found = forge.pulls.filter(
            pull =>
              pull.source === source &&
              pull.target === target &&
              states.includes(STATES[pull.state]),
          );
          const { page, hasNext } = pageOf(found, url);
          return jsonReply({
            values: page.map(render),
            ...(hasNext && { next: `${url.href}&page=2` }),
          });
        },
      ],
      [
        'POST',
        at('/pullrequests'),
        () => {
          const { title, description, source, destination } = bodyOf(request);
          return forge.branches.has(destination.branch.name)
            ? jsonReply(
                render(
                  forge.add({
                    title,
                    description,
                    source: source.branch.name,
                    target: destination.branch.name,
                  }),
                ),
                201,
              )
            : jsonReply(
                {
                  type: 'error',
                  error: {
                    message: 'Bad request',
                    fields: { destination: ['branch not found'] },
                  },
                },
                400,
              );
        },
      ],
      [
        'GET',
        at('/pullrequests/(\\d+)'),
        number => {
          const pull = forge.find(number);
          return pull ? jsonReply(render(pull)) : notFound();
        },
      ],
      [
        'GET',
        at('/pullrequests/(\\d+)/statuses'),
        number =>
          jsonReply({
            values: (forge.find(number)?.checks ?? []).map(
              ({ name, state }) => ({
                name,
                key: name,
                state: {
                  passed: 'SUCCESSFUL',
                  running: 'INPROGRESS',
                  failed: 'FAILED',
                }[state],
              }),
            ),
          }),
      ],
      [
        'GET',
        at('/commit/(\\w+)'),
        hash => {
          const full = forge.pulls
            .flatMap(({ head, mergeCommit }) => [head, mergeCommit])
            .find(id => id?.startsWith(hash));
          return full ? jsonReply({ hash: full }) : notFound();
        },
      ],
      [
        'POST',
        at('/pullrequests/(\\d+)/merge'),
        number => {
          const pull = forge.find(number)!;
          forge.merge(pull, bodyOf(request).merge_strategy);
          return jsonReply(render(pull));
        },
      ],
      [
        'DELETE',
        at('/refs/branches/(.+)'),
        branch => {
          switch (forge.deleteBranch(branch)) {
            case undefined:
              return jsonReply(
                { type: 'error', error: { message: 'Branch is protected' } },
                403,
              );
            case false:
              return notFound();
            default:
              return { status: 204 };
          }
        },
      ],
    ]);
  },
};
