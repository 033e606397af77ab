import { z } from 'zod';
import { Condition } from './conditions';
import { KARGO_API_VERSION } from './kinds';
import { isMailAddress } from './mailAddress';
import { ManifestMetadata, Resource, ResourceName } from './metadata';
import { LabelSelector } from './selectors';

/** Selects Stages by name (exact, `glob:` or `regex:`) and by labels. @public */
export const PromotionPolicySelector = z.strictObject({
  name: z.string().optional(),
  ...LabelSelector.shape,
});
/** @public */
export type PromotionPolicySelector = z.infer<typeof PromotionPolicySelector>;

/** Whether Stages are promoted to automatically; the first policy that matches decides. @public */
export const PromotionPolicy = z.strictObject({
  stage: ResourceName.optional(),
  /** A list of Stages. Kept for manifests that name several in one policy. */
  stages: z.array(ResourceName).optional(),
  stageSelector: PromotionPolicySelector.optional(),
  autoPromotionEnabled: z.boolean().default(false),
  autoRollback: z
    .strictObject({
      onPromotion: z.array(z.enum(['Failed', 'Errored'])).optional(),
      onVerification: z.array(z.enum(['Failed', 'Error'])).optional(),
    })
    .optional(),
});
/** @public */
export type PromotionPolicy = z.infer<typeof PromotionPolicy>;

const SecretReference = z.strictObject({ name: ResourceName });
const ReceiverOfSecret = z.strictObject({ secretRef: SecretReference });

/** Templates in values are rendered for each request. @public */
export const WebhookTarget = z.strictObject({
  kind: z.enum(['Warehouse', 'Promotion']),
  name: z.string().min(1).optional(),
  labelSelector: LabelSelector.optional(),
  indexSelector: z
    .strictObject({
      matchIndices: z
        .array(
          z.strictObject({
            key: z.string().min(1),
            operator: z.enum(['Equals', 'NotEquals']).default('Equals'),
            value: z.string(),
          }),
        )
        .optional(),
    })
    .optional(),
});
/** @public */
export type WebhookTarget = z.infer<typeof WebhookTarget>;

/** What a generic receiver does with a request, if its expression says so. @public */
export const WebhookAction = z.strictObject({
  action: z.literal('Refresh'),
  whenExpression: z.string().optional(),
  parameters: z.record(z.string(), z.string()).optional(),
  targetSelectionCriteria: z.array(WebhookTarget).min(1).optional(),
});
/** @public */
export type WebhookAction = z.infer<typeof WebhookAction>;

/** A receiver of requests of any shape. @public */
export const GenericReceiver = z.strictObject({
  secretRef: SecretReference,
  actions: z.array(WebhookAction).min(1).optional(),
});
/** @public */
export type GenericReceiver = z.infer<typeof GenericReceiver>;

/** What every type of receiver has. @public */
export type ReceiverConfig = {
  secretRef: { name: string };
  [field: string]: unknown;
};

/** A source of webhooks; exactly one type is set, which an extension may have added. @public */
export interface WebhookReceiver {
  name: string;
  artifactory?: { secretRef: { name: string }; virtualRepoName?: string };
  generic?: GenericReceiver;
  [type: string]: string | ReceiverConfig | undefined;
}

/** Schema of a `WebhookReceiver`. @public */
export const WebhookReceiver = z
  .strictObject({
    name: ResourceName,
    artifactory: ReceiverOfSecret.extend({
      virtualRepoName: z.string().optional(),
    }).optional(),
    azure: ReceiverOfSecret.optional(),
    bitbucket: ReceiverOfSecret.optional(),
    dockerhub: ReceiverOfSecret.optional(),
    generic: GenericReceiver.optional(),
    gitea: ReceiverOfSecret.optional(),
    github: ReceiverOfSecret.optional(),
    gitlab: ReceiverOfSecret.optional(),
    harbor: ReceiverOfSecret.optional(),
    quay: ReceiverOfSecret.optional(),
  })
  .catchall(
    z.looseObject({ secretRef: SecretReference }),
  ) as unknown as z.ZodType<WebhookReceiver>;

/** The type of a receiver and what is configured for it; absent when there is none. @public */
export function receiverType(
  receiver: WebhookReceiver,
): { type: string; config: ReceiverConfig } | undefined {
  const [type, config] =
    Object.entries(receiver).find(([key]) => key !== 'name') ?? [];
  return type !== undefined && typeof config === 'object'
    ? { type, config }
    : undefined;
}

/** A link that the interface shows on Freight or Stages. @public */
export const DeepLink = z.strictObject({
  title: z.string().min(1),
  url: z.string().min(1),
  description: z.string().optional(),
  if: z.string().optional(),
});
/** @public */
export type DeepLink = z.infer<typeof DeepLink>;

/** Spec of a ProjectConfig. @public */
export const ProjectConfigSpec = z.strictObject({
  promotionPolicies: z.array(PromotionPolicy).optional(),
  webhookReceivers: z.array(WebhookReceiver).optional(),
  freightLinks: z.array(DeepLink).optional(),
  stageLinks: z.array(DeepLink).optional(),
  promotionWindows: z.array(z.looseObject({ name: ResourceName })).optional(),
});
/** @public */
export type ProjectConfigSpec = z.infer<typeof ProjectConfigSpec>;

/** Status of a ProjectConfig or ClusterConfig. @public */
export interface ConfigStatus {
  conditions?: Condition[];
  observedGeneration?: number;
  lastHandledRefresh?: string;
  webhookReceivers?: Array<{ name: string; path: string; url: string }>;
}

/** Configuration of a Project; its name is the project's. @public */
export interface ProjectConfig extends Resource {
  kind: 'ProjectConfig';
  spec: ProjectConfigSpec;
  status?: ConfigStatus;
}

/** Manifest of a {@link ProjectConfig}. @public */
export const ProjectConfigManifest = z.strictObject({
  apiVersion: z.literal(KARGO_API_VERSION),
  kind: z.literal('ProjectConfig'),
  metadata: ManifestMetadata,
  spec: ProjectConfigSpec.default({}),
  status: z.unknown().optional(),
});

/** Spec of the ClusterConfig. @public */
export const ClusterConfigSpec = z.strictObject({
  webhookReceivers: z.array(WebhookReceiver).optional(),
  gitClient: z
    .strictObject({
      name: z.string().min(1).optional(),
      email: z
        .string()
        .refine(isMailAddress, { error: 'a mail address' })
        .optional(),
      signingKeySecret: z.strictObject({ name: ResourceName }).optional(),
    })
    .optional(),
  freightLinks: z.array(DeepLink).optional(),
  stageLinks: z.array(DeepLink).optional(),
  promotionWindows: z.array(z.looseObject({ name: ResourceName })).optional(),
});
/** @public */
export type ClusterConfigSpec = z.infer<typeof ClusterConfigSpec>;

/** Configuration of the whole installation; its name is `cluster`. @public */
export interface ClusterConfig extends Resource {
  kind: 'ClusterConfig';
  spec: ClusterConfigSpec;
  status?: ConfigStatus;
}

/** Manifest of the {@link ClusterConfig}. @public */
export const ClusterConfigManifest = z.strictObject({
  apiVersion: z.literal(KARGO_API_VERSION),
  kind: z.literal('ClusterConfig'),
  metadata: ManifestMetadata,
  spec: ClusterConfigSpec.default({}),
  status: z.unknown().optional(),
});
