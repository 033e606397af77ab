import { SecretText } from 'backstage-plugin-kargo-node';
import { FakeGithub } from './FakeGithub';

/** What the examples of the page find, and what has become of it when they have run. */
export function createExampleWorld() {
  const github = new FakeGithub();
  const metadata: object[] = [];
  return {
    given: {
      http: github,
      credentials: {
        find: async () => ({ password: SecretText.of('t0ken') }),
      },
      controlPlane: {
        setMetadata: async (_: object, values: object) => {
          metadata.push(values);
        },
      },
    },
    /** The workflow ends well, and somebody closes the issue. */
    act() {
      for (const run of github.runs) {
        Object.assign(run, { status: 'completed', conclusion: 'success' });
      }
      for (const issue of github.issues) {
        issue.state = 'closed';
      }
    },
    read: () => ({
      metadata,
      dispatched: github.dispatched,
      issues: github.issues.map(({ title, labels }) => ({ title, labels })),
      // Behind it is the mark by which the step finds its comment again.
      comments: github.comments.map(({ body }) => body.split('\n')[0]),
    }),
    expected: {
      metadata: [{ 'github-issue-number': 1 }],
      dispatched: [{ ref: 'main', inputs: { tag: '1.4.0' } }],
      issues: [{ title: 'Release 1.4.0', labels: [{ name: 'release' }] }],
      comments: ['It goes out with p1.'],
    },
  };
}
