import {
  AuthorizeResult,
  type Permission,
} from '@backstage/plugin-permission-common';
import {
  createConditionAuthorizer,
  type PolicyQueryUser,
} from '@backstage/plugin-permission-node';
import {
  creatorClaim,
  kargoClusterManagePermission,
  kargoPermissions,
  kargoProjectCreatePermission,
  kargoProjectManagePermission,
  kargoProjectReadPermission,
  kargoStageApprovePermission,
  kargoStagePromotePermission,
  kargoStageVerifyPermission,
  kargoViewPermission,
  PROJECT_ROLES,
  RoleGrant,
} from 'backstage-plugin-kargo-common';
import {
  kargoProjectRules,
  kargoStageRules,
} from 'backstage-plugin-kargo-node';
import { createDemoPolicy } from './demoPolicy';

const claims: Record<string, string[]> = {
  alice: ['user:default/alice', 'group:default/guestbook-team'],
  rita: ['user:default/rita', 'group:default/release-managers'],
  victor: ['user:default/victor'],
};

function userOf(persona: string): PolicyQueryUser {
  return {
    info: {
      userEntityRef: `user:default/${persona}`,
      ownershipEntityRefs: claims[persona],
    },
  } as PolicyQueryUser;
}

const policy = createDemoPolicy({
  identity: {
    user: 'sub',
    email: 'email',
    groups: 'groups',
    shortNames: true,
  },
  system: {},
});

/** Of the guestbook, which the demo made itself. */
const GUESTBOOK = {
  project: 'guestbook',
  labels: {},
  owners: ['group:default/guestbook-team'],
  roles: [] as RoleGrant[],
};

/** Of a project that somebody has just made, and that the catalog knows nothing of. */
function madeBy(persona: string): typeof GUESTBOOK {
  const maker = creatorClaim(`user:default/${persona}`);
  return {
    ...GUESTBOOK,
    project: 'bookshop',
    owners: [],
    roles: PROJECT_ROLES.map(({ rules }) => ({ claims: maker, rules })),
  };
}

/** The policy's decision about a Stage of a project, or about the project. */
async function isAllowed(
  persona: string,
  permission: Permission,
  stage?: string,
  resource = GUESTBOOK,
): Promise<boolean> {
  const decision = await policy.handle({ permission }, userOf(persona));
  if (decision.result !== AuthorizeResult.CONDITIONAL) {
    return decision.result === AuthorizeResult.ALLOW;
  }
  return stage === undefined
    ? createConditionAuthorizer(Object.values(kargoProjectRules))(decision, {
        kind: 'project',
        ...resource,
      })
    : createConditionAuthorizer(Object.values(kargoStageRules))(decision, {
        kind: 'stage',
        stage,
        ...resource,
      });
}

describe('the policy of the demo', () => {
  it.each([
    {
      permission: kargoViewPermission,
      stage: undefined,
      who: ['alice', 'rita', 'victor'],
    },
    {
      permission: kargoProjectReadPermission,
      stage: undefined,
      who: ['alice', 'rita', 'victor'],
    },
    {
      permission: kargoProjectCreatePermission,
      stage: undefined,
      who: ['alice', 'rita'],
    },
    {
      permission: kargoProjectManagePermission,
      stage: undefined,
      who: ['alice', 'rita'],
    },
    {
      permission: kargoClusterManagePermission,
      stage: undefined,
      who: ['rita'],
    },
    {
      permission: kargoStagePromotePermission,
      stage: 'test',
      who: ['alice', 'rita'],
    },
    {
      permission: kargoStagePromotePermission,
      stage: 'uat',
      who: ['alice', 'rita'],
    },
    { permission: kargoStagePromotePermission, stage: 'prod', who: ['rita'] },
    {
      permission: kargoStageVerifyPermission,
      stage: 'prod',
      who: ['alice', 'rita'],
    },
    { permission: kargoStageApprovePermission, stage: 'uat', who: ['rita'] },
  ])('lets $who use $permission.name on $stage', async row => {
    const allowed = [];
    for (const persona of Object.keys(claims)) {
      if (await isAllowed(persona, row.permission, row.stage)) {
        allowed.push(persona);
      }
    }
    expect(allowed).toEqual(row.who);
  });

  it.each([
    { permission: kargoProjectManagePermission, stage: undefined },
    { permission: kargoStagePromotePermission, stage: 'test' },
    { permission: kargoStagePromotePermission, stage: 'prod' },
    { permission: kargoStageApprovePermission, stage: 'prod' },
  ])(
    'lets who made a project use $permission.name on $stage, and nobody else of the team',
    async ({ permission, stage }) => {
      const isMakerAllowed = (maker: string) =>
        isAllowed('alice', permission, stage, madeBy(maker));
      expect(await isMakerAllowed('alice')).toBe(true);
      expect(await isMakerAllowed('bert')).toBe(false);
    },
  );

  it('denies Kargo to whoever is not signed in', async () => {
    for (const permission of kargoPermissions) {
      expect(await policy.handle({ permission })).toEqual({
        result: AuthorizeResult.DENY,
      });
    }
  });

  it('leaves other plugins alone', async () => {
    const permission = {
      type: 'basic',
      name: 'catalog.entity.create',
      attributes: { action: 'create' },
    } as const;
    expect(await policy.handle({ permission })).toEqual({
      result: AuthorizeResult.ALLOW,
    });
  });
});
