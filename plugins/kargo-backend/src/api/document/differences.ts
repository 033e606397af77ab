import { OperationId } from 'backstage-plugin-kargo-common';

/** Where operations come to something else than in Kargo. */
export interface Difference {
  readonly operations: readonly OperationId[];
  /** What Kargo does. */
  readonly kargo: string;
  /** What is done here. */
  readonly here: string;
  readonly why: string;
}

/** Operations that Kargo does not have. Everything else in the table of operations is Kargo's. */
export const ADDITIONS: readonly OperationId[] = [
  'listProjectSummaries',
  'listAllEvents',
  'getProjectAccess',
  'getSystemAccess',
  'explainStage',
  'explainFreight',
  'explainPromotion',
  'explainWarehouse',
  'listFreightCommits',
  'retryPromotion',
  'dryRunPromotion',
  'dryRunWarehouse',
  'getPromotionConfigs',
  'search',
  'listProjectWebhookDeliveries',
  'listSystemWebhookDeliveries',
  'watchMany',
  'listStepKinds',
  'getEngineHealth',
  'getReadiness',
  'getCliClient',
];

const REFRESHES = [
  'refreshStage',
  'refreshWarehouse',
  'refreshPromotion',
  'refreshProjectConfig',
  'refreshClusterConfig',
] as const satisfies readonly OperationId[];

/** What an operation of Kargo's does otherwise here. */
export const DIFFERENCES: readonly Difference[] = [
  {
    operations: ['createResources', 'updateResources'],
    kargo:
      'drops fields that nobody knows in silence, also those of its own older releases',
    here: 'fields of older releases keep their meaning; of what is dropped a `Warning` tells, and `fieldValidation` decides',
    why: 'a manifest that is half ignored promotes something else than its author thinks',
  },
  {
    operations: ['createResources', 'updateResources', 'deleteResources'],
    kargo: 'takes every kind that the cluster has',
    here: "Kargo's kinds and those of roles, Secrets and ConfigMaps. A Namespace and what is Argo CD's are skipped with a warning, others are 422",
    why: 'there is no cluster to keep them in',
  },
  {
    operations: ['listProjects'],
    kargo: 'has all projects, or answers 403',
    here: 'has those that the caller may read',
    why: "the portal's policy decides for each project",
  },
  {
    operations: ['promoteToStage'],
    kargo: 'answers 404 where a PromotionTask is missing',
    here: 'answers 422, as for every manifest that does not add up',
    why: 'the Stage that was asked for is there',
  },
  {
    operations: ['verifyStage', 'abortVerification'],
    kargo: 'answers 500 where there is nothing to verify',
    here: 'answers 409',
    why: 'nothing is broken',
  },
  {
    operations: ['verifyStage', 'abortVerification', 'abortPromotion'],
    kargo:
      'takes the right to change the Stage or Promotion, which promoters lack',
    here: 'has permissions of its own, which promoters have',
    why: 'who may promote must be able to stop it',
  },
  {
    operations: ['approveFreight'],
    kargo: 'takes the right to promote to the Stage',
    here: 'has a permission of its own',
    why: 'letting Freight past its verification is more than promoting it',
  },
  {
    operations: ['getFreight'],
    kargo: 'cannot be watched',
    here: 'can be',
    why: 'whoever looks at one piece of Freight need not read all of it again',
  },
  {
    operations: ['getProject'],
    kargo: 'cannot be watched',
    here: 'can be',
    why: 'whoever looks at a project learns at once that it is gone',
  },
  {
    operations: REFRESHES,
    kargo: 'takes them from everybody who is signed in, as often as they like',
    here: 'takes them of somebody who may only read every ten seconds, and else answers 429',
    why: 'a look costs requests to registries and repositories',
  },
  {
    operations: ['listStageLinks', 'listFreightLinks'],
    kargo:
      'has `<no value>` in a link whose template finds nothing, and takes any scheme',
    here: 'has an entry of `errors` for such a link, and for one that leads to no http(s) page',
    why: 'a link that leads nowhere helps nobody',
  },
  {
    operations: ['getAnalysisRunLogs'],
    kargo:
      'asks the address that a template of the installation names, and answers 501 without one',
    here: 'has what the job printed from the engine, which ran it',
    why: 'no store of logs has to be set up',
  },
  {
    operations: ['createProjectToken', 'createSystemToken'],
    kargo: 'takes the right to create Secrets',
    here: 'takes everything that the role of the token allows',
    why: 'nobody gives away more than they have',
  },
  {
    operations: ['listProjectRoles', 'getProjectRole'],
    kargo: 'lets viewers and promoters read no PromotionTasks',
    here: 'lets them',
    why: 'a pipeline is not to be understood without its steps',
  },
  {
    operations: ['login'],
    kargo: 'takes any number of passwords',
    here: 'takes none for the rest of a minute in which ten were wrong, and answers 429',
    why: 'passwords can be guessed',
  },
  {
    operations: ['getServerVersion'],
    kargo: 'tells what its program was built of',
    here: '`goVersion`, `gitCommit` and `buildDate` are there and empty',
    why: 'a package of npm has none of them',
  },
  {
    operations: ['getControllerHeartbeats'],
    kargo: 'has every controller that reports',
    here: 'has one, the engine of the replica that answers',
    why: 'each replica works for all Stages',
  },
];
