import { createStep } from 'backstage-plugin-kargo-node';
import { z } from 'zod';
import { REPOSITORY_FIELDS } from './GithubRepository';
import { Issues } from './Issues';

const ALL = '*';
const CHANGES = [
  'title',
  'body',
  'state',
  'addLabels',
  'removeLabels',
  'assignees',
] as const;

const UpdateIssueConfig = z
  .strictObject({
    ...REPOSITORY_FIELDS,
    issueNumber: z.int().min(1),
    title: z.string().min(1).optional(),
    /** An empty one clears it. */
    body: z.string().optional(),
    state: z.enum(['open', 'closed']).optional(),
    addLabels: z.array(z.string().min(1)).optional(),
    /** `*` means all of them. */
    removeLabels: z.array(z.string().min(1)).optional(),
    /** Replaces those that are there; an empty list clears them. */
    assignees: z.array(z.string().min(1)).optional(),
  })
  .refine(config => CHANGES.some(field => config[field] !== undefined), {
    error: `expected at least one of ${CHANGES.join(', ')}`,
  });

/** Changes an issue; a label that is added and removed is added. */
export const updateIssueStep = createStep({
  id: 'gh-update-issue',
  description: 'Changes an issue on GitHub.',
  config: UpdateIssueConfig,
  needs: ['credentials', 'http'],
  async run(config, context) {
    const { issueNumber, title, body, state, assignees } = config;
    const issues = await Issues.open(config, context);
    const fields = {
      ...(title !== undefined && { title }),
      ...(body !== undefined && { body }),
      ...(state !== undefined && { state }),
      ...(assignees !== undefined && { assignees: assignees.slice(0, 10) }),
    };
    if (Object.keys(fields).length > 0) {
      await issues.update(issueNumber, fields);
    }
    await updateLabels(issues, config);
    return { kind: 'succeeded' };
  },
});

/** One label at a time, so that what others add meanwhile stays. */
async function updateLabels(
  issues: Issues,
  {
    issueNumber,
    addLabels = [],
    removeLabels = [],
  }: z.output<typeof UpdateIssueConfig>,
): Promise<void> {
  if (removeLabels.includes(ALL)) {
    await issues.setLabels(issueNumber, addLabels);
    return;
  }
  if (addLabels.length > 0) {
    await issues.addLabels(issueNumber, addLabels);
  }
  const added = new Set(addLabels.map(fold));
  const gone = new Set(removeLabels.map(fold).filter(each => !added.has(each)));
  if (gone.size > 0) {
    const { labels } = await issues.get(issueNumber);
    for (const label of labels.filter(each => gone.has(fold(each)))) {
      await issues.removeLabel(issueNumber, label);
    }
  }
}

/** GitHub tells no two labels apart by case alone. */
function fold(label: string): string {
  return label.toLocaleLowerCase('en-US');
}
