import { join } from 'node:path';
import { type GithubServer, startGithubServer } from '../world/githubServer';
import { type GitServer, startGitServer } from '../world/gitServer';
import { startInternet } from '../world/internet';
import {
  type LoopbackServer,
  startLoopbackServer,
} from '../world/loopbackServer';
import { type Postgres, startPostgres } from '../world/postgres';

/** The repository that all projects write to, as the git server knows it. */
export const REPOSITORY = 'github.com/acme/gitops';
/** Its address, as manifests name it. */
export const REPOSITORY_URL = `https://${REPOSITORY}.git`;

/** What the replicas of a run talk to. */
export interface SoakWorld {
  readonly postgres: Postgres;
  readonly git: GitServer;
  readonly github: GithubServer;
  readonly doorbell: LoopbackServer;
  /** What a replica needs in its environment to reach them. */
  readonly environment: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** Starts everything but the replicas; what cannot be started takes the others along. */
export async function startSoakWorld(root: string): Promise<SoakWorld> {
  const ends: Array<() => Promise<void>> = [];
  const close = async () => {
    for (const end of ends.splice(0).reverse()) await end();
  };
  try {
    const postgres = await startPostgres();
    ends.push(() => postgres.stop());
    const git = await startGitServer({ root: join(root, 'git') });
    ends.push(() => git.close());
    const github = await startGithubServer({ git, folder: 'github.com' });
    ends.push(() => github.close());
    const doorbell = await startLoopbackServer({
      route: ({ url }) => url.pathname.slice(1),
      handle: async () => ({ status: 200, body: 'rung' }),
    });
    ends.push(() => doorbell.close());
    const internet = await startInternet({
      stateDir: root,
      hosts: new Map([
        [
          'github.com',
          path =>
            `${git.repoURL(REPOSITORY)}${path.replace('/acme/gitops.git', '')}`,
        ],
        ['api.github.com', path => `${github.url}${path}`],
      ]),
    });
    ends.push(() => internet.close());
    const { environment } = internet;
    return { postgres, git, github, doorbell, environment, close };
  } catch (error) {
    await close();
    throw error;
  }
}
