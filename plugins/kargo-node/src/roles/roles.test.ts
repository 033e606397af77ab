import { ConfigReader } from '@backstage/config';
import {
  AuthorizeResult,
  Permission,
  PolicyDecision,
} from '@backstage/plugin-permission-common';
import {
  createConditionAuthorizer,
  PermissionPolicy,
  PolicyQueryUser,
} from '@backstage/plugin-permission-node';
import {
  kargoProjectCreatePermission,
  kargoProjectManagePermission,
  kargoProjectReadPermission,
  kargoPromotionAbortPermission,
  kargoStagePromotePermission,
  kargoViewPermission,
  PROJECT_ROLES,
  RoleGrant,
} from 'backstage-plugin-kargo-common';
import { kargoProjectRules, kargoStageRules } from '../permissions';
import { eitherDecision } from './decideByRoles';
import { identityClaims } from './identityClaims';
import { KargoOwnersPolicy, KargoRolesPolicy } from './KargoRolesPolicy';
import { readKargoRolesConfig } from './readRolesConfig';

const NAMES = {
  user: 'sub',
  email: 'email',
  groups: 'groups',
  shortNames: true,
};

const alice = {
  userEntityRef: 'user:default/alice',
  ownershipEntityRefs: ['user:default/alice', 'group:default/devops'],
};

function userOf(identity: typeof alice): PolicyQueryUser {
  return { info: identity } as PolicyQueryUser;
}

const denyAll: PermissionPolicy = {
  handle: async () => ({ result: AuthorizeResult.DENY }),
};

function grant(name: string, claim: string, value: string): RoleGrant {
  const { rules } = PROJECT_ROLES.find(role => role.name === name)!;
  return { claims: [{ name: claim, values: [value] }], rules };
}

/** What a decision comes to for Stage `prod` of a project with these roles, and the project. */
function isAllowed(
  decision: PolicyDecision,
  { roles, owners = [] }: { roles: RoleGrant[]; owners?: string[] },
): boolean {
  if (decision.result !== AuthorizeResult.CONDITIONAL) {
    return decision.result === AuthorizeResult.ALLOW;
  }
  const resource = { project: 'shop', labels: {}, owners, roles };
  return decision.resourceType === 'kargo-project'
    ? createConditionAuthorizer(Object.values(kargoProjectRules))(decision, {
        kind: 'project',
        ...resource,
      })
    : createConditionAuthorizer(Object.values(kargoStageRules))(decision, {
        kind: 'stage',
        stage: 'prod',
        ...resource,
      });
}

describe('identityClaims', () => {
  it('knows people by their reference, address and groups, in short too', () => {
    expect(identityClaims({ ...alice, email: 'a@example.com' }, NAMES)).toEqual(
      [
        { name: 'sub', values: ['user:default/alice', 'alice'] },
        { name: 'email', values: ['a@example.com'] },
        { name: 'groups', values: ['group:default/devops', 'devops'] },
      ],
    );
  });

  it('has short names for the namespace default only, and not when they are off', () => {
    const bob = {
      userEntityRef: 'user:other/bob',
      ownershipEntityRefs: ['group:default/devops'],
    };
    expect(identityClaims(bob, NAMES)).toEqual([
      { name: 'sub', values: ['user:other/bob'] },
      { name: 'groups', values: ['group:default/devops', 'devops'] },
    ]);
    expect(identityClaims(alice, { ...NAMES, shortNames: false })).toEqual([
      { name: 'sub', values: ['user:default/alice'] },
      { name: 'groups', values: ['group:default/devops'] },
    ]);
  });

  it('names claims as it is told', () => {
    const names = { ...NAMES, user: 'oid', groups: 'roles', shortNames: false };
    expect(identityClaims(alice, names).map(({ name }) => name)).toEqual([
      'oid',
      'roles',
    ]);
  });
});

describe('readKargoRolesConfig', () => {
  it('has nobody in a role of the installation by default', () => {
    expect(readKargoRolesConfig(new ConfigReader({}))).toEqual({
      identity: NAMES,
      system: {
        'kargo-admin': [],
        'kargo-viewer': [],
        'kargo-user': [],
        'kargo-project-creator': [],
      },
    });
  });

  it('reads who has the roles of the installation', () => {
    const { identity, system } = readKargoRolesConfig(
      new ConfigReader({
        kargo: {
          roles: {
            admins: {
              claims: { groups: ['platform'], email: 'a@example.com' },
            },
            identity: { user: 'oid' },
          },
        },
      }),
    );
    expect(identity.user).toBe('oid');
    expect(system['kargo-admin']).toEqual([
      { name: 'groups', values: ['platform'] },
      { name: 'email', values: ['a@example.com'] },
    ]);
  });

  it.each([{ groups: [1] }, { groups: { a: 'b' } }, ['devops'], 'devops'])(
    'names the key of claims that are none: %j',
    claims => {
      const config = new ConfigReader({
        kargo: { roles: { users: { claims } } },
      });
      expect(() => readKargoRolesConfig(config)).toThrow(
        /kargo\.roles\.users\.claims/,
      );
    },
  );
});

