import { ExplanationAnswer } from 'backstage-plugin-kargo-common';
import { z } from 'zod';

const fileChange = z.object({
  path: z.string(),
  previousPath: z.string().optional(),
  change: z.enum(['Added', 'Changed', 'Moved', 'Removed']),
  added: z.number().optional().describe('Lines; absent where it is no text'),
  removed: z.number().optional(),
  diff: z.string().optional().describe('The hunks of a unified diff'),
  isCut: z
    .boolean()
    .optional()
    .describe('Whether `diff` ends before the differences do'),
});

/** What a Promotion would change in git. */
export const DryRunAnswer = z.object({
  steps: z.array(
    z.object({
      alias: z.string(),
      uses: z.string(),
      outcome: z.enum(['Ran', 'Skipped', 'NotRun', 'Failed']),
      message: z.string().optional(),
    }),
  ),
  changes: z
    .array(
      z.object({
        repoURL: z.string(),
        path: z.string(),
        branch: z.string().optional(),
        from: z.string().describe('The commit that was checked out'),
        isCommitted: z.boolean(),
        files: z.array(fileChange),
        fileCount: z
          .number()
          .describe('How many differ, also those that are not listed'),
        unknown: z.string().optional().describe('Why it could not be compared'),
      }),
    )
    .describe('One for each checkout'),
  endedEarly: z
    .string()
    .optional()
    .describe('Why it ended before its last step'),
});

const discovered = z.looseObject({
  discoveredAt: z.string().describe('RFC 3339'),
  git: z
    .array(
      z.object({
        repoURL: z.string(),
        subscriptionName: z.string().optional(),
        commits: z.array(z.looseObject({ id: z.string() })),
      }),
    )
    .optional(),
  images: z
    .array(
      z.object({
        repoURL: z.string(),
        platform: z.string().optional(),
        subscriptionName: z.string().optional(),
        references: z.array(
          z.object({
            tag: z.string(),
            digest: z.string(),
            createdAt: z.string().optional(),
          }),
        ),
      }),
    )
    .optional(),
  charts: z
    .array(
      z.object({
        repoURL: z.string(),
        name: z.string().optional(),
        semverConstraint: z.string().optional(),
        subscriptionName: z.string().optional(),
        versions: z.array(z.string()),
      }),
    )
    .optional(),
  results: z
    .array(
      z.object({
        name: z.string(),
        artifactReferences: z.array(z.looseObject({})),
      }),
    )
    .optional(),
});

/** What a Warehouse would find, and make Freight of. */
export const WarehouseDryRunAnswer = z.object({
  discoveredArtifacts: discovered.describe(
    'What each subscription that could be read found, best first; at most 20 of each',
  ),
  freight: z
    .looseObject({})
    .optional()
    .describe(
      'What it would make Freight of now; absent where it would make none',
    ),
  explanation: ExplanationAnswer,
});
