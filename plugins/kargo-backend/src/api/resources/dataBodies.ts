import { ResourceName } from 'backstage-plugin-kargo-common';
import { z } from 'zod';

const entries = z.record(
  z.string().regex(/^[-._a-zA-Z0-9]{1,253}$/, {
    error: 'expected a key of letters, digits, "-", "_" and "."',
  }),
  z.string(),
);

const description = z.string().optional();
const replicate = z
  .boolean()
  .optional()
  .describe('Marks a shared object as meant for every project');

const repoFields = {
  type: z.enum(['git', 'helm', 'image']),
  repoUrl: z.string().min(1),
  repoUrlIsRegex: z.boolean().optional(),
  username: z.string().optional(),
  password: z.string().optional(),
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
  type: repoFields.type.optional(),
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
  data: entries.refine(data => Object.keys(data).length > 0, {
    error: 'expected at least one entry',
  }),
  description,
  replicate,
});

/** A Secret of any content under a new name. */
export const NewGenericCredentialsBody = GenericCredentialsBody.extend({
  name: ResourceName,
  type: z.string().optional().describe('Kubernetes type; cannot change later'),
});

/** A ConfigMap. */
export const ConfigMapBody = z.strictObject({
  data: entries.optional(),
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
