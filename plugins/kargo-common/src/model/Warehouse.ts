import { z } from 'zod';
import { Condition } from './conditions';
import { DurationString } from './duration';
import { AnyJson, JsonObject, JsonValue } from './json';
import { KARGO_API_VERSION } from './kinds';
import { ManifestMetadata, Resource } from './metadata';
import { ArtifactReference } from './references';

const BRANCH = /^[a-zA-Z0-9]([a-zA-Z0-9._/-]*[a-zA-Z0-9_-])?$/;
const GIT_URL =
  /^(https?:\/\/|ssh:\/\/)[^\s/]+\/\S+$|^[\w-]+@[\w-]+(\.[\w-]+)*:\S+$/;
const IMAGE_REPO =
  /^(\w+([.-]\w+)*(:\d+)?\/)?(\w+([.-]\w+)*)(\/\w+([.-]\w+)*)*$/;
const CHART_URL = /^(https?|oci):\/\/[\w\d.-]+(:\d+)?(\/.*)?$/;
const PLATFORM = /^[^/\s]+\/[^/\s]+(\/[^/\s]+)?$/;

const discoveryLimit = z.number().int().min(1).max(100).default(20);

/** How a git subscription chooses commits. @public */
export const CommitSelectionStrategy = z.enum([
  'NewestFromBranch',
  'SemVer',
  'Lexical',
  'NewestTag',
]);
/** @public */
export type CommitSelectionStrategy = z.infer<typeof CommitSelectionStrategy>;

/** Watches a git repository. @public */
export const GitSubscription = z.strictObject({
  repoURL: z.string().regex(GIT_URL, {
    error: 'expected a git URL (https://…, ssh://… or user@host:path)',
  }),
  branch: z
    .string()
    .max(255)
    .regex(BRANCH, { error: 'expected a branch name' })
    .or(z.literal(''))
    .optional(),
  commitSelectionStrategy: CommitSelectionStrategy.default('NewestFromBranch'),
  semverConstraint: z.string().optional(),
  strictSemvers: z.boolean().default(true),
  allowTags: z.string().optional(),
  ignoreTags: z.array(z.string()).optional(),
  allowTagsRegexes: z.array(z.string()).optional(),
  ignoreTagsRegexes: z.array(z.string()).optional(),
  expressionFilter: z.string().optional(),
  includePaths: z.array(z.string()).optional(),
  excludePaths: z.array(z.string()).optional(),
  since: z.iso.datetime({ offset: true }).optional(),
  discoveryLimit,
  insecureSkipTLSVerify: z.boolean().optional(),
  blobless: z.boolean().optional(),
});
/** @public */
export type GitSubscription = z.infer<typeof GitSubscription>;

/** How an image subscription chooses tags. @public */
export const ImageSelectionStrategy = z.enum([
  'SemVer',
  'Lexical',
  'Digest',
  'NewestBuild',
]);
/** @public */
export type ImageSelectionStrategy = z.infer<typeof ImageSelectionStrategy>;

/** Watches a repository of container images. @public */
export const ImageSubscription = z.strictObject({
  repoURL: z.string().regex(IMAGE_REPO, {
    error: 'expected an image repository without tag or scheme',
  }),
  imageSelectionStrategy: ImageSelectionStrategy.default('SemVer'),
  constraint: z.string().optional(),
  platform: z
    .string()
    .regex(PLATFORM, { error: 'expected <os>/<arch>[/<variant>]' })
    .or(z.literal(''))
    .optional(),
  allowTags: z.string().optional(),
  ignoreTags: z.array(z.string()).optional(),
  allowTagsRegexes: z.array(z.string()).optional(),
  ignoreTagsRegexes: z.array(z.string()).optional(),
  strictSemvers: z.boolean().default(true),
  cacheByTag: z.boolean().optional(),
  discoveryLimit,
  insecureSkipTLSVerify: z.boolean().optional(),
});
/** @public */
export type ImageSubscription = z.infer<typeof ImageSubscription>;

/** Watches a Helm chart repository, classic or OCI. @public */
export const ChartSubscription = z.strictObject({
  repoURL: z.string().regex(CHART_URL, {
    error: 'expected an http(s):// or oci:// URL',
  }),
  name: z.string().optional(),
  semverConstraint: z.string().optional(),
  discoveryLimit,
  insecureSkipTLSVerify: z.boolean().optional(),
});
/** @public */
export type ChartSubscription = z.infer<typeof ChartSubscription>;

/** A subscription of a kind that an extension provides. @public */
export const GenericSubscription = z.strictObject({
  config: z.record(z.string(), AnyJson).optional(),
  discoveryLimit,
});
/** @public */
export type GenericSubscription = {
  config?: JsonObject;
  discoveryLimit: number;
};

/**
 * One subscription as a manifest writes it: exactly one key names its type, `name`
 * may stand beside it.
 *
 * @public
 */
export interface Subscription {
  name?: string;
  git?: GitSubscription;
  image?: ImageSubscription;
  chart?: ChartSubscription;
  [type: string]: unknown;
}

/** Schema of a `Subscription`. @public */
export const Subscription = z
  .object({
    name: z
      .string()
      .max(63)
      .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, {
        error: 'expected a DNS label of at most 63 characters',
      })
      .optional(),
    git: GitSubscription.optional(),
    image: ImageSubscription.optional(),
    chart: ChartSubscription.optional(),
  })
  .catchall(GenericSubscription)
  .superRefine((value, context) => {
    const types = Object.keys(value).filter(key => key !== 'name');
    if (types.length !== 1) {
      context.addIssue({
        code: 'custom',
        message: `expected exactly one subscription type (git, image, chart, …), found ${
          types.length === 0 ? 'none' : types.join(', ')
        }`,
      });
    }
  }) as unknown as z.ZodType<Subscription>;