describe('KargoRolesPolicy', () => {
  const roles = {
    identity: NAMES,
    system: {
      'kargo-admin': [{ name: 'groups', values: ['platform'] }],
      'kargo-project-creator': [{ name: 'groups', values: ['devops'] }],
    },
  };
  const platform = {
    userEntityRef: 'user:default/rita',
    ownershipEntityRefs: ['group:default/platform'],
  };
  const policy = KargoRolesPolicy.create({
    roles,
    otherwise: denyAll,
    findEmail: async ref =>
      ref === alice.userEntityRef ? 'a@example.com' : undefined,
  });

  describe('while nobody tells addresses', () => {
    const away = KargoRolesPolicy.create({
      roles,
      otherwise: denyAll,
      findEmail: async () => {
        throw new Error('the catalog is away');
      },
    });
    const query = { permission: kargoProjectManagePermission };

    it('allows what takes no address', async () => {
      expect(await away.handle(query, { info: platform } as never)).toEqual({
        result: AuthorizeResult.ALLOW,
      });
    });

    it('refuses nobody else, who may have an address that would do', async () => {
      const bob = {
        userEntityRef: 'user:default/bob',
        ownershipEntityRefs: [],
      };
      await expect(
        away.handle(query, { info: bob } as never),
      ).rejects.toMatchObject({
        name: 'ServiceUnavailableError',
        message: expect.stringContaining(
          'Nobody can tell now which roles user:default/bob has in Kargo',
        ),
      });
    });
  });

  it.each<[string, Permission, typeof alice, RoleGrant[], boolean]>([
    [
      'a promoter promotes',
      kargoStagePromotePermission,
      alice,
      [grant('kargo-promoter', 'groups', 'devops')],
      true,
    ],
    [
      'a promoter aborts, which the original forbids',
      kargoPromotionAbortPermission,
      alice,
      [grant('kargo-promoter', 'sub', 'alice')],
      true,
    ],
    [
      'a promoter does not manage',
      kargoProjectManagePermission,
      alice,
      [grant('kargo-promoter', 'sub', 'alice')],
      false,
    ],
    [
      'somebody is known by the address',
      kargoProjectReadPermission,
      alice,
      [grant('kargo-viewer', 'email', 'A@example.com')],
      true,
    ],
    [
      'a role of others is no role',
      kargoProjectReadPermission,
      platform,
      [],
      true,
    ],
    [
      'nobody reads without a role',
      kargoProjectReadPermission,
      alice,
      [grant('kargo-viewer', 'groups', 'leads')],
      false,
    ],
    [
      'a role of the installation gives what has no project',
      kargoProjectCreatePermission,
      alice,
      [],
      true,
    ],
    ['and only what it says', kargoViewPermission, platform, [], true],
  ])('%s', async (_, permission, identity, granted, expected) => {
    const decision = await policy.handle({ permission }, userOf(identity));
    expect(isAllowed(decision, { roles: granted })).toBe(expected);
  });

  it('leaves others what they decide, and whoever is not signed in', async () => {
    const permission = {
      type: 'basic',
      name: 'catalog.entity.create',
      attributes: {},
    } as const;
    const deny = { result: AuthorizeResult.DENY };
    expect(await policy.handle({ permission }, userOf(platform))).toEqual(deny);
    expect(
      await policy.handle({ permission: kargoStagePromotePermission }),
    ).toEqual(deny);
  });

  it('allows owners beside those who have a role', async () => {
    const either = KargoRolesPolicy.create({
      roles,
      otherwise: new KargoOwnersPolicy(),
    });
    const decision = await either.handle(
      { permission: kargoStagePromotePermission },
      userOf(alice),
    );

    const role = grant('kargo-promoter', 'sub', 'alice');
    const owners = ['group:default/devops'];
    expect(isAllowed(decision, { roles: [] })).toBe(false);
    expect(isAllowed(decision, { roles: [role] })).toBe(true);
    expect(isAllowed(decision, { roles: [], owners })).toBe(true);
  });
});

describe('eitherDecision', () => {
  const allow = { result: AuthorizeResult.ALLOW } as const;
  const deny = { result: AuthorizeResult.DENY } as const;
  const conditional = (rule: string) =>
    ({
      result: AuthorizeResult.CONDITIONAL,
      pluginId: 'kargo',
      resourceType: 'kargo-project',
      conditions: { rule, resourceType: 'kargo-project' },
    } as const);

  it.each<[PolicyDecision, PolicyDecision, PolicyDecision]>([
    [allow, deny, allow],
    [deny, allow, allow],
    [deny, deny, deny],
    [conditional('a'), deny, conditional('a')],
    [deny, conditional('a'), conditional('a')],
    [conditional('a'), allow, allow],
    [allow, conditional('a'), allow],
    [
      conditional('a'),
      conditional('b'),
      {
        ...conditional('a'),
        conditions: {
          anyOf: [conditional('a').conditions, conditional('b').conditions],
        },
      },
    ],
  ])('of %j and %j is %j', (a, b, expected) => {
    expect(eitherDecision(a, b)).toEqual(expected);
  });
});
