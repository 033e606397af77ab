import { z } from 'zod';
import { Condition } from './conditions';
import { KARGO_API_VERSION } from './kinds';
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

const secretRef = z.looseObject({
  secretRef: z.strictObject({ name: ResourceName }),
});

const GenericReceiver = z.looseObject({
  secretRef: z.strictObject({ name: ResourceName }),
  actions: z
    .array(
      z.looseObject({
        action: z.literal('Refresh'),
        targetSelectionCriteria: z
          .array(z.looseObject({ kind: z.literal('Warehouse') }))
          .optional(),
      }),
    )
    .optional(),
});

/** A source of webhooks; exactly one provider is set. @public */
export const WebhookReceiver = z.strictObject({
  name: ResourceName,
  artifactory: secretRef.optional(),
  azure: secretRef.optional(),
  bitbucket: secretRef.optional(),
  dockerhub: secretRef.optional(),
  generic: GenericReceiver.optional(),
  gitea: secretRef.optional(),
  github: secretRef.optional(),
  gitlab: secretRef.optional(),
  harbor: secretRef.optional(),
  quay: secretRef.optional(),
});
/** @public */
export type WebhookReceiver = z.infer<typeof WebhookReceiver>;

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
      email: z.email().optional(),
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
