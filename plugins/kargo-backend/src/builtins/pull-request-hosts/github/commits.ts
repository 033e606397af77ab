import {
  branchPath,
  HostedCommit,
  HostedCommits,
  HostedComparison,
  isHostRefusal,
  NewHostedCommit,
  RestApi,
} from 'backstage-plugin-kargo-node';
import { z } from 'zod';

const Ref = z.object({ object: z.object({ sha: z.string() }) });
const Person = z.object({
  name: z.string(),
  email: z.string(),
  date: z.string(),
});
const Comparison = z.object({
  status: z.enum(['identical', 'ahead', 'behind', 'diverged']),
  total_commits: z.int(),
  commits: z.array(
    z.object({
      sha: z.string(),
      parents: z.array(z.object({ sha: z.string() })),
      commit: z.object({
        tree: z.object({ sha: z.string() }),
        message: z.string(),
        author: Person,
        committer: Person,
      }),
    }),
  ),
});
const Created = z.object({ sha: z.string() });

/** The most that GitHub tells on one page of a comparison. */
const PAGE = 250;

/** GitHub's API for what git keeps. */
export class GithubCommits implements HostedCommits {
  constructor(
    private readonly api: RestApi,
    /** Path of the repository. */
    private readonly repo: string,
  ) {}

  async findBranch(name: string): Promise<string | undefined> {
    const { status, body } = await this.api.ask({
      path: `${this.repo}/git/ref/heads/${branchPath(name)}`,
      accept: [404],
    });
    return status === 404 ? undefined : this.api.parse(Ref, body).object.sha;
  }

  async compare(base: string, head: string): Promise<HostedComparison> {
    const told = await this.api.read(Comparison, {
      path: `${this.repo}/compare/${base}...${head}`,
      query: { per_page: PAGE },
    });
    return {
      relation: told.status,
      total: told.total_commits,
      missing: told.commits.map(
        ({ sha, parents, commit }): HostedCommit => ({
          ...commit,
          id: sha,
          tree: commit.tree.sha,
          parents: parents.map(parent => parent.sha),
        }),
      ),
    };
  }

  async create(commit: NewHostedCommit): Promise<string> {
    const { author, committer, ...rest } = commit;
    const { sha } = await this.api.read(Created, {
      method: 'POST',
      path: `${this.repo}/git/commits`,
      body: {
        ...rest,
        ...(author && { author: { ...author } }),
        ...(committer && { committer: { ...committer } }),
      },
    });
    return sha;
  }

  async moveBranch(
    name: string,
    commit: string,
    { force, isNew }: { force: boolean; isNew: boolean },
  ): Promise<boolean> {
    try {
      await this.api.ask(
        isNew
          ? {
              method: 'POST',
              path: `${this.repo}/git/refs`,
              body: { ref: `refs/heads/${name}`, sha: commit },
            }
          : {
              method: 'PATCH',
              path: `${this.repo}/git/refs/heads/${branchPath(name)}`,
              body: { sha: commit, force },
            },
      );
      return true;
    } catch (error) {
      // It has other commits, or somebody else has just made it.
      if (isHostRefusal(error, 422)) return false;
      throw error;
    }
  }

  async deleteRef(ref: string): Promise<void> {
    await this.api.ask({
      method: 'DELETE',
      path: `${this.repo}/git/${branchPath(ref)}`,
      accept: [404, 422],
    });
  }
}
