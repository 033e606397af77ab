import {
  AuthorizeResult,
  isResourcePermission,
  Permission,
  PolicyDecision,
} from '@backstage/plugin-permission-common';
import {
  kargoProjectManagePermission,
  kargoProjectReadPermission,
  kargoStageApprovePermission,
  kargoStagePromotePermission,
} from 'backstage-plugin-kargo-common';
import {
  createKargoStageConditionalDecision,
  decideByKargoRoles,
  identityClaims,
  kargoStageConditions,
} from 'backstage-plugin-kargo-node';
import { mockCredentials } from '@backstage/backend-test-utils';
import { ApiHarness } from '../../testing/ApiHarness';
import {
  freightManifest,
  pipelineManifests,
} from '../../testing/pipelineManifests';

jest.setTimeout(60_000);

const NAMES = {
  user: 'sub',
  email: 'email',
  groups: 'groups',
  shortNames: true,
};

/** The policy that knows Kargo's roles alone, asked by one person. */
function rolesOnly(userEntityRef: string) {
  const identity = { userEntityRef, ownershipEntityRefs: [userEntityRef] };
  return (permission: Permission): PolicyDecision =>
    decideByKargoRoles(permission, identityClaims(identity, NAMES), {});
}

/** A policy that allows some permissions outright, and decides others by a function. */
function allowing(
  names: string[],
  otherwise: (permission: Permission) => PolicyDecision = () => ({
    result: AuthorizeResult.DENY,
  }),
) {
  return (permission: Permission): PolicyDecision =>
    names.includes(permission.name)
      ? { result: AuthorizeResult.ALLOW }
      : otherwise(permission);
}

const READ_AND_MANAGE = [
  kargoProjectReadPermission.name,
  kargoProjectManagePermission.name,
];

