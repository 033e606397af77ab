import { namesOneSecret, SECRET_FIELDS } from 'backstage-plugin-kargo-node';
import { z } from 'zod';

const Text = z.string().min(1);

/** How a step logs in, and the table that it works with. */
export const RECORD_FIELDS = {
  credentials: z
    .strictObject({
      ...SECRET_FIELDS,
      type: z.enum(['api-token', 'basic']),
    })
    .refine(namesOneSecret, {
      error:
        'Must validate one and only one schema (oneOf): give exactly one of "secretName" and "sharedSecretName"',
    }),
  tableName: Text,
};

/** Fields of a step that works with one record. */
export const TICKET_FIELDS = { ...RECORD_FIELDS, ticketId: Text };

/** What is written into a record. */
export const Parameters = z.record(z.string(), z.json());

/** With a template, the API for changes is asked instead of that for tables. */
export const Template = z.strictObject({
  type: z.enum(['standard', 'emergency', 'normal']),
});

/** As {@link Template}, for a change to be made. */
export const NewChange = z
  .strictObject({ ...Template.shape, templateId: Text.optional() })
  .refine(
    ({ type, templateId }) => type !== 'standard' || templateId !== undefined,
    { error: 'templateId is required for a standard change' },
  );
