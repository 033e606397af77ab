import { PolicyRule } from '../../model/core';
import { RoleClaim } from '../../model/KargoRole';
import { resourceGroup, VERBS } from './policyRules';

/** A role that is there without anybody making it. @public */
export interface PredefinedRole {
  readonly name: string;
  readonly description: string;
  readonly rules: readonly PolicyRule[];
}

const READ = ['get', 'list', 'watch'];
const ALL = [...VERBS];

/** Rules by resource. */
function rulesFor(
  verbs: Readonly<Record<string, readonly string[]>>,
): PolicyRule[] {
  return Object.entries(verbs).map(([resource, allowed]) => ({
    apiGroups: [resourceGroup(resource) ?? ''],
    resources: [resource],
    verbs: [...allowed],
  }));
}

const PROJECT_READ = {
  stages: READ,
  promotions: READ,
  freights: READ,
  warehouses: READ,
  projectconfigs: READ,
  promotiontasks: READ,
  targets: READ,
  analysistemplates: READ,
  analysisruns: READ,
  configmaps: READ,
  events: READ,
  serviceaccounts: READ,
  roles: READ,
  rolebindings: READ,
};

const PROJECT_ALL = {
  stages: [...ALL, 'promote'],
  promotions: ['create', 'delete', 'get', 'list', 'patch', 'watch'],
  freights: ALL,
  'freights/status': ['patch'],
  warehouses: ALL,
  projectconfigs: ALL,
  promotiontasks: ALL,
  targets: ALL,
  analysistemplates: ALL,
  analysisruns: ['delete', ...READ],
  configmaps: ALL,
  secrets: ALL,
  events: READ,
  serviceaccounts: ALL,
  roles: ALL,
  rolebindings: ALL,
};

/**
 * The roles of every project. Their rules are fixed; who has them can be changed.
 *
 * @remarks Differs: viewers and promoters read PromotionTasks, which Kargo forgets.
 *
 * @public
 */
export const PROJECT_ROLES: readonly PredefinedRole[] = [
  {
    name: 'kargo-admin',
    description: 'Everything in the project',
    rules: rulesFor(PROJECT_ALL),
  },
  {
    name: 'kargo-promoter',
    description:
      'Reads the project, promotes to its Stages and approves Freight',
    rules: rulesFor({
      ...PROJECT_READ,
      stages: [...READ, 'promote'],
      promotions: ['create', ...READ],
      'freights/status': ['patch'],
    }),
  },
  {
    name: 'kargo-viewer',
    description: 'Reads the project',
    rules: rulesFor(PROJECT_READ),
  },
];

/** The role that has no rights and that nobody manages. @public */
export const DEFAULT_ROLE = 'default';

const CLUSTER_READ = {
  projects: ['get', 'list'],
  clusterpromotiontasks: READ,
  clusteranalysistemplates: READ,
  clusterconfigs: READ,
  namespaces: READ,
};

/** The names of the roles of the installation. @public */
export type SystemRoleName =
  | 'kargo-admin'
  | 'kargo-viewer'
  | 'kargo-user'
  | 'kargo-project-creator';

/** Who has the roles of the installation. @public */
export type SystemRoleClaims = Readonly<
  Partial<Record<SystemRoleName, readonly RoleClaim[]>>
>;

/**
 * The roles of the installation: what they allow holds in every project. Who has them is
 * told by the configuration.
 *
 * @public
 */
export const SYSTEM_ROLES: ReadonlyArray<
  PredefinedRole & { readonly name: SystemRoleName }
> = [
  {
    name: 'kargo-admin',
    description: 'Everything, everywhere',
    rules: rulesFor({
      ...PROJECT_ALL,
      projects: ALL,
      clusterconfigs: ALL,
      clusterpromotiontasks: ALL,
      clusteranalysistemplates: ALL,
      namespaces: READ,
    }),
  },
  {
    name: 'kargo-project-creator',
    description: 'Sees Kargo and creates projects',
    rules: rulesFor({
      ...CLUSTER_READ,
      projects: ['create', ...CLUSTER_READ.projects],
    }),
  },
  {
    name: 'kargo-user',
    description: 'Sees Kargo: the list of projects and what all of them share',
    rules: rulesFor(CLUSTER_READ),
  },
  {
    name: 'kargo-viewer',
    description: 'Reads everything, everywhere, but Secrets',
    rules: rulesFor({
      ...PROJECT_READ,
      ...CLUSTER_READ,
      projects: READ,
    }),
  },
];
