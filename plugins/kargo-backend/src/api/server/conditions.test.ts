import {
  PermissionCondition,
  PermissionCriteria,
} from '@backstage/plugin-permission-common';
import { hasNegation, hasRule } from './conditions';

type Criteria = PermissionCriteria<PermissionCondition>;

const rule = (name: string): PermissionCondition => ({
  resourceType: 'kargo-stage',
  rule: name,
});

describe('conditions of a policy', () => {
  it.each<[string, Criteria, boolean, boolean]>([
    ['a rule', rule('A'), true, false],
    ['another rule', rule('B'), false, false],
    ['a negation', { not: rule('A') }, true, true],
    ['one of several', { anyOf: [rule('B'), rule('A')] }, true, false],
    ['all of several', { allOf: [rule('A'), rule('B')] }, true, false],
    ['none of them', { allOf: [rule('B'), rule('C')] }, false, false],
    [
      'a negation among several',
      { allOf: [rule('B'), { not: rule('C') }] },
      false,
      true,
    ],
    ['a negation of one', { anyOf: [{ not: rule('A') }] }, true, true],
    [
      'a negation deep within',
      { anyOf: [rule('B'), { allOf: [rule('C'), { not: rule('A') }] }] },
      true,
      true,
    ],
    ['a negated negation', { not: { not: rule('A') } }, true, true],
  ])('that are %s', (_, criteria, asksForA, isNegated) => {
    expect(hasRule(criteria, 'A')).toBe(asksForA);
    expect(hasNegation(criteria)).toBe(isNegated);
  });
});
