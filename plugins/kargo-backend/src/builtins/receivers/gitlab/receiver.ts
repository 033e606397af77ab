import {
  createWebhookReceiverType,
  WebhookReading,
} from 'backstage-plugin-kargo-node';
import { demandSecret } from '../shared/authentication';
import { changedFiles, isNewBranch } from '../shared/commits';
import { SecretConfig } from '../shared/config';
import { NOTHING, pushed, readPayload, refuseEvent } from '../shared/reading';
import { MergeRequestEvent, Push, PushEvent } from './payload';

/** Receives what GitLab tells. */
export const gitlabReceiver = createWebhookReceiverType({
  id: 'gitlab',
  description: 'Pushes, tags and merge requests of GitLab.',
  config: SecretConfig,
  secretKey: 'secret-token',
  event: request => request.header('X-Gitlab-Event'),
  authenticate: (request, secret) =>
    demandSecret(request, secret, { header: 'X-Gitlab-Token' }),
  read(request, body) {
    const event = request.header('X-Gitlab-Event');
    switch (event) {
      case 'Push Hook':
        return readPayload(PushEvent, body, push => readPush(push, true));
      case 'Tag Push Hook':
        return readPayload(PushEvent, body, push => readPush(push, false));
      case 'Merge Request Hook':
        return readPayload(MergeRequestEvent, body, ({ object_attributes }) =>
          ['close', 'merge'].includes(object_attributes.action)
            ? { kind: 'pullRequestsEnded', urls: [object_attributes.url] }
            : NOTHING,
        );
      default:
        return refuseEvent(event);
    }
  },
});

function readPush(push: Push, isBranch: boolean): WebhookReading {
  const { ref, repository, project, commits, total_commits_count } = push;
  const isWhole =
    isBranch &&
    !isNewBranch(push) &&
    (total_commits_count ?? 0) <= commits.length;
  return pushed({
    repositories: [
      { kind: 'git', url: repository.git_http_url },
      { kind: 'git', url: repository.git_ssh_url },
    ],
    qualifiers: [ref],
    ...(isWhole && { changedFiles: changedFiles(commits) }),
    ...(project?.default_branch && { defaultBranch: project.default_branch }),
  });
}
