import { createStep } from 'backstage-plugin-kargo-node';
import { z } from 'zod';
import { REPOSITORY_FIELDS } from './GithubRepository';
import { Issues } from './Issues';

/** GitHub takes no more, and refuses the whole issue for one too many. */
const MAX_ASSIGNEES = 10;

/** Creates an issue, and stores its number with the Freight. */
export const createIssueStep = createStep({
  id: 'gh-create-issue',
  description: 'Creates an issue on GitHub.',
  config: z.strictObject({
    ...REPOSITORY_FIELDS,
    title: z.string().min(1),
    body: z.string().default(''),
    labels: z.array(z.string().min(1)).default([]),
    assignees: z.array(z.string().min(1)).default([]),
    issueAlias: z.string().min(1).default('github-issue-number'),
  }),
  needs: ['controlPlane', 'credentials', 'http'],
  async run(config, context) {
    const { title, body, labels, assignees, issueAlias } = config;
    const { controlPlane, targetFreight } = context;
    const issues = await Issues.open(config, context);
    const { number, url } = await issues.create({
      ...{ title, body, labels },
      assignees: assignees.slice(0, MAX_ASSIGNEES),
    });
    await controlPlane.setMetadata(
      { kind: 'Freight', name: targetFreight.name },
      { [issueAlias]: number },
    );
    return { kind: 'succeeded', message: url, output: { number, url } };
  },
});
