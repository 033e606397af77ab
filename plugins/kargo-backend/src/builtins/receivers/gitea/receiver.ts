import {
  createWebhookReceiverType,
  WebhookReading,
} from 'backstage-plugin-kargo-node';
import { demandHmac } from '../shared/authentication';
import { changedFiles, isNewBranch } from '../shared/commits';
import { SecretConfig } from '../shared/config';
import { NOTHING, pushed, readPayload, refuseEvent } from '../shared/reading';
import { PullRequestEvent, Push, PushEvent } from './payload';

/** Receives what Gitea, and Forgejo, tell. */
export const giteaReceiver = createWebhookReceiverType({
  id: 'gitea',
  description: 'Pushes and pull requests of Gitea and Forgejo.',
  config: SecretConfig,
  secretKey: 'secret',
  event: request => request.header('X-Gitea-Event'),
  screen(request) {
    const event = request.header('X-Gitea-Event');
    return event === 'push' || event === 'pull_request'
      ? undefined
      : refuseEvent(event, 501);
  },
  authenticate: (request, secret) =>
    demandHmac(request, secret, {
      header: 'X-Hub-Signature-256',
      prefix: 'sha256=',
    }),
  read: (request, body) =>
    request.header('X-Gitea-Event') === 'push'
      ? readPayload(PushEvent, body, readPush)
      : readPayload(PullRequestEvent, body, event =>
          event.action === 'closed'
            ? {
                kind: 'pullRequestsEnded',
                urls: [event.pull_request.html_url],
              }
            : NOTHING,
        ),
});

function readPush(push: Push): WebhookReading {
  const { ref, repository, commits, total_commits } = push;
  const isWhole = !isNewBranch(push) && (total_commits ?? 0) <= commits.length;
  return pushed({
    repositories: [
      { kind: 'git', url: repository.clone_url },
      { kind: 'git', url: repository.ssh_url },
    ],
    qualifiers: [ref],
    ...(isWhole && { changedFiles: changedFiles(commits) }),
    ...(repository.default_branch && {
      defaultBranch: repository.default_branch,
    }),
  });
}
