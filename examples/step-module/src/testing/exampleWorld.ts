import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SecretText } from 'backstage-plugin-kargo-node';
import { fakeHttp } from 'backstage-plugin-kargo-node/testUtils';

/** What the examples of the page find, and what has become of it when they have run. */
export function createExampleWorld() {
  let file = '';
  return {
    given: {
      http: fakeHttp({
        'GET https://notes.acme.example/apps/web/releases/1.4.0': {
          body: { title: 'Web 1.4.0', text: 'Faster.' },
        },
      }),
      secrets: { find: async () => ({ token: SecretText.of('s3cret') }) },
    },
    async fill(folder: string) {
      file = join(folder, 'src/NOTES.md');
    },
    read: () => readFile(file, 'utf8'),
    expected: '# Web 1.4.0\n\nFaster.\n',
  };
}
