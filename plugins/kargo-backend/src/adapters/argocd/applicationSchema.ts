import { JsonObject } from 'backstage-plugin-kargo-common';
import { Application } from 'backstage-plugin-kargo-node';
import { z } from 'zod';

const Texts = z.record(z.string(), z.string());
const Json = z.custom<JsonObject>(
  value => typeof value === 'object' && value !== null,
);

const Source = z.looseObject({
  repoURL: z.string().catch(''),
  chart: z.string().optional(),
  targetRevision: z.string().optional(),
  kustomize: z
    .looseObject({ images: z.array(z.string()).optional() })
    .optional(),
  helm: z
    .looseObject({
      parameters: z
        .array(
          z.looseObject({
            name: z.string().optional(),
            value: z.string().optional(),
          }),
        )
        .optional(),
    })
    .optional(),
});

const Operation = z.object({
  sync: Json.optional(),
  info: z.array(z.object({ name: z.string(), value: z.string() })).optional(),
  initiatedBy: z
    .object({
      username: z.string().optional(),
      automated: z.boolean().optional(),
    })
    .optional(),
  retry: Json.optional(),
});

const Revisions = z.object({
  revision: z.string().optional(),
  revisions: z.array(z.string()).optional(),
});

const Status = z.object({
  health: z
    .object({ status: z.string().optional(), message: z.string().optional() })
    .optional(),
  sync: Revisions.extend({ status: z.string().optional() }).optional(),
  operationState: z
    .object({
      operation: Operation.optional(),
      phase: z.string().optional(),
      message: z.string().optional(),
      startedAt: z.string().optional(),
      finishedAt: z.string().optional(),
      syncResult: Revisions.optional(),
    })
    .optional(),
  conditions: z
    .array(
      z.object({
        type: z.string(),
        message: z.string().optional(),
        lastTransitionTime: z.string().optional(),
      }),
    )
    .optional(),
  reconciledAt: z.string().optional(),
});

/** What is read of an Application; sources are kept whole, as they are written back. */
export const ApplicationSchema: z.ZodType<Application> = z.object({
  metadata: z.object({
    name: z.string(),
    namespace: z.string(),
    resourceVersion: z.string().optional(),
    labels: Texts.optional(),
    annotations: Texts.optional(),
  }),
  spec: z.object({
    source: Source.optional(),
    sources: z.array(Source).optional(),
    syncPolicy: z
      .object({
        syncOptions: z.array(z.string()).optional(),
        retry: Json.optional(),
      })
      .optional(),
  }),
  operation: Operation.optional(),
  status: Status.optional(),
});
