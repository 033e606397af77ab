/** API group and version of Kargo's resources. @public */
export const KARGO_API_VERSION = 'kargo.akuity.io/v1alpha1';

/** API group and version of the analysis resources, shared with Argo Rollouts. @public */
export const ROLLOUTS_API_VERSION = 'argoproj.io/v1alpha1';

/** Facts about a kind that do not depend on a resource. @public */
export interface KindInfo {
  apiVersion: string;
  kind: string;
  plural: string;
  namespaced: boolean;
}

function kargo(kind: string, plural: string, namespaced = true): KindInfo {
  return { apiVersion: KARGO_API_VERSION, kind, plural, namespaced };
}

function of(
  apiVersion: string,
  kind: string,
  plural: string,
  namespaced = true,
): KindInfo {
  return { apiVersion, kind, plural, namespaced };
}

const RBAC = 'rbac.authorization.k8s.io/v1';

/** Every kind that can be applied and stored, in the order of the documentation. @public */
export const KINDS = {
  Project: kargo('Project', 'projects', false),
  ProjectConfig: kargo('ProjectConfig', 'projectconfigs'),
  ClusterConfig: kargo('ClusterConfig', 'clusterconfigs', false),
  Warehouse: kargo('Warehouse', 'warehouses'),
  Freight: kargo('Freight', 'freights'),
  Stage: kargo('Stage', 'stages'),
  Promotion: kargo('Promotion', 'promotions'),
  PromotionTask: kargo('PromotionTask', 'promotiontasks'),
  ClusterPromotionTask: kargo(
    'ClusterPromotionTask',
    'clusterpromotiontasks',
    false,
  ),
  AnalysisTemplate: of(
    ROLLOUTS_API_VERSION,
    'AnalysisTemplate',
    'analysistemplates',
  ),
  ClusterAnalysisTemplate: of(
    ROLLOUTS_API_VERSION,
    'ClusterAnalysisTemplate',
    'clusteranalysistemplates',
    false,
  ),
  AnalysisRun: of(ROLLOUTS_API_VERSION, 'AnalysisRun', 'analysisruns'),
  AnalysisJob: kargo('AnalysisJob', 'analysisjobs'),
  ApiToken: kargo('ApiToken', 'apitokens'),
  Secret: of('v1', 'Secret', 'secrets'),
  ConfigMap: of('v1', 'ConfigMap', 'configmaps'),
  ServiceAccount: of('v1', 'ServiceAccount', 'serviceaccounts'),
  Event: of('v1', 'Event', 'events'),
  Role: of(RBAC, 'Role', 'roles'),
  RoleBinding: of(RBAC, 'RoleBinding', 'rolebindings'),
} as const satisfies Record<string, KindInfo>;

/** Name of a known kind. @public */
export type KindName = keyof typeof KINDS;

/**
 * What files for Kargo often hold of the cluster around it, by API version and kind: it is
 * passed over with a warning.
 *
 * @public
 */
export const CLUSTER_KINDS = [
  'v1/Namespace',
  'argoproj.io/v1alpha1/Application',
  'argoproj.io/v1alpha1/ApplicationSet',
  'argoproj.io/v1alpha1/AppProject',
] as const;
