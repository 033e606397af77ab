import { SecretText } from 'backstage-plugin-kargo-node';
import { toDocument } from '../documents';
import { FakeJira } from './FakeJira';

/** What the examples of the page find, and what has become of it when they have run. */
export function createExampleWorld() {
  const jira = new FakeJira();
  const metadata: object[] = [];
  return {
    given: {
      http: jira,
      secrets: {
        find: async () => ({
          domain: SecretText.of('acme.atlassian.net'),
          username: SecretText.of('bot'),
          password: SecretText.of('pa55word'),
        }),
      },
      controlPlane: {
        setMetadata: async (_: object, values: object) => {
          metadata.push(values);
        },
      },
    },
    /** Somebody moves the issue on. */
    act() {
      for (const issue of jira.issues) {
        issue.fields.status = { name: 'Done' };
      }
    },
    read: () => ({
      metadata,
      summaries: jira.issues.map(({ fields }) => fields.summary),
      comments: jira.comments.map(({ body }) => body),
    }),
    expected: {
      metadata: [{ 'jira-issue-key': 'WEB-1' }],
      summaries: ['Release 1.4.0'],
      comments: [toDocument('It goes out with p1.')],
    },
  };
}
