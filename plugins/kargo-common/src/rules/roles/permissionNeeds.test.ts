import { kargoPermissions } from '../../permissions';
import { rolesGivePermission, rulesGivePermission } from './permissionNeeds';
import { PROJECT_ROLES, SYSTEM_ROLES } from './predefinedRoles';

const NAMES = kargoPermissions.map(({ name }) => name);

const VIEWER = ['kargo.project.read'];
const PROMOTER = [
  'kargo.project.read',
  'kargo.stage.promote',
  'kargo.stage.approve',
  'kargo.stage.verify',
  'kargo.promotion.abort',
];
const ADMIN = [
  'kargo.project.read',
  'kargo.project.manage',
  'kargo.freight.alias',
  'kargo.credentials.manage',
  'kargo.stage.promote',
  'kargo.stage.approve',
  'kargo.stage.verify',
  'kargo.promotion.abort',
];

describe('permissions of predefined roles', () => {
  it.each([
    ['kargo-viewer', VIEWER],
    ['kargo-promoter', PROMOTER],
    ['kargo-admin', ADMIN],
  ])('%s of a project gives %j', (name, expected) => {
    const { rules } = PROJECT_ROLES.find(role => role.name === name)!;

    expect(
      NAMES.filter(permission =>
        rulesGivePermission(rules, permission, 'prod'),
      ),
    ).toEqual(expected);
  });

  it.each([
    ['kargo-user', ['kargo.view']],
    ['kargo-project-creator', ['kargo.view', 'kargo.project.create']],
    ['kargo-viewer', ['kargo.view', ...VIEWER]],
    ['kargo-admin', NAMES],
  ])('%s of the installation gives %j', (name, expected) => {
    const { rules } = SYSTEM_ROLES.find(role => role.name === name)!;

    expect(
      NAMES.filter(permission =>
        rulesGivePermission(rules, permission, 'prod'),
      ),
    ).toEqual(expected);
  });
});

describe('rolesGivePermission', () => {
  const apiGroups = ['kargo.akuity.io'];
  const roles = [
    {
      claims: [{ name: 'groups', values: ['devops'] }],
      rules: [
        {
          apiGroups,
          resources: ['stages'],
          resourceNames: ['prod'],
          verbs: ['promote'],
        },
      ],
    },
    {
      claims: [{ name: 'sub', values: ['user:default/alice'] }],
      rules: [{ apiGroups, resources: ['promotions'], verbs: ['create'] }],
    },
  ];
  const devops = { name: 'groups', values: ['devops'] };
  const alice = { name: 'sub', values: ['user:default/alice'] };

  it.each([
    ['several roles count together', [devops, alice], 'prod', true],
    ['one of them is not enough', [devops], 'prod', false],
    ['another Stage is another right', [devops, alice], 'test', false],
    ['whoever has no role has no right', [], 'prod', false],
  ])('%s', (_, claims, stage, expected) => {
    expect(
      rolesGivePermission(roles, claims, 'kargo.stage.promote', stage),
    ).toBe(expected);
  });

  it('knows no permission of others', () => {
    const everything = [
      {
        claims: [alice],
        rules: [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }],
      },
    ];
    expect(rolesGivePermission(everything, [alice], 'catalog.read')).toBe(
      false,
    );
  });
});
