import { createStep, StepOutcome } from 'backstage-plugin-kargo-node';
import { z } from 'zod';
import { JiraConfig } from './config';
import { Jira, JiraContext } from './Jira';
import {
  commentOnIssue,
  createIssue,
  deleteComment,
  deleteIssue,
  searchIssue,
  updateIssue,
  waitForStatus,
} from './operations';

/** Creates, changes, finds and deletes issues of Jira, comments on them, and waits for them. */
export const jiraStep = createStep({
  id: 'jira',
  description: 'Works with issues of Jira.',
  config: JiraConfig,
  needs: ['controlPlane', 'http', 'secrets'],
  async run(config, context) {
    const jira = await Jira.open(config.credentials, context);
    return operate(jira, config, context);
  },
});

async function operate(
  jira: Jira,
  config: z.output<typeof JiraConfig>,
  context: JiraContext,
): Promise<StepOutcome> {
  if (config.createIssue) {
    return createIssue(jira, config.createIssue, context);
  }
  if (config.updateIssue) return updateIssue(jira, config.updateIssue);
  if (config.deleteIssue) return deleteIssue(jira, config.deleteIssue);
  if (config.searchIssue) return searchIssue(jira, config.searchIssue);
  if (config.commentOnIssue) {
    return commentOnIssue(jira, config.commentOnIssue);
  }
  if (config.deleteComment) return deleteComment(jira, config.deleteComment);
  if (config.waitForStatus) return waitForStatus(jira, config.waitForStatus);
  throw new Error('The schema lets no configuration without operation pass');
}
