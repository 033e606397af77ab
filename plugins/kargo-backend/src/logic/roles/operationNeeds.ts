import {
  Operation,
  OperationId,
  RuleNeed,
} from 'backstage-plugin-kargo-common';

/** What Kargo asks for before an operation: all of one of the sets, in a namespace. */
export interface OperationNeeds {
  place: 'project' | 'shared' | 'system' | 'installation';
  /** No set at all: nobody may do it. See {@link WHOEVER_SEES_IT}. */
  sets: readonly RuleNeed[][];
}

/** One set that takes nothing: whoever may see the place may do it. */
const WHOEVER_SEES_IT: readonly RuleNeed[][] = [[]];

/** What the last fixed part of a path lists, by its name. */
const RESOURCES: Readonly<Record<string, readonly string[]>> = {
  stages: ['stages'],
  warehouses: ['warehouses'],
  freight: ['freights'],
  promotions: ['promotions'],
  images: ['stages'],
  events: ['events'],
  config: ['projectconfigs'],
  'promotion-tasks': ['promotiontasks'],
  'analysis-templates': ['analysistemplates'],
  'analysis-runs': ['analysisruns'],
  'repo-credentials': ['secrets'],
  'generic-credentials': ['secrets'],
  configmaps: ['configmaps'],
  roles: ['serviceaccounts', 'roles', 'rolebindings'],
  'api-tokens': ['secrets'],
  'cluster-config': ['clusterconfigs'],
  'cluster-promotion-tasks': ['clusterpromotiontasks'],
  'cluster-analysis-templates': ['clusteranalysistemplates'],
};

/** Where there is one of its kind. */
const SINGLE = new Set(['config', 'cluster-config']);

const VERBS = {
  get: 'get',
  post: 'create',
  put: 'update',
  patch: 'patch',
  delete: 'delete',
} as const;

type Params = Readonly<Record<string, string>>;

/** Operations whose path and method do not tell. */
const SPECIAL: Partial<
  Record<OperationId, (params: Params) => readonly RuleNeed[][]>
> = {
  promoteToStage: ({ stage }) => promote(stage),
  dryRunPromotion: ({ stage }) => promote(stage),
  // Each Stage is asked about when it is known which ones there are.
  promoteDownstream: () => [[{ verb: 'create', resource: 'promotions' }]],
  // The same for the Stage that the request names.
  approveFreight: () => [[{ verb: 'patch', resource: 'freights/status' }]],
  // The Stage that it goes to is asked about when it is known.
  abortPromotion: () => WHOEVER_SEES_IT,
  verifyStage: ({ stage }) => verify(stage),
  abortVerification: ({ stage }) => verify(stage),
  grantProjectRole: () => ofRoles('update'),
  revokeProjectRole: () => ofRoles('update'),
  // Their names are for everybody who has a token; there are no values in them.
  listSharedRepoCredentials: () => WHOEVER_SEES_IT,
  listSharedGenericCredentials: () => WHOEVER_SEES_IT,
  // What is in them is what the caller may see.
  listProjects: () => WHOEVER_SEES_IT,
  listProjectSummaries: () => WHOEVER_SEES_IT,
  listAllEvents: () => WHOEVER_SEES_IT,
  search: () => WHOEVER_SEES_IT,
  getProject: () => WHOEVER_SEES_IT,
  getProjectAccess: () => WHOEVER_SEES_IT,
  // Each watch asks for what its own path takes.
  watchMany: () => WHOEVER_SEES_IT,
  getServerVersion: () => WHOEVER_SEES_IT,
  getServerConfig: () => WHOEVER_SEES_IT,
  getSystemAccess: () => WHOEVER_SEES_IT,
  listStepKinds: () => WHOEVER_SEES_IT,
  getEngineHealth: () => WHOEVER_SEES_IT,
  getControllerHeartbeats: () => WHOEVER_SEES_IT,
  // They are those of the receivers that are configured there.
  listProjectWebhookDeliveries: () => [
    [{ verb: 'get', resource: 'projectconfigs' }],
  ],
  listSystemWebhookDeliveries: () => [
    [{ verb: 'get', resource: 'clusterconfigs' }],
  ],
  deleteProject: ({ project }) => [
    [{ verb: 'delete', resource: 'projects', name: project }],
  ],
};

function promote(stage: string): RuleNeed[][] {
  return [
    [
      { verb: 'promote', resource: 'stages', name: stage },
      { verb: 'create', resource: 'promotions' },
    ],
  ];
}

/** Differs: whoever may promote to a Stage may verify it again. */
function verify(stage: string): RuleNeed[][] {
  return [
    [{ verb: 'promote', resource: 'stages', name: stage }],
    [{ verb: 'patch', resource: 'stages', name: stage }],
  ];
}

function ofRoles(verb: string): RuleNeed[][] {
  return [RESOURCES.roles.map(resource => ({ verb, resource }))];
}

/**
 * What a role must allow for an operation, in Kargo's own terms.
 *
 * @remarks
 * Refreshing takes no more than a token, as in Kargo. An operation that nobody has thought of
 * is nobody's.
 */
export function operationNeeds(
  id: OperationId,
  { method, path }: Operation,
  params: Params,
): OperationNeeds {
  const parts = path.split('/').slice(1);
  const place = placeOf(parts);
  const special = SPECIAL[id];
  if (special) {
    return { place, sets: special(params) };
  }
  if (path.endsWith('/refresh')) {
    return { place, sets: WHOEVER_SEES_IT };
  }
  const index = parts.findLastIndex(part => Object.hasOwn(RESOURCES, part));
  if (index < 0) {
    return { place, sets: [] };
  }
  const next = parts[index + 1];
  const name = next ? params[next.slice(1, -1)] : undefined;
  const isList =
    method === 'get' && name === undefined && !SINGLE.has(parts[index]);
  const verb = isList ? 'list' : VERBS[method];
  const needs = RESOURCES[parts[index]].map(resource => ({
    verb,
    resource,
    ...(name !== undefined && { name }),
  }));
  return { place, sets: [needs] };
}

function placeOf([first, second]: string[]): OperationNeeds['place'] {
  if (first === 'projects' && second !== undefined) {
    return 'project';
  }
  const isNamespaced = /^(repo|generic)-credentials$|^configmaps$/.test(
    second ?? '',
  );
  if (first === 'shared') {
    return isNamespaced ? 'shared' : 'installation';
  }
  return first === 'system' && second !== 'cluster-config'
    ? 'system'
    : 'installation';
}