describe("Kargo's roles", () => {
  let api: ApiHarness;
  let count = 0;
  let project = '';

  beforeAll(async () => {
    api = await ApiHarness.start();
  });

  beforeEach(async () => {
    count += 1;
    project = `shop-${count}`;
    api.reset();
    await api.apply(pipelineManifests(project));
    await api.apply(freightManifest(project, '1.0.0', 'brisk-otter'));
  });

  const grantTo = (role: string, user: string) =>
    api.send('POST', `/projects/${project}/roles/grants`, {
      body: {
        role,
        userClaims: { claims: [{ name: 'sub', values: [user] }] },
      },
    });

  const promoteAs = (user: string) => {
    api.world.policy = rolesOnly(user);
    return api.send('POST', `/projects/${project}/stages/test/promotions`, {
      as: user,
      body: { freightAlias: 'brisk-otter' },
    });
  };

  it('decide who may promote, from the moment they are granted until they are revoked', async () => {
    expect((await promoteAs('user:default/bob')).status).toBe(404);

    api.reset();
    await grantTo('kargo-viewer', 'bob');
    const viewer = await promoteAs('user:default/bob');
    expect(viewer.status).toBe(403);

    api.reset();
    await grantTo('kargo-promoter', 'user:default/bob');
    expect((await promoteAs('user:default/bob')).status).toBe(201);
    expect((await promoteAs('user:default/carol')).status).toBe(404);

    api.reset();
    for (const role of ['kargo-viewer', 'kargo-promoter']) {
      await api.send('POST', `/projects/${project}/roles/revocations`, {
        body: {
          role,
          userClaims: {
            claims: [{ name: 'sub', values: ['bob', 'user:default/bob'] }],
          },
        },
      });
    }
    expect((await promoteAs('user:default/bob')).status).toBe(404);
  });

  it('make whoever creates a project its admin', async () => {
    api.world.policy = rolesOnly('user:default/alice');

    const { body } = await api.send('GET', `/projects/${project}/access`);

    expect(body.project.manage).toEqual({ allowed: true });
    expect(body.stages.prod.approve).toEqual({ allowed: true });
  });

  it('show the list of projects only where somebody has one', async () => {
    await grantTo('kargo-viewer', 'dora');
    api.world.policy = rolesOnly('user:default/dora');

    const { body } = await api.send('GET', '/projects', {
      as: 'user:default/dora',
    });

    expect(
      body.items.map(
        ({ metadata }: { metadata: { name: string } }) => metadata.name,
      ),
    ).toEqual([project]);
  });

  it('are told to policies that ask by reference', async () => {
    await grantTo('kargo-promoter', 'bob');
    const ask = async (user: string) => {
      const decision = rolesOnly(user)(kargoStagePromotePermission);
      const response = await fetch(
        `${api.baseUrl}/.well-known/backstage/permissions/apply-conditions`,
        {
          method: 'POST',
          headers: {
            Authorization: mockCredentials.service.header(),
            'content-type': 'application/json',
          },
          body: JSON.stringify({
            items: [{ id: '1', resourceRef: `${project}/prod`, ...decision }],
          }),
        },
      );
      return (await response.json()).items[0].result;
    };

    expect(await ask('user:default/bob')).toBe('ALLOW');
    expect(await ask('user:default/carol')).toBe('DENY');
  });

  describe('nobody gives away more than they have', () => {
    const role = (rules: object[]) => ({ metadata: { name: 'mine' }, rules });
    const roles = () => `/projects/${project}/roles`;

    it.each([
      ['secrets', ['get'], [], false],
      ['stages', ['update'], [], true],
      ['stages', ['promote'], [], false],
      ['stages', ['*'], [], false],
      ['freights/status', ['patch'], [], false],
      ['promotions', ['patch'], [], false],
      ['warehouses', ['get', 'list'], [], true],
      ['stages', ['patch'], [], false],
      ['freights', ['patch'], [], false],
    ])('a right on %s to %j', async (resource, verbs, names, isAllowed) => {
      api.world.policy = allowing(READ_AND_MANAGE);

      const { status, body } = await api.send('POST', roles(), {
        body: role([{ resources: [resource], verbs, resourceNames: names }]),
      });

      expect([status, /may not give away/.test(body.error)]).toEqual(
        isAllowed ? [201, false] : [403, true],
      );
    });

    it('of Stages that the policy excepts only those by name', async () => {
      const notProd = (permission: Permission): PolicyDecision =>
        isResourcePermission(permission, 'kargo-stage')
          ? createKargoStageConditionalDecision(permission, {
              not: kargoStageConditions.stageName({ stages: ['prod'] }),
            })
          : { result: AuthorizeResult.DENY };
      api.world.policy = allowing(READ_AND_MANAGE, notProd);
      const promote = async (resourceNames: string[]) => {
        const rules = [
          { resources: ['stages'], verbs: ['promote'], resourceNames },
        ];
        await api.send('DELETE', `${roles()}/mine`);
        return (await api.send('POST', roles(), { body: role(rules) })).status;
      };

      expect(await promote(['test'])).toBe(201);
      expect(await promote(['prod'])).toBe(403);
      expect(await promote(['test', 'prod'])).toBe(403);
      expect(await promote([])).toBe(403);
      // Kept as a right on all of them.
      expect(await promote([''])).toBe(403);
    });

    it('of a right that is written with spaces around it, which are left out', async () => {
      api.world.policy = allowing(READ_AND_MANAGE);

      const { status, body } = await api.send('POST', roles(), {
        body: role([
          { apiGroups: [''], resources: [' secrets'], verbs: ['create'] },
        ]),
      });

      expect(status).toBe(403);
      expect(body.error).toMatch(/'create' on 'secrets'/);
    });

    it('neither by mapping themselves to a role that has more', async () => {
      api.world.policy = allowing(READ_AND_MANAGE);

      expect((await grantTo('kargo-viewer', 'bob')).status).toBe(200);
      expect((await grantTo('kargo-promoter', 'bob')).status).toBe(403);
      expect((await grantTo('kargo-admin', 'bob')).status).toBe(403);
    });

    it.each([
      [
        'a Role',
        {
          apiVersion: 'rbac.authorization.k8s.io/v1',
          kind: 'Role',
          rules: [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }],
        },
      ],
      [
        'a RoleBinding',
        {
          apiVersion: 'rbac.authorization.k8s.io/v1',
          kind: 'RoleBinding',
          roleRef: {
            apiGroup: 'rbac.authorization.k8s.io',
            kind: 'Role',
            name: 'kargo-admin',
          },
          subjects: [{ kind: 'ServiceAccount', name: 'mine' }],
        },
      ],
      [
        'a Role with fields that are left out because they are null',
        {
          apiVersion: 'rbac.authorization.k8s.io/v1',
          kind: 'Role',
          rules: [
            {
              apiGroups: ['*'],
              resources: ['*'],
              resourceNames: null,
              verbs: ['*'],
            },
          ],
        },
      ],
    ])('nor by the manifest of %s', async (_, manifest) => {
      api.world.policy = allowing(READ_AND_MANAGE);

      const { status, body } = await api.send('POST', '/resources', {
        body: [{ ...manifest, metadata: { name: 'mine', namespace: project } }],
      });

      expect(status).toBe(403);
      expect(body.error).toMatch(/You may not give away a right/);
    });

    it('nor by the manifest of the ServiceAccount of a predefined role', async () => {
      const account = {
        apiVersion: 'v1',
        kind: 'ServiceAccount',
        metadata: {
          name: 'kargo-admin',
          namespace: project,
          annotations: { 'rbac.kargo.akuity.io/claims': '{"sub":["bob"]}' },
        },
      };
      api.world.policy = allowing(READ_AND_MANAGE);
      const refused = await api.send('POST', '/resources', { body: [account] });
      api.reset();
      const taken = await api.send('POST', '/resources', { body: [account] });

      expect(refused.status).toBe(403);
      expect(taken.status).toBe(201);
    });
  });

  it('nobody who made a project gets back what was taken from them by deleting who has it', async () => {
    const account = {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: {
        name: 'kargo-admin',
        namespace: project,
        annotations: { 'rbac.kargo.akuity.io/claims': '{"sub":["bob"]}' },
      },
    };
    await api.send('POST', '/resources', { body: [account] });
    api.world.policy = allowing(READ_AND_MANAGE);

    const refused = await api.send('DELETE', '/resources', { body: [account] });

    expect(refused.status).toBe(403);
    expect(refused.body.error).toMatch(/You may not give away a right/);
    api.reset();
    const { status } = await api.send('DELETE', '/resources', {
      body: [account],
    });
    expect(status).toBe(200);
  });

  it('of claims that cannot be understood somebody is told', async () => {
    const { status, body } = await api.send('POST', '/resources', {
      body: [
        {
          apiVersion: 'v1',
          kind: 'ServiceAccount',
          metadata: {
            name: 'broken',
            namespace: project,
            annotations: { 'rbac.kargo.akuity.io/claims': 'groups=devops' },
          },
        },
      ],
    });

    expect(status).toBe(422);
    expect(body.error).toMatch(/rbac\.kargo\.akuity\.io\/claims/);
  });

  it('a wildcard gives away everything there is, and approving is a right too', async () => {
    api.world.policy = permission => ({
      result:
        permission.name === kargoStageApprovePermission.name
          ? AuthorizeResult.DENY
          : AuthorizeResult.ALLOW,
    });

    const { status, body } = await api.send('POST', '/resources', {
      body: [
        {
          apiVersion: 'rbac.authorization.k8s.io/v1',
          kind: 'Role',
          metadata: { name: 'wide', namespace: project },
          rules: [{ apiGroups: ['*'], resources: ['*'], verbs: ['patch'] }],
        },
      ],
    });

    expect(status).toBe(403);
    expect(body.error).toMatch(/'patch' on 'freights\/status'/);
  });
});
