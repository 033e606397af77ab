import {
  ManifestMetadata,
  PolicyRule,
  RoleClaim,
} from 'backstage-plugin-kargo-common';
import { z } from 'zod';
import { optionalText } from './optionalText';

const claims = z
  .array(RoleClaim)
  .nullish()
  .transform(list => list ?? []);

// Of the whole body, so that the message is Kargo's to the letter.
const NO_NAME = 'name should not be empty';

/** A role as clients send it; whether Kargo manages it is not theirs to say. */
export const RoleBody = z
  .strictObject({
    apiVersion: z.string().optional(),
    kind: z.string().optional(),
    metadata: ManifestMetadata.extend({
      name: z.string().nullish(),
      namespace: optionalText,
    }).nullish(),
    kargoManaged: z.boolean().optional(),
    claims,
    rules: z
      .array(PolicyRule)
      .nullish()
      .transform(list => list ?? []),
  })
  .transform(({ metadata, ...role }, context) => {
    if (!metadata?.name) {
      context.addIssue(NO_NAME);
      return z.NEVER;
    }
    return { ...role, metadata: { ...metadata, name: metadata.name } };
  });

const resourceDetails = z.strictObject({
  resourceType: z.string(),
  resourceName: optionalText,
  verbs: z.array(z.string()),
});

/** What is given to a role or taken from it. */
export const RoleChangeBody = z
  .strictObject({
    role: z.string().min(1, { error: 'role is required' }),
    userClaims: z.strictObject({ claims }).nullish(),
    resourceDetails: resourceDetails.nullish(),
  })
  .refine(body => !body.userClaims !== !body.resourceDetails, {
    error: 'expected exactly one of userClaims and resourceDetails',
  });
/** A change of a role, as it was read. */
export type RoleChangeRequest = z.output<typeof RoleChangeBody>;

/** Name of a new API token. */
export const NewTokenBody = z
  .strictObject({ name: z.string().nullish() })
  .transform(({ name }, context) => {
    if (!name) {
      context.addIssue(NO_NAME);
      return z.NEVER;
    }
    return { name };
  });