/** The type of a subscription: `git`, `image`, `chart` or an extension's. @public */
export function subscriptionType(subscription: Subscription): string {
  return Object.keys(subscription).find(key => key !== 'name') ?? '';
}

/** Each is asked side by side with the others, whenever the Warehouse looks. */
const MAX_SUBSCRIPTIONS = 500;

/** Spec of a Warehouse. @public */
export const WarehouseSpec = z.strictObject({
  shard: z.string().optional(),
  interval: DurationString.default('5m0s'),
  freightCreationPolicy: z
    .enum(['Automatic', 'Manual'])
    .or(z.literal('').transform(() => 'Automatic' as const))
    .default('Automatic'),
  freightCreationCriteria: z
    .strictObject({ expression: z.string().optional() })
    .optional(),
  subscriptions: z.array(Subscription).min(1).max(MAX_SUBSCRIPTIONS),
});
/** @public */
export type WarehouseSpec = z.infer<typeof WarehouseSpec>;

/** A commit as discovery lists it. @public */
export interface DiscoveredCommit {
  id: string;
  branch?: string;
  tag?: string;
  subject?: string;
  author?: string;
  committer?: string;
  creatorDate?: string;
}

/** What the remote's refs were when the commits were selected; equal refs mean nothing to do. @public */
export interface ObservedRefs {
  branchHead?: string;
  tags?: Array<{ name: string; id: string }>;
}

/** Commits of one git subscription, best first. @public */
export interface GitDiscoveryResult {
  repoURL: string;
  subscriptionName?: string;
  commits: DiscoveredCommit[];
  observedRefs?: ObservedRefs;
  /** The branch that the remote's HEAD led to; of a subscription that names none. */
  defaultBranch?: string;
}

/** An image as discovery lists it. @public */
export interface DiscoveredImageReference {
  tag: string;
  digest: string;
  annotations?: Record<string, string>;
  createdAt?: string;
}

/** Images of one image subscription, best first. @public */
export interface ImageDiscoveryResult {
  repoURL: string;
  platform?: string;
  subscriptionName?: string;
  references: DiscoveredImageReference[];
}

/** Chart versions of one chart subscription, best first. @public */
export interface ChartDiscoveryResult {
  repoURL: string;
  name?: string;
  semverConstraint?: string;
  subscriptionName?: string;
  versions: string[];
}

/** Artifacts of one subscription of another kind, best first. @public */
export interface GenericDiscoveryResult {
  name: string;
  artifactReferences: ArtifactReference[];
}

/** Everything that discovery knows. @public */
export interface DiscoveredArtifacts {
  /** When a subscription was last read; a look at which each failed does not count. */
  discoveredAt: string;
  git?: GitDiscoveryResult[];
  images?: ImageDiscoveryResult[];
  charts?: ChartDiscoveryResult[];
  results?: GenericDiscoveryResult[];
}

/** Why one subscription brought nothing new. Differs: upstream fails the whole Warehouse. @public */
export interface SubscriptionFailure {
  /** Position in `spec.subscriptions`. */
  index: number;
  /** What a person calls it: its name, or type and repository. */
  subscription: string;
  message: string;
  /** Failures in a row. */
  attempts: number;
  failedAt: string;
  retryAt?: string;
  /** A version of the credentials that were there for it; with others it is tried again at once. */
  credentials?: string;
}

/** A tag, commit or version that a subscription did not take. @public */
export interface LeftOut {
  name: string;
  /** What left it out, as it stands in the manifest: `constraint ^1.0.0`. */
  by: string;
}

/** What a subscription had to choose from. @public */
export interface Considered {
  count: number;
  unit: 'tags' | 'commits' | 'versions';
  /** The newest of them, when the subscription did not take it. */
  leftOut?: LeftOut;
}

/** What one subscription of a Warehouse had to choose from. @public */
export interface SubscriptionConsidered extends Considered {
  /** What a person calls it: its name, or type and repository. */
  subscription: string;
}

/** Status of a Warehouse. @public */
export interface WarehouseStatus {
  conditions?: Condition[];
  lastHandledRefresh?: string;
  observedGeneration?: number;
  lastFreightID?: string;
  discoveredArtifacts?: DiscoveredArtifacts;
  /** Subscriptions whose last discovery failed; their last good result stays in use. */
  subscriptionFailures?: SubscriptionFailure[];
  /** What subscriptions had to choose from when they last looked; not every type tells. */
  considered?: SubscriptionConsidered[];
  /** What each subscription carries over to its next discovery, by position. Opaque to readers. */
  subscriptionState?: JsonValue[];
}

/** Watches repositories and produces Freight. @public */
export interface Warehouse extends Resource {
  kind: 'Warehouse';
  spec: WarehouseSpec;
  status?: WarehouseStatus;
}

/** Manifest of a {@link Warehouse}. @public */
export const WarehouseManifest = z.strictObject({
  apiVersion: z.literal(KARGO_API_VERSION),
  kind: z.literal('Warehouse'),
  metadata: ManifestMetadata,
  spec: WarehouseSpec,
  status: z.unknown().optional(),
});
