import { jsonReply } from '../FakeHosts';
import {
  bodyOf,
  createdAt,
  Forge,
  ForgeApi,
  ForgePull,
  idOf,
  notFound,
  OWNER,
  REPO,
  route,
} from './Forge';

const HEADS = 'refs/heads/';
const STATES = { open: 'active', merged: 'completed', closed: 'abandoned' };
const GONE = '0'.repeat(40);

function render(pull: ForgePull) {
  return {
    pullRequestId: pull.number,
    status: STATES[pull.state],
    isDraft: pull.isDraft,
    creationDate: createdAt(pull),
    sourceRefName: `${HEADS}${pull.source}`,
    targetRefName: `${HEADS}${pull.target}`,
    mergeStatus: pull.hasConflicts ? 'conflicts' : 'succeeded',
    lastMergeSourceCommit: { commitId: pull.head },
    lastMergeCommit: { commitId: pull.mergeCommit ?? idOf('tried out') },
    ...(pull.isFork && { forkSource: { name: 'refs/heads/x' } }),
    reviewers: [
      ...pull.against.map(displayName => ({
        displayName,
        vote: -10,
        isRequired: true,
      })),
      ...pull.awaited.map(displayName => ({
        displayName,
        vote: 0,
        isRequired: true,
      })),
      { displayName: 'optional', vote: 0 },
    ],
  };
}

/** Azure DevOps Services, as the documentation of its REST API of version 7.1 shows it. */
export const azureForge: ForgeApi = {
  id: 'azure',
  repoURL: `https://dev.azure.com/${OWNER}/store%20front/_git/${REPO}`,
  methods: { known: 'squash', unknown: 'octopus' },
  auth: ['authorization', `Basic ${Buffer.from(':secret').toString('base64')}`],
  hasLabels: true,
  answer(forge: Forge, request) {
    const { url } = request;
    if (url.searchParams.get('api-version') !== '7.1') {
      return jsonReply({ message: 'no api-version' }, 400);
    }
    const repo = `^/${OWNER}/store front/_apis/git/repositories/${REPO}`;
    const at = (path: string) => new RegExp(`${repo}${path}$`);
    return route(request, [
      [
        'GET',
        at('/pullrequests'),
        () => {
          const found = forge.pulls.filter(
            pull =>
              `${HEADS}${pull.source}` ===
                url.searchParams.get('searchCriteria.sourceRefName') &&
              `${HEADS}${pull.target}` ===
                url.searchParams.get('searchCriteria.targetRefName'),
          );
          const skip = Number(url.searchParams.get('$skip'));
          const top = Number(url.searchParams.get('$top'));
          return jsonReply({
            value: found.slice(skip, skip + top).map(render),
          });
        },
      ],
      [
        'POST',
        at('/pullrequests'),
        () => {
          const {
            title,
            description,
            sourceRefName,
            targetRefName,
            labels = [],
          } = bodyOf(request);
          const target = targetRefName.slice(HEADS.length);
          return forge.branches.has(target)
            ? jsonReply(
                render(
                  forge.add({
                    title,
                    description,
                    source: sourceRefName.slice(HEADS.length),
                    target,
                    labels: labels.map(({ name }: { name: string }) => name),
                  }),
                ),
                201,
              )
            : jsonReply(
                { message: 'TF401398: The branch does not exist' },
                404,
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
            value: (forge.find(number)?.checks ?? []).map(
              ({ name, state }) => ({
                state: {
                  passed: 'succeeded',
                  running: 'pending',
                  failed: 'failed',
                }[state],
                context: { name },
              }),
            ),
          }),
      ],
      [
        'PATCH',
        at('/pullrequests/(\\d+)'),
        number => {
          const pull = forge.find(number)!;
          const { lastMergeSourceCommit, completionOptions } = bodyOf(request);
          if (lastMergeSourceCommit.commitId !== pull.head) {
            return jsonReply(
              { message: 'TF401192: the source has changed' },
              409,
            );
          }
          const before = render(pull);
          // Carried out after the answer.
          forge.merge(pull, completionOptions.mergeStrategy);
          return jsonReply(before);
        },
      ],
      [
        'GET',
        at('/refs'),
        () => {
          const filter = `refs/${url.searchParams.get('filter')}`;
          return jsonReply({
            value: [...forge.branches]
              .map(name => ({ name: `${HEADS}${name}`, objectId: idOf(name) }))
              .filter(({ name }) => name.startsWith(filter)),
          });
        },
      ],
      [
        'POST',
        at('/refs'),
        () => {
          const [{ name, oldObjectId, newObjectId }] = JSON.parse(request.body);
          const branch = name.slice(HEADS.length);
          if (oldObjectId !== idOf(branch) || newObjectId !== GONE) {
            return jsonReply({ message: 'TF401035' }, 400);
          }
          return forge.deleteBranch(branch) === undefined
            ? jsonReply({
                value: [
                  { success: false, updateStatus: 'writePermissionRequired' },
                ],
              })
            : jsonReply({ value: [{ success: true }] });
        },
      ],
    ]);
  },
};
