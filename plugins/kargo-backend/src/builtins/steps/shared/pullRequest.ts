import { JsonObject } from 'backstage-plugin-kargo-common';
import { PullRequest } from 'backstage-plugin-kargo-node';
import { z } from 'zod';

/** Fields of every step that works with pull requests. */
export const PULL_REQUEST_FIELDS = {
  repoURL: z.url({ error: "Does not match format 'uri'" }),
  provider: z.string().min(1).optional(),
  insecureSkipTLSVerify: z.boolean().default(false),
};

/** What outputs tell of a pull request. */
export function tellPullRequest({ number, url }: PullRequest): JsonObject {
  return { id: number, url };
}

/** How a pull request is called in messages. */
export function nameOf({ number }: Pick<PullRequest, 'number'>): string {
  return `pull request ${number}`;
}
