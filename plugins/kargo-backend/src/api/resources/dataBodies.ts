import { ResourceName } from 'backstage-plugin-kargo-common';
import { z } from 'zod';
import { DATA_KEY_FORM, isDataKey } from '../../logic/dataKeys';
import { optionalText } from './optionalText';

const entries = z
  .record(z.string(), z.string())
  .superRefine((data, { addIssue }) => {
    for (const key of Object.keys(data).filter(each => !isDataKey(each))) {
      addIssue({
        code: 'custom',
        path: [key],
        message: `expected ${DATA_KEY_FORM}`,
      });
    }
  });

const someEntries = entries.refine(data => Object.keys(data).length > 0, {
  error: 'expected at least one entry',
});

const filled = z.string().min(1, { error: 'should not be empty' });

const description = z.string().optional();
const replicate = z
  .boolean()
  .optional()
  .describe('Marks the object as meant for every project');

const repoFields = {
  type: z.enum(['git', 'helm', 'image']),
  repoUrl: filled,
  repoUrlIsRegex: z.boolean().optional(),
  username: filled,
  password: filled,
  description,
};

/** Credentials for repositories. */
export const RepoCredentialsBody = z.strictObject(repoFields);

/** Credentials for repositories under a new name. */
export const NewRepoCredentialsBody = RepoCredentialsBody.extend({
  name: ResourceName,
});

/** Fields of credentials to change; empty ones are kept, but for the description. */
export const RepoCredentialsPatch = z.strictObject({
  type: z
    .union([repoFields.type, z.literal('').transform(() => undefined)])
    .optional(),
  repoUrl: z.string().optional(),
  repoUrlIsRegex: z
    .boolean()
    .optional()
    .describe('Looked at only together with repoUrl'),
  username: z.string().optional(),
  password: z.string().optional(),
  description: description.describe('An empty text clears it'),
});

/** A Secret of any content. */
export const GenericCredentialsBody = z.strictObject({
  data: someEntries.describe(
    'Replacing, an empty text keeps the value that is stored under the key',
  ),
  description,
  replicate,
});

/** A Secret of any content under a new name. */
export const NewGenericCredentialsBody = GenericCredentialsBody.extend({
  name: ResourceName,
  type: optionalText.describe('Kubernetes type; cannot change later'),
});

/** A ConfigMap. */
export const ConfigMapBody = z.strictObject({
  data: someEntries,
  description,
  replicate,
});

/** A ConfigMap under a new name. */
export const NewConfigMapBody = ConfigMapBody.extend({ name: ResourceName });

/** Entries to set and to remove. */
export const DataPatch = z.strictObject({
  data: entries.optional(),
  removeKeys: z.array(z.string()).optional(),
  description: description.describe('An empty text clears it'),
});

/** A body that changes entries. */
export type DataChange = z.output<typeof DataPatch>;
