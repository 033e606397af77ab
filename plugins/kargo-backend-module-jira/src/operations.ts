import {
  durationToMilliseconds,
  JsonObject,
} from 'backstage-plugin-kargo-common';
import { StepOutcome } from 'backstage-plugin-kargo-node';
import { IssueContent, Operation } from './config';
import { toDocument } from './documents';
import { isSame, Jira, JiraContext } from './Jira';

const DONE: StepOutcome = { kind: 'succeeded' };
/** What Jira has in every project that nobody has changed. */
const DEFAULT_TYPE = 'Task';

/** Creates an issue, and stores its key with the Freight. */
export async function createIssue(
  jira: Jira,
  operation: Operation<'createIssue'>,
  { controlPlane, targetFreight }: JiraContext,
): Promise<StepOutcome> {
  const { projectKey, issueAlias, issueType = DEFAULT_TYPE } = operation;
  const key = await jira.create(
    projectKey,
    await toFields(jira, { ...operation, issueType }),
  );
  await controlPlane.setMetadata(
    { kind: 'Freight', name: targetFreight.name },
    { [issueAlias]: key },
  );
  return { kind: 'succeeded', message: key, output: { key } };
}

/** Changes what is given and leaves the rest; a label that is added and removed is added. */
export async function updateIssue(
  jira: Jira,
  operation: Operation<'updateIssue'>,
): Promise<StepOutcome> {
  const { issueKey, status, addLabels = [], removeLabels = [] } = operation;
  const fields = await toFields(jira, operation);
  const labels = [
    ...removeLabels
      .filter(label => !addLabels.includes(label))
      .map(remove => ({ remove })),
    ...addLabels.map(add => ({ add })),
  ];
  // Jira takes a field in one of the two ways only.
  const { labels: all, ...others } = fields;
  if (Object.keys(fields).length > 0 || labels.length > 0) {
    await jira.update(issueKey, {
      fields: others,
      ...((all || labels.length > 0) && {
        update: { labels: [...(all ? [{ set: all }] : []), ...labels] },
      }),
    });
  }
  if (status !== undefined) {
    await jira.moveTo(issueKey, status);
  }
  return DONE;
}

/** Deletes an issue; one that is not there is as good as deleted. */
export async function deleteIssue(
  jira: Jira,
  { issueKey, deleteSubtasks }: Operation<'deleteIssue'>,
): Promise<StepOutcome> {
  await jira.delete(issueKey, deleteSubtasks);
  return DONE;
}

/** Finds one issue. */
export async function searchIssue(
  jira: Jira,
  { jql, expectMultiple, fields, expands }: Operation<'searchIssue'>,
): Promise<StepOutcome> {
  const found = await jira.search(jql, {
    fields,
    expand: expands?.join(','),
    maxResults: 2,
  });
  if (found.length === 0 || (found.length > 1 && !expectMultiple)) {
    const reason =
      found.length === 0
        ? 'no issue matches the query'
        : 'more than one issue matches the query, and expectMultiple is not set';
    return { kind: 'failed', reason, final: true };
  }
  const [issue] = found;
  return {
    kind: 'succeeded',
    message: issue.key,
    output: { issue: issue as JsonObject },
  };
}

/** Adds a comment. */
export async function commentOnIssue(
  jira: Jira,
  { issueKey, body = '', adfBody }: Operation<'commentOnIssue'>,
): Promise<StepOutcome> {
  const document = adfBody ?? toDocument(body);
  const commentID = await jira.comment(issueKey, document);
  return { kind: 'succeeded', output: { commentID } };
}

/** Deletes a comment; one that is not there is as good as deleted. */
export async function deleteComment(
  jira: Jira,
  { issueKey, commentID }: Operation<'deleteComment'>,
): Promise<StepOutcome> {
  await jira.deleteComment(issueKey, commentID);
  return DONE;
}

/** Waits until an issue is in a status. */
export async function waitForStatus(
  jira: Jira,
  { issueKey, expectedStatus, pollInterval }: Operation<'waitForStatus'>,
): Promise<StepOutcome> {
  const status = await jira.status(issueKey);
  return isSame(status, expectedStatus)
    ? DONE
    : {
        kind: 'waiting',
        reason: `${issueKey} is in "${status}", not yet in "${expectedStatus}"`,
        checkAgainInMs: durationToMilliseconds(pollInterval),
      };
}

async function toFields(
  jira: Jira,
  content: IssueContent,
): Promise<JsonObject> {
  const { summary, description, adfDescription, issueType, labels } = content;
  const document =
    adfDescription ??
    (description === undefined ? undefined : toDocument(description));
  return {
    ...content.customFields,
    ...(summary !== undefined && { summary }),
    ...(document && { description: document }),
    ...(issueType !== undefined && { issuetype: { name: issueType } }),
    ...(labels && { labels }),
    ...(content.assigneeEmail !== undefined && {
      assignee: { accountId: await jira.accountOf(content.assigneeEmail) },
    }),
  };
}
