import {
  PermissionCondition,
  PermissionCriteria,
} from '@backstage/plugin-permission-common';

type Criteria = PermissionCriteria<PermissionCondition>;

/** Whether conditions ask for a rule. */
export function hasRule(criteria: Criteria, rule: string): boolean {
  return 'rule' in criteria
    ? criteria.rule === rule
    : partsOf(criteria).some(part => hasRule(part, rule));
}

/** Whether conditions hold for what something is not. */
export function hasNegation(criteria: Criteria): boolean {
  return 'not' in criteria || partsOf(criteria).some(hasNegation);
}

function partsOf(criteria: Criteria): Criteria[] {
  if ('allOf' in criteria) {
    return criteria.allOf;
  }
  if ('anyOf' in criteria) {
    return criteria.anyOf;
  }
  return 'not' in criteria ? [criteria.not] : [];
}
