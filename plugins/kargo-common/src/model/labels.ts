/** Labels and annotations of Kargo, by the name the documentation gives them. @public */
export const LABELS = {
  project: 'kargo.akuity.io/project',
  shard: 'kargo.akuity.io/shard',
  alias: 'kargo.akuity.io/alias',
  stage: 'kargo.akuity.io/stage',
  freightCollection: 'kargo.akuity.io/freight-collection',
  credType: 'kargo.akuity.io/cred-type',
  replicatedFrom: 'kargo.akuity.io/replicated-from',
  replicatedSha: 'kargo.akuity.io/replicated-sha',
  apiToken: 'rbac.kargo.akuity.io/api-token',
  systemRole: 'rbac.kargo.akuity.io/system-role',
} as const;

/** @public */
export const ANNOTATIONS = {
  stage: 'kargo.akuity.io/stage',
  createActor: 'kargo.akuity.io/create-actor',
  autoPromotionHold: 'kargo.akuity.io/auto-promotion-hold',
  autoPromotionResume: 'kargo.akuity.io/auto-promotion-resume',
  refresh: 'kargo.akuity.io/refresh',
  reverify: 'kargo.akuity.io/reverify',
  abort: 'kargo.akuity.io/abort',
  rollback: 'kargo.akuity.io/rollback',
  /** The Promotion that one goes on for, from the step that failed. */
  retryOf: 'kargo.akuity.io/retry-of',
  promotion: 'kargo.akuity.io/promotion',
  verification: 'kargo.akuity.io/verification',
  /** The cluster whose Argo Rollouts runs an AnalysisRun; of ours. */
  rolloutsCluster: 'kargo.akuity.io/rollouts-cluster',
  argocdContext: 'kargo.akuity.io/argocd-context',
  authorizedStage: 'kargo.akuity.io/authorized-stage',
  keepNamespace: 'kargo.akuity.io/keep-namespace',
  description: 'kargo.akuity.io/description',
  color: 'kargo.akuity.io/color',
  entities: 'kargo.akuity.io/entities',
  /** Who is notified beside the owners, as entity references; of ours. */
  notify: 'kargo.akuity.io/notify',
  githubTokenScopes: 'kargo.akuity.io/github-token-scopes',
  replicateTo: 'kargo.akuity.io/replicate-to',
  replicatedAt: 'kargo.akuity.io/replicated-at',
  managed: 'rbac.kargo.akuity.io/managed',
  claims: 'rbac.kargo.akuity.io/claims',
  serviceAccountName: 'kubernetes.io/service-account.name',
  /** When an API token was last used; of ours. */
  tokenLastUsed: 'rbac.kargo.akuity.io/last-used',
} as const;

/** The finalizer of everything that Kargo cleans up after. @public */
export const FINALIZER = 'kargo.akuity.io/finalizer';

/** Prefix of the data annotations on Events. @public */
export const EVENT_ANNOTATION_PREFIX = 'event.kargo.akuity.io/';
