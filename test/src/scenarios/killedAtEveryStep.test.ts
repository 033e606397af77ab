import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type GithubServer, startGithubServer } from '../world/githubServer';
import { type GitServer, startGitServer } from '../world/gitServer';
import { type Internet, startInternet } from '../world/internet';
import {
  type LoopbackServer,
  startLoopbackServer,
} from '../world/loopbackServer';
import { type Portal, startPortal } from '../world/portal';
import { type Postgres, startPostgres } from '../world/postgres';
import { ApiProgram, eventually } from './ApiProgram';
import { aFreight, aProjectByHand } from './pipelines';

const LIMIT_MS = 900_000;
const GATES = ['cloned', 'changed', 'committed', 'pushed'];
const SUBJECT = {
  project: 'killed',
  image: 'registry.invalid/guestbook',
  gitURL: 'https://github.com/acme/gitops.git',
};
const REPOSITORY = 'github.com/acme/gitops';

/** Nine steps; at each gate the Promotion stands at the boundary between two others. */
function aGatedStage(url: string) {
  const { project, image, gitURL } = SUBJECT;
  const gate = (name: string) => `
      - uses: http
        as: ${name}
        config: {url: "${url}/${name}", timeout: 15m}`;
  return `
apiVersion: v1
kind: Secret
metadata:
  name: gitops
  namespace: ${project}
  labels: {kargo.akuity.io/cred-type: git}
stringData: {repoURL: "${gitURL}", username: kargo, password: a-token-of-the-test}
---
apiVersion: kargo.akuity.io/v1alpha1
kind: Stage
metadata:
  name: test
  namespace: ${project}
spec:
  requestedFreight:
  - origin: {kind: Warehouse, name: guestbook}
    sources: {direct: true}
  promotionTemplate:
    spec:
      steps:
      - uses: git-clone
        config:
          repoURL: ${gitURL}
          checkout: [{branch: main, path: ./src}]${gate('cloned')}
      - uses: kustomize-set-image
        config:
          path: ./src/test
          images: [{image: ${image}, tag: "\${{ imageFrom('${image}').Tag }}"}]${gate(
    'changed',
  )}
      - uses: git-commit
        as: commit
        config: {path: ./src, message: Promote once}${gate('committed')}
      - uses: git-push
        as: push
        config: {path: ./src, generateTargetBranch: true}${gate('pushed')}
      - uses: git-open-pr
        as: propose
        config:
          repoURL: ${gitURL}
          sourceBranch: "\${{ outputs.push.branch }}"
          targetBranch: main
`;
}

describe('a portal on PostgreSQL that is killed between and within the steps of a promotion', () => {
  let stateDir: string;
  let postgres: Postgres;
  let git: GitServer;
  let github: GithubServer;
  let internet: Internet;
  let gate: LoopbackServer;
  let portal: Portal;
  let program: ApiProgram;
  const until = () => AbortSignal.timeout(LIMIT_MS);

  const start = async () => {
    portal = await startPortal({
      stateDir: join(stateDir, 'portal'),
      database: { postgresUrl: postgres.url, prefix: 'killed_' },
      environment: internet.environment,
    });
    program = new ApiProgram(portal.api, portal.token);
  };

  beforeAll(async () => {
    stateDir = await mkdtemp(join(tmpdir(), 'scenario-'));
    [postgres, git, gate] = await Promise.all([
      startPostgres(),
      startGitServer({ root: join(stateDir, 'git') }),
      startLoopbackServer({
        route: ({ url }) => url.pathname.slice(1),
        handle: async () => ({ status: 200, body: 'open' }),
      }),
    ]);
    await git.createRepo(REPOSITORY, {
      'test/kustomization.yaml':
        'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n',
    });
    github = await startGithubServer({ git, folder: 'github.com' });
    internet = await startInternet({
      stateDir,
      hosts: new Map([
        [
          'github.com',
          path =>
            `${git.repoURL(REPOSITORY)}${path.replace('/acme/gitops.git', '')}`,
        ],
        ['api.github.com', path => `${github.url}${path}`],
      ]),
    });
    await start();
  }, LIMIT_MS);

  afterAll(async () => {
    await portal?.close();
    await internet?.close();
    await Promise.all([github?.close(), git?.close(), gate?.close()]);
    await postgres?.stop();
    await rm(stateDir, { recursive: true, force: true });
  }, LIMIT_MS);

  /** Holds the Promotion at a gate. */
  const close = (name: string) =>
    gate.faults.always({ kind: 'hang' }, { route: name });

  const branches = async () =>
    (
      await git.git(
        REPOSITORY,
        'for-each-ref',
        '--format=%(refname:short)',
        'refs/heads',
      )
    )
      .trim()
      .split('\n')
      .filter(name => name !== 'main');

  /** Ends the process with no time to say goodbye, frees the way and starts another. */
  const killAndGoOn = async (free: () => void) => {
    await portal.kill('SIGKILL');
    free();
    await start();
  };

  it(
    'ends it, with one commit, one branch and one pull request, and everything told as if nothing had happened',
    async () => {
      await program.create(aProjectByHand(SUBJECT));
      await program.create(aGatedStage(gate.url));
      const [freight] = await program.create(aFreight(SUBJECT, '4.0.1'));
      const gates = new Map(GATES.map(name => [name, close(name)]));
      const { metadata } = await program.promote(
        SUBJECT.project,
        'test',
        freight.metadata.name,
      );
      for (const name of ['cloned', 'changed']) {
        await gate.waitForRequests(name);
        await killAndGoOn(gates.get(name)!);
      }

      // What is sent arrives, and the answer does not.
      const slow = { kind: 'slow', bytesPerSecond: 1 } as const;
      await gate.waitForRequests('committed');
      const pushed = git.faults.always(slow, { route: 'push' });
      await killAndGoOn(gates.get('committed')!);
      await eventually(async () => (await branches())[0], until());
      await killAndGoOn(pushed);

      await gate.waitForRequests('pushed');
      const proposed = github.faults.always(slow, { route: 'open' });
      await killAndGoOn(gates.get('pushed')!);
      await eventually(async () => github.pulls.at(0), until());
      await killAndGoOn(proposed);

      const ended = await program.ended(
        SUBJECT.project,
        metadata.name,
        until(),
      );
      expect([ended.status?.phase, ended.status?.message]).toEqual([
        'Succeeded',
        undefined,
      ]);
      const [branch, ...more] = await branches();
      expect(more).toEqual([]);
      const commits = await git.log(REPOSITORY, `main..${branch}`);
      expect(commits.map(({ subject }) => subject)).toEqual(['Promote once']);
      expect(github.pulls.map(({ source }) => source)).toEqual([branch]);
      const head = await git.resolve(REPOSITORY, branch);
      expect(ended.status?.state).toMatchObject({
        commit: { commit: head },
        push: { commit: head, branch },
        propose: { pr: { id: github.pulls[0].number } },
      });
      const stage = await eventually(async () => {
        const test = await program.get(`/projects/killed/stages/test`);
        return test.status?.lastPromotion ? test : undefined;
      }, until());
      expect(stage.status?.lastPromotion).toMatchObject({
        name: metadata.name,
      });
    },
    LIMIT_MS,
  );
});
