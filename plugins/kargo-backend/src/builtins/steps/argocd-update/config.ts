import { z } from 'zod';
import { APPLICATION_FIELDS } from '../shared/argocdApplications';
import { countGiven, oneOf } from '../shared/oneOf';

const KustomizeImage = oneOf(
  z.strictObject({
    repoURL: z.string().min(1),
    newName: z.string().min(1).optional(),
    tag: z.string().optional(),
    digest: z.string().optional(),
  }),
  ({ tag, digest }) => countGiven(tag, digest) <= 1,
  'give at most one of "tag" and "digest"',
);

const HelmImage = z.strictObject({
  key: z.string().min(1),
  value: z.string(),
});

const Source = z
  .strictObject({
    repoURL: z.string().min(1),
    chart: z.string().min(1).optional(),
    desiredRevision: z.string().min(1).optional(),
    updateTargetRevision: z.boolean().default(false),
    kustomize: z
      .strictObject({ images: z.array(KustomizeImage).min(1).optional() })
      .optional(),
    helm: z.strictObject({ images: z.array(HelmImage).min(1) }).optional(),
  })
  .refine(
    ({ desiredRevision, updateTargetRevision }) =>
      !updateTargetRevision || desiredRevision !== undefined,
    { error: 'desiredRevision is required', path: ['desiredRevision'] },
  );

/** Configuration of the step `argocd-update`. */
export const ArgoCdUpdateConfig = z.strictObject({
  apps: z
    .array(
      oneOf(
        z.strictObject({
          ...APPLICATION_FIELDS,
          sources: z.array(Source).min(1).optional(),
        }),
        ({ name, selector }) =>
          (name === undefined) !== (selector === undefined),
        'give exactly one of "name" and "selector"',
      ),
    )
    .min(1),
});
/** Configuration of the step `argocd-update` with its defaults filled in. */
export type ParsedArgoCdUpdateConfig = z.output<typeof ArgoCdUpdateConfig>;
