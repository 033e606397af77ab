import {
  Operation,
  OPERATION_IDS,
  OperationId,
  OPERATIONS,
} from 'backstage-plugin-kargo-common';
import { operationNeeds } from './operationNeeds';

const PARAMS = {
  project: 'shop',
  stage: 'prod',
  freight: 'f1',
  warehouse: 'web',
  promotion: 'p1',
  name: 'x',
};

/** Sets of `verb resource/name`, and where. */
function told(id: OperationId): string {
  const operation: Operation = OPERATIONS[id];
  const { place, sets } = operationNeeds(id, operation, PARAMS);
  const texts = sets.map(set =>
    set
      .map(({ verb, resource, name }) =>
        [`${verb} ${resource}`, ...(name ? [name] : [])].join('/'),
      )
      .join(' and '),
  );
  const isNobodys = sets.length === 0;
  return `${place}: ${
    isNobodys ? '(nobody)' : texts.join(' or ') || 'nothing'
  }`;
}

describe('operationNeeds', () => {
  it.each<[OperationId, string]>([
    ['listProjects', 'installation: nothing'],
    ['listProjectSummaries', 'installation: nothing'],
    ['listAllEvents', 'installation: nothing'],
    ['search', 'installation: nothing'],
    ['getProject', 'project: nothing'],
    ['deleteProject', 'project: delete projects/shop'],
    ['getProjectConfig', 'project: get projectconfigs'],
    ['deleteProjectConfig', 'project: delete projectconfigs'],
    ['refreshProjectConfig', 'project: nothing'],
    ['listEvents', 'project: list events'],
    ['listImages', 'project: list stages'],
    ['listWarehouses', 'project: list warehouses'],
    ['getWarehouse', 'project: get warehouses/x'],
    ['refreshWarehouse', 'project: nothing'],
    ['queryFreight', 'project: list freights'],
    ['getFreight', 'project: get freights/f1'],
    ['deleteFreight', 'project: delete freights/f1'],
    ['patchFreightAlias', 'project: patch freights/f1'],
    ['approveFreight', 'project: patch freights/status'],
    ['getStage', 'project: get stages/prod'],
    ['deleteStage', 'project: delete stages/prod'],
    ['promoteToStage', 'project: promote stages/prod and create promotions'],
    ['dryRunPromotion', 'project: promote stages/prod and create promotions'],
    ['promoteDownstream', 'project: create promotions'],
    ['verifyStage', 'project: promote stages/prod or patch stages/prod'],
    ['abortVerification', 'project: promote stages/prod or patch stages/prod'],
    ['listPromotions', 'project: list promotions'],
    ['listPromotionTasks', 'project: list promotiontasks'],
    ['getAnalysisRunLogs', 'project: get analysisruns/x'],
    ['listProjectRepoCredentials', 'project: list secrets'],
    ['patchProjectGenericCredentials', 'project: patch secrets/x'],
    ['createProjectConfigMap', 'project: create configmaps'],
    [
      'listProjectRoles',
      'project: list serviceaccounts and list roles and list rolebindings',
    ],
    [
      'grantProjectRole',
      'project: update serviceaccounts and update roles and update rolebindings',
    ],
    ['createProjectToken', 'project: create secrets'],
    ['deleteProjectToken', 'project: delete secrets/x'],
    ['listSharedRepoCredentials', 'shared: nothing'],
    ['replaceSharedRepoCredentials', 'shared: update secrets/x'],
    ['listSharedConfigMap', 'shared: list configmaps'],
    ['listClusterPromotionTasks', 'installation: list clusterpromotiontasks'],
    ['getClusterConfig', 'installation: get clusterconfigs'],
    ['refreshClusterConfig', 'installation: nothing'],
    ['createSystemToken', 'system: create secrets'],
    ['listSystemConfigMap', 'system: list configmaps'],
  ])('%s takes %s', (id, expected) => {
    expect(told(id)).toBe(expected);
  });

  it('is nobody’s where nobody has said what it takes', () => {
    const unheardOf: Operation = {
      ...OPERATIONS.getServerVersion,
      path: '/system/everything',
    };
    const { sets } = operationNeeds(
      'everything' as OperationId,
      unheardOf,
      PARAMS,
    );
    expect(sets).toEqual([]);
  });

  it.each(
    OPERATION_IDS.filter(id => {
      const { ask }: Operation = OPERATIONS[id];
      return ask.scope !== 'nobody' && ask.scope !== 'any';
    }),
  )('%s is somebody’s', id => {
    expect(told(id)).not.toMatch(/nobody/);
  });

  /** What everybody who sees the place may do, by Kargo's own rules or because of what else is asked. */
  const FREE = [
    /^refresh/,
    /^listShared(Repo|Generic)Credentials$/,
    /^(listProjects|search|getProject|getProjectAccess|abortPromotion|watchMany)$/,
    /^(create|update|delete)Resources$/,
  ];

  it.each(
    OPERATION_IDS.filter(id => {
      const { ask, path }: Operation = OPERATIONS[id];
      const isOpen = ask.scope === 'nobody' || ask.scope === 'anyone';
      return (
        !isOpen &&
        !path.endsWith('/refresh') &&
        !FREE.some(free => free.test(id))
      );
    }),
  )('%s takes a rule', id => {
    expect(told(id)).not.toMatch(/nothing/);
  });
});
