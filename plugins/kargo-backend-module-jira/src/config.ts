import { DurationString } from 'backstage-plugin-kargo-common';
import { namesOneSecret, SECRET_FIELDS } from 'backstage-plugin-kargo-node';
import { z } from 'zod';

/** The message that Kargo's schemas give, and what to give instead. */
function oneOf(fix: string) {
  return { error: `Must validate one and only one schema (oneOf): ${fix}` };
}

const Text = z.string().min(1);
const Labels = z.array(Text).optional();
/** A document of Atlassian's format. */
const Document = z.record(z.string(), z.json());

const CONTENT_FIELDS = {
  description: z.string().optional(),
  adfDescription: Document.optional(),
  issueType: Text.optional(),
  assigneeEmail: Text.optional(),
  labels: Labels,
  customFields: z.record(z.string(), z.json()).optional(),
};

/** What an issue is to hold, when it is created and when it is changed. */
export interface IssueContent {
  summary?: string;
  description?: string;
  adfDescription?: z.output<typeof Document>;
  issueType?: string;
  assigneeEmail?: string;
  labels?: string[];
  customFields?: z.output<typeof Document>;
}

function describesOnce(content: IssueContent): boolean {
  return (
    content.description === undefined || content.adfDescription === undefined
  );
}

const OPERATIONS = {
  createIssue: z
    .strictObject({
      ...CONTENT_FIELDS,
      projectKey: Text,
      summary: Text,
      issueAlias: Text.default('jira-issue-key'),
    })
    .refine(
      describesOnce,
      oneOf('give at most one of "description" and "adfDescription"'),
    )
    .optional(),
  updateIssue: z
    .strictObject({
      ...CONTENT_FIELDS,
      issueKey: Text,
      summary: Text.optional(),
      status: Text.optional(),
      addLabels: Labels,
      removeLabels: Labels,
    })
    .refine(
      describesOnce,
      oneOf('give at most one of "description" and "adfDescription"'),
    )
    .optional(),
  deleteIssue: z
    .strictObject({
      issueKey: Text,
      deleteSubtasks: z.boolean().default(false),
    })
    .optional(),
  searchIssue: z
    .strictObject({
      jql: Text,
      expectMultiple: z.boolean().default(false),
      fields: z.array(Text).optional(),
      expands: z.array(Text).optional(),
    })
    .optional(),
  commentOnIssue: z
    .strictObject({
      issueKey: Text,
      body: Text.optional(),
      adfBody: Document.optional(),
    })
    .refine(
      ({ body, adfBody }) => (body === undefined) !== (adfBody === undefined),
      oneOf('give exactly one of "body" and "adfBody"'),
    )
    .optional(),
  deleteComment: z.strictObject({ issueKey: Text, commentID: Text }).optional(),
  waitForStatus: z
    .strictObject({
      issueKey: Text,
      expectedStatus: Text,
      pollInterval: DurationString.default('5m'),
    })
    .optional(),
};
const NAMES = Object.keys(OPERATIONS) as Array<keyof typeof OPERATIONS>;

/** Configuration of the step `jira`: credentials and one operation. */
export const JiraConfig = z
  .strictObject({
    credentials: z
      .strictObject(SECRET_FIELDS)
      .refine(
        namesOneSecret,
        oneOf('give exactly one of "secretName" and "sharedSecretName"'),
      ),
    ...OPERATIONS,
  })
  .refine(
    config => NAMES.filter(name => config[name] !== undefined).length === 1,
    { error: `expected exactly one of ${NAMES.join(', ')}` },
  );

/** The configuration of one operation. */
export type Operation<TName extends keyof typeof OPERATIONS> = NonNullable<
  z.output<(typeof OPERATIONS)[TName]>
>;
