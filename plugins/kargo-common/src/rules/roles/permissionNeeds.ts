import { PolicyRule } from '../../model/core';
import { RoleClaim } from '../../model/KargoRole';
import { matchesClaims } from './claims';
import { RuleNeed, rulesAllow } from './policyRules';

/** Who has a role, and what it allows. @public */
export interface RoleGrant {
  readonly claims: readonly RoleClaim[];
  readonly rules: readonly PolicyRule[];
}

function needs(
  verbs: readonly string[],
  resources: readonly string[],
  name?: string,
): RuleNeed[] {
  return resources.flatMap(resource =>
    verbs.map(verb => ({
      verb,
      resource,
      ...(name !== undefined && { name }),
    })),
  );
}

const PIPELINE = ['stages', 'warehouses', 'freights', 'promotions'];
const DEFINITIONS = [
  'stages',
  'warehouses',
  'freights',
  'projectconfigs',
  'promotiontasks',
  'analysistemplates',
  'configmaps',
  'serviceaccounts',
  'roles',
  'rolebindings',
];
const WRITE = ['create', 'update', 'delete'];

/**
 * What a role must allow so that whoever has it holds a permission of the portal: all of
 * one of the sets. None for a permission that roles do not give.
 *
 * @remarks
 * A permission covers more than a rule does, so it takes all the rules of what it covers.
 * Differs: who may promote to a Stage may verify it again, and abort Promotions to it,
 * which Kargo's promoter may not.
 *
 * @param stage - name of the Stage that a permission is asked about
 *
 * @public
 */
export function permissionNeeds(
  permission: string,
  stage?: string,
): RuleNeed[][] {
  const promote = needs(['promote'], ['stages'], stage);
  switch (permission) {
    case 'kargo.view':
      return [needs(['list'], ['projects'])];
    case 'kargo.project.create':
      return [needs(['create'], ['projects'])];
    case 'kargo.cluster.manage':
      return [
        needs(WRITE, [
          'clusterconfigs',
          'clusterpromotiontasks',
          'clusteranalysistemplates',
        ]),
      ];
    case 'kargo.project.read':
      return [needs(['get', 'list'], PIPELINE)];
    case 'kargo.project.manage':
      return [needs(WRITE, DEFINITIONS)];
    case 'kargo.freight.alias':
      return [needs(['patch'], ['freights'])];
    case 'kargo.credentials.manage':
      return [needs(['list', ...WRITE], ['secrets'])];
    case 'kargo.stage.promote':
      return [[...promote, ...needs(['create'], ['promotions'])]];
    case 'kargo.stage.approve':
      return [[...promote, ...needs(['patch'], ['freights/status'])]];
    case 'kargo.stage.verify':
      return [promote, needs(['patch'], ['stages'], stage)];
    case 'kargo.promotion.abort':
      return [promote, needs(['patch'], ['promotions'])];
    default:
      return [];
  }
}

/** Whether rules give a permission. @public */
export function rulesGivePermission(
  rules: readonly PolicyRule[],
  permission: string,
  stage?: string,
): boolean {
  return permissionNeeds(permission, stage).some(set =>
    set.every(need => rulesAllow(rules, need)),
  );
}

/**
 * Whether somebody holds a permission by roles. What several roles allow counts together.
 *
 * @param claims - the claims of whoever asks
 *
 * @public
 */
export function rolesGivePermission(
  roles: readonly RoleGrant[],
  claims: readonly RoleClaim[],
  permission: string,
  stage?: string,
): boolean {
  const held = Object.fromEntries(
    claims.map(({ name, values }) => [name, values]),
  );
  const rules = roles
    .filter(role => matchesClaims(role.claims, held))
    .flatMap(role => role.rules);
  return rulesGivePermission(rules, permission, stage);
}
