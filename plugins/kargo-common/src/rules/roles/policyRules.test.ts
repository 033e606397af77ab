import { PolicyRule } from '../../model/core';
import {
  findRulesProblem,
  normalizeRules,
  RuleNeed,
  rulesAllow,
  VERBS,
} from './policyRules';
import { PROJECT_ROLES, SYSTEM_ROLES } from './predefinedRoles';

const KARGO = 'kargo.akuity.io';

function rule(
  resource: string,
  verbs: string[],
  names: string[] = [],
): PolicyRule {
  return {
    apiGroups: [KARGO],
    resources: [resource],
    ...(names.length > 0 && { resourceNames: names }),
    verbs,
  };
}

describe('normalizeRules', () => {
  it.each<[string, PolicyRule[], PolicyRule[]]>([
    [
      'a rule of several resources becomes one for each, ordered',
      [
        {
          apiGroups: [KARGO],
          resources: ['warehouses', 'stages'],
          verbs: ['get'],
        },
      ],
      [rule('stages', ['get']), rule('warehouses', ['get'])],
    ],
    [
      'rules for the same become one, with verbs once and ordered',
      [rule('stages', ['list', 'get']), rule('stages', ['get', 'delete'])],
      [rule('stages', ['delete', 'get', 'list'])],
    ],
    [
      'a name is kept apart from all names',
      [rule('stages', ['promote'], ['prod', 'test']), rule('stages', ['get'])],
      [
        rule('stages', ['get']),
        rule('stages', ['promote'], ['prod']),
        rule('stages', ['promote'], ['test']),
      ],
    ],
    [
      '* is every verb, and promote of Stages',
      [rule('stages', ['*'])],
      [rule('stages', [...VERBS, 'promote'].sort())],
    ],
    [
      '* is no promote of others',
      [rule('freights', ['*'])],
      [rule('freights', [...VERBS])],
    ],
    [
      'a group that is left out is found by the resource',
      [{ resources: ['secrets', 'stages'], verbs: ['get'] }],
      [
        { apiGroups: [''], resources: ['secrets'], verbs: ['get'] },
        rule('stages', ['get']),
      ],
    ],
  ])('%s', (_, rules, expected) => {
    expect(normalizeRules(rules)).toEqual(expected);
    expect(normalizeRules(expected)).toEqual(expected);
  });
});

describe('findRulesProblem', () => {
  it.each<[PolicyRule, RegExp]>([
    [rule('stage', ['get']), /'stage'; did you mean 'stages'\?/],
    [rule('freight/status', ['patch']), /did you mean 'freights\/status'\?/],
    [rule('*', ['get']), /unrecognized resource type '\*'/],
    [{ apiGroups: ['*'], resources: ['stages'], verbs: ['get'] }, /API group/],
    [{ resources: ['wonders'], verbs: ['get'] }, /name its API group/],
    [{ apiGroups: [KARGO], verbs: ['get'] }, /no resources/],
    [rule('stages', [' ']), /no verbs/],
  ])('%j is refused', (refused, problem) => {
    expect(findRulesProblem([rule('stages', ['get']), refused])).toMatch(
      problem,
    );
  });

  it('takes resources of Kargo without their group', () => {
    expect(
      findRulesProblem([{ resources: ['stages', 'secrets'], verbs: ['get'] }]),
    ).toBeUndefined();
  });

  it('takes resources of others when their group is named', () => {
    expect(
      findRulesProblem([
        { apiGroups: ['example.com'], resources: ['wonders'], verbs: ['get'] },
      ]),
    ).toBeUndefined();
  });
});

describe('rulesAllow', () => {
  it.each<[string, PolicyRule[], RuleNeed, boolean]>([
    [
      'what is named',
      [rule('stages', ['get'])],
      { verb: 'get', resource: 'stages' },
      true,
    ],
    [
      'not another verb',
      [rule('stages', ['get'])],
      { verb: 'list', resource: 'stages' },
      false,
    ],
    [
      'one name for that name',
      [rule('stages', ['promote'], ['prod'])],
      { verb: 'promote', resource: 'stages', name: 'prod' },
      true,
    ],
    [
      'one name for no other',
      [rule('stages', ['promote'], ['prod'])],
      { verb: 'promote', resource: 'stages', name: 'test' },
      false,
    ],
    [
      'one name not for all of them',
      [rule('stages', ['list'], ['prod'])],
      { verb: 'list', resource: 'stages' },
      false,
    ],
    [
      '* as verb',
      [rule('stages', ['*'])],
      { verb: 'promote', resource: 'stages' },
      true,
    ],
    [
      'wildcards of what somebody else wrote',
      [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }],
      { verb: 'delete', resource: 'secrets' },
      true,
    ],
    [
      'the group counts',
      [{ apiGroups: [''], resources: ['stages'], verbs: ['get'] }],
      { verb: 'get', resource: 'stages' },
      false,
    ],
    [
      'a subresource is not its resource',
      [rule('freights', ['patch'])],
      { verb: 'patch', resource: 'freights/status' },
      false,
    ],
  ])('%s', (_, rules, need, expected) => {
    expect(rulesAllow(rules, need)).toBe(expected);
  });
});

describe('predefined roles', () => {
  it.each(
    [...PROJECT_ROLES, ...SYSTEM_ROLES].map(role => [role.name, role.rules]),
  )('%s has rules that a role may have', (_, rules) => {
    expect(findRulesProblem(rules as PolicyRule[])).toBeUndefined();
  });

  it.each([
    ['kargo-viewer', 'promote', 'stages', false],
    ['kargo-viewer', 'get', 'secrets', false],
    ['kargo-viewer', 'list', 'promotiontasks', true],
    ['kargo-promoter', 'promote', 'stages', true],
    ['kargo-promoter', 'patch', 'freights/status', true],
    ['kargo-promoter', 'list', 'promotiontasks', true],
    ['kargo-promoter', 'update', 'stages', false],
    ['kargo-admin', 'update', 'secrets', true],
    ['kargo-admin', 'create', 'projects', false],
  ])('%s of a project: %s %s is %s', (name, verb, resource, expected) => {
    const { rules } = PROJECT_ROLES.find(role => role.name === name)!;
    expect(rulesAllow(rules, { verb, resource })).toBe(expected);
  });
});
