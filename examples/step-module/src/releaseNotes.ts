import {
  createStep,
  pathOf,
  requireSecret,
  RestApi,
} from 'backstage-plugin-kargo-node';
import { z } from 'zod';

const Notes = z.object({ title: z.string(), text: z.string() });

/**
 * Writes the notes of a release, which a service of Acme's keeps, into the folder.
 *
 * @remarks
 * It asks and writes, and asking changes nothing: it may be repeated.
 */
export function createReleaseNotesStep(settings: { baseURL: string }) {
  return createStep({
    id: 'acme-release-notes',
    description: 'Writes the notes of a release into a file.',
    config: z.strictObject({
      app: z.string().min(1),
      version: z.string().min(1),
      path: z.string().min(1),
      /** A Secret of the project with the key `token`. */
      secretName: z.string().min(1),
    }),
    needs: ['files', 'http', 'secrets'],
    workspace: 'writes',
    async run({ app, version, path, secretName }, context) {
      const { files, http, now, secrets } = context;
      const secret = { name: secretName };
      const { token } = await requireSecret(secrets, secret, ['token']);
      const notes = new RestApi({
        ...{ http, now, baseURL: settings.baseURL },
        headers: { authorization: `Bearer ${token}` },
        subject: 'release',
        credentials: `the token of Secret "${secretName}"`,
      });
      const { title, text } = await notes.read(Notes, {
        path: pathOf('apps', app, 'releases', version),
      });
      await files.write(path, `# ${title}\n\n${text}\n`);
      return {
        kind: 'succeeded',
        message: `wrote the notes of ${app} ${version} to ${path}`,
        output: { title },
      };
    },
  });
}
