import { createConditionAuthorizer } from '@backstage/plugin-permission-node';
import {
  kargoStagePromotePermission,
  kargoProjectReadPermission,
} from 'backstage-plugin-kargo-common';
import {
  createKargoProjectConditionalDecision,
  createKargoStageConditionalDecision,
  kargoProjectConditions,
  KargoProjectPermissionResource,
  kargoProjectRules,
  kargoStageConditions,
  KargoStagePermissionResource,
  kargoStageRules,
  matchesPermissionFilter,
} from './permissions';

const stage: KargoStagePermissionResource = {
  kind: 'stage',
  project: 'shop',
  stage: 'prod-eu',
  labels: { tier: 'prod' },
  owners: ['group:default/web'],
};

const project: KargoProjectPermissionResource = {
  kind: 'project',
  project: 'shop',
  labels: { team: 'web' },
  owners: ['group:default/web'],
};

describe('rules about Stages', () => {
  it.each([
    [
      'its project',
      kargoStageConditions.inProject,
      { projects: ['shop'] },
      true,
    ],
    [
      'a glob of its project',
      kargoStageConditions.inProject,
      { projects: ['sh*'] },
      true,
    ],
    [
      'another project',
      kargoStageConditions.inProject,
      { projects: ['web', 'shopping'] },
      false,
    ],
    ['no project', kargoStageConditions.inProject, { projects: [] }, false],
    ['its name', kargoStageConditions.stageName, { stages: ['prod-eu'] }, true],
    [
      'a glob of its name',
      kargoStageConditions.stageName,
      { stages: ['test', 'prod-*'] },
      true,
    ],
    [
      'a part of its name',
      kargoStageConditions.stageName,
      { stages: ['prod'] },
      false,
    ],
    [
      'a regular expression, which names are not',
      kargoStageConditions.stageName,
      { stages: ['prod-..'] },
      false,
    ],
    [
      'a label it carries',
      kargoStageConditions.hasLabel,
      { label: 'tier' },
      true,
    ],
    [
      'a label with its value',
      kargoStageConditions.hasLabel,
      { label: 'tier', values: ['test', 'prod'] },
      true,
    ],
    [
      'a label with another value',
      kargoStageConditions.hasLabel,
      { label: 'tier', values: ['test'] },
      false,
    ],
    [
      'a label it does not carry',
      kargoStageConditions.hasLabel,
      { label: 'zone' },
      false,
    ],
    [
      'one of its owners',
      kargoStageConditions.isEntityOwner,
      { claims: ['user:default/jo', 'group:default/web'] },
      true,
    ],
    [
      'its owner in other letters',
      kargoStageConditions.isEntityOwner,
      { claims: ['Group:default/Web'] },
      true,
    ],
    [
      'somebody else',
      kargoStageConditions.isEntityOwner,
      { claims: ['group:default/ops'] },
      false,
    ],
  ])('decide %s', (_, condition, params, expected) => {
    const decision = createKargoStageConditionalDecision(
      kargoStagePromotePermission,
      condition(params as never),
    );
    const isAllowed = createConditionAuthorizer(Object.values(kargoStageRules));
    expect(isAllowed(decision, stage)).toBe(expected);
  });

  it('finds no owner where there is none', () => {
    expect(
      kargoStageRules.isEntityOwner.apply(
        { ...stage, owners: [] },
        { claims: ['group:default/web'] },
      ),
    ).toBe(false);
  });

  it('translates rules to filters that decide alike', () => {
    const filter = kargoStageRules.stageName.toQuery({ stages: ['prod-*'] });
    expect(filter).toEqual({ key: 'stage', globs: ['prod-*'] });
    expect(matchesPermissionFilter(stage, { key: 'stage', globs: ['*'] })).toBe(
      true,
    );
    expect(
      matchesPermissionFilter(project, { key: 'stage', globs: ['*'] }),
    ).toBe(false);
  });
});

describe('rules about projects', () => {
  it.each([
    [
      'its name',
      kargoProjectConditions.inProject,
      { projects: ['shop'] },
      true,
    ],
    [
      'another name',
      kargoProjectConditions.inProject,
      { projects: ['shop-*'] },
      false,
    ],
    [
      'its label',
      kargoProjectConditions.hasLabel,
      { label: 'team', values: ['web'] },
      true,
    ],
    [
      'its owner',
      kargoProjectConditions.isEntityOwner,
      { claims: ['group:default/web'] },
      true,
    ],
    [
      'somebody else',
      kargoProjectConditions.isEntityOwner,
      { claims: ['user:default/web'] },
      false,
    ],
  ])('decide %s', (_, condition, params, expected) => {
    const decision = createKargoProjectConditionalDecision(
      kargoProjectReadPermission,
      condition(params as never),
    );
    const isAllowed = createConditionAuthorizer(
      Object.values(kargoProjectRules),
    );
    expect(isAllowed(decision, project)).toBe(expected);
  });
});

it('keeps the names that policies are written in', () => {
  expect(Object.values(kargoStageRules).map(rule => rule.name)).toEqual([
    'IN_PROJECT',
    'STAGE_NAME',
    'HAS_LABEL',
    'IS_ENTITY_OWNER',
    'HAS_KARGO_ROLE',
  ]);
});
