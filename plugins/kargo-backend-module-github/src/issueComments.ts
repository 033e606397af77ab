import { createStep, StepOutcome } from 'backstage-plugin-kargo-node';
import { z } from 'zod';
import { REPOSITORY_FIELDS } from './GithubRepository';
import { Comment, Issues } from './Issues';

/** Adds a comment to an issue or a pull request. */
export const addCommentStep = createStep({
  id: 'gh-issue-add-comment',
  description: 'Adds a comment to an issue or a pull request on GitHub.',
  config: z.strictObject({
    ...REPOSITORY_FIELDS,
    issueNumber: z.int().min(1),
    body: z.string().min(1),
  }),
  needs: ['credentials', 'http'],
  async run(config, context) {
    const issues = await Issues.open(config, context);
    return succeeded(await issues.comment(config.issueNumber, config.body));
  },
});

/** Replaces the text of a comment. */
export const updateCommentStep = createStep({
  id: 'gh-issue-update-comment',
  description: 'Replaces the text of a comment on GitHub.',
  config: z.strictObject({
    ...REPOSITORY_FIELDS,
    commentID: z.int().min(1),
    body: z.string().min(1),
  }),
  needs: ['credentials', 'http'],
  async run(config, context) {
    const issues = await Issues.open(config, context);
    return succeeded(await issues.updateComment(config.commentID, config.body));
  },
});

/** Deletes a comment; one that is not there is as good as deleted. */
export const deleteCommentStep = createStep({
  id: 'gh-issue-delete-comment',
  description: 'Deletes a comment on GitHub.',
  config: z.strictObject({
    ...REPOSITORY_FIELDS,
    commentID: z.int().min(1),
  }),
  needs: ['credentials', 'http'],
  async run(config, context) {
    const issues = await Issues.open(config, context);
    await issues.deleteComment(config.commentID);
    return { kind: 'succeeded' };
  },
});

function succeeded({ id, url }: Comment): StepOutcome {
  return { kind: 'succeeded', message: url, output: { commentID: id, url } };
}
