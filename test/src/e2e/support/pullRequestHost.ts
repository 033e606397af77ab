import {
  type LoopbackServer,
  startLoopbackServer,
} from '../../world/loopbackServer';

/** A host with one pull request that waits for a person. */
export interface PullRequestHost extends LoopbackServer {
  /** Address of its repository, as steps take it. */
  readonly repoURL: string;
  /** Page of the pull request. */
  readonly pullURL: string;
  readonly number: number;
  /** Merges it like a person who presses the button. */
  merge(): void;
}

const NUMBER = 7;
const HEAD = 'a'.repeat(40);
const MERGE_COMMIT = 'b'.repeat(40);

/** Starts a host that answers as Gitea does (API v1); bob has to review. */
export async function startPullRequestHost(): Promise<PullRequestHost> {
  let isMerged = false;
  const side = (ref: string) => ({ ref, sha: HEAD, repo_id: 1 });
  const server = await startLoopbackServer({
    route: ({ url }) =>
      url.pathname.replace(/^\/api\/v1\/repos\/acme\/gitops\//, ''),
    async handle({ headers }, { route }) {
      switch (route) {
        case `pulls/${NUMBER}`:
          return json({
            number: NUMBER,
            html_url: `http://${headers.host}/acme/gitops/pulls/${NUMBER}`,
            state: isMerged ? 'closed' : 'open',
            merged: isMerged,
            mergeable: true,
            ...(isMerged && { merge_commit_sha: MERGE_COMMIT }),
            head: side('stage/test'),
            base: side('main'),
            requested_reviewers: [{ login: 'bob' }],
          });
        case `pulls/${NUMBER}/reviews`:
          return json([]);
        case `commits/${HEAD}/status`:
          return json({ statuses: [] });
        default:
          return json({ message: 'Not Found' }, 404);
      }
    },
  });
  return {
    ...server,
    repoURL: `${server.url}/acme/gitops.git`,
    pullURL: `${server.url}/acme/gitops/pulls/${NUMBER}`,
    number: NUMBER,
    merge() {
      isMerged = true;
    },
  };
}

/** A project whose Stage `test` waits until the pull request of a host is merged. */
export function waitingPipeline(options: {
  readonly project: string;
  readonly image: string;
  readonly host: PullRequestHost;
}): string {
  const { project, image, host } = options;
  return `
apiVersion: kargo.akuity.io/v1alpha1
kind: Project
metadata: {name: ${project}}
---
apiVersion: kargo.akuity.io/v1alpha1
kind: Warehouse
metadata: {name: web, namespace: ${project}}
spec:
  subscriptions: [{image: {repoURL: ${image}, constraint: ~1.2.0}}]
---
apiVersion: kargo.akuity.io/v1alpha1
kind: Stage
metadata: {name: test, namespace: ${project}}
spec:
  requestedFreight: [{origin: {kind: Warehouse, name: web}, sources: {direct: true}}]
  promotionTemplate:
    spec:
      steps:
      - uses: git-wait-for-pr
        as: wait-for-merge
        config: {repoURL: ${host.repoURL}, provider: gitea, prNumber: ${host.number}}
`;
}

function json(body: unknown, status = 200) {
  return {
    status,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  };
}
