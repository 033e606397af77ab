import {
  AuthorizeResult,
  type Permission,
} from '@backstage/plugin-permission-common';
import {
  createConditionAuthorizer,
  type PolicyQueryUser,
} from '@backstage/plugin-permission-node';
import {
  kargoClusterManagePermission,
  kargoPermissions,
  kargoProjectCreatePermission,
  kargoProjectManagePermission,
  kargoProjectReadPermission,
  kargoStageApprovePermission,
  kargoStagePromotePermission,
  kargoStageVerifyPermission,
  kargoViewPermission,
} from 'backstage-plugin-kargo-common';
import {
  kargoProjectRules,
  kargoStageRules,
} from 'backstage-plugin-kargo-node';
import { DemoPolicy } from './demoPolicy';

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

/** The policy's decision about a Stage of the guestbook, or about its project. */
async function isAllowed(
  persona: string,
  permission: Permission,
  stage?: string,
): Promise<boolean> {
  const decision = await new DemoPolicy().handle(
    { permission },
    userOf(persona),
  );
  if (decision.result !== AuthorizeResult.CONDITIONAL) {
    return decision.result === AuthorizeResult.ALLOW;
  }
  const resource = {
    project: 'guestbook',
    labels: {},
    owners: ['group:default/guestbook-team'],
  };
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

describe('DemoPolicy', () => {
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

  it('denies Kargo to whoever is not signed in', async () => {
    for (const permission of kargoPermissions) {
      expect(await new DemoPolicy().handle({ permission })).toEqual({
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
    expect(await new DemoPolicy().handle({ permission })).toEqual({
      result: AuthorizeResult.ALLOW,
    });
  });
});
