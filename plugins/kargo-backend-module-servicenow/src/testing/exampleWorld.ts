import { SecretText } from 'backstage-plugin-kargo-node';
import { FakeInstance } from './FakeInstance';

/** What the examples of the page find, and what has become of it when they have run. */
export function createExampleWorld() {
  const instance = new FakeInstance();
  instance.presets = { approval: 'not requested' };
  return {
    given: {
      http: instance,
      secrets: {
        find: async () => ({
          instanceURL: SecretText.of('https://acme.service-now.com'),
          username: SecretText.of('bot'),
          password: SecretText.of('pa55word'),
        }),
      },
    },
    /** Somebody approves the change. */
    act() {
      for (const record of instance.records) {
        record.approval = 'approved';
      }
    },
    read: () =>
      instance.records.map(({ short_description, work_notes, approval }) => ({
        short_description,
        work_notes,
        approval,
      })),
    expected: [
      {
        short_description: 'Release 1.4.0',
        work_notes: 'It goes out with p1.',
        approval: 'approved',
      },
    ],
  };
}
