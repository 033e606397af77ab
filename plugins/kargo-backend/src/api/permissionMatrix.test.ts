import {
  AuthorizeResult,
  isResourcePermission,
  Permission,
  PolicyDecision,
} from '@backstage/plugin-permission-common';
import {
  kargoClusterManagePermission,
  kargoCredentialsManagePermission,
  kargoFreightAliasPermission,
  kargoPermissions,
  kargoProjectManagePermission,
  kargoProjectReadPermission,
  kargoPromotionAbortPermission,
  kargoStageApprovePermission,
  kargoStagePromotePermission,
  kargoStageVerifyPermission,
  kargoViewPermission,
  Operation,
  OPERATION_IDS,
  OperationId,
  OPERATIONS,
  RESOURCE_TYPE_KARGO_PROJECT,
} from 'backstage-plugin-kargo-common';
import {
  createKargoProjectConditionalDecision,
  createKargoStageConditionalDecision,
  kargoProjectConditions,
  kargoStageConditions,
} from 'backstage-plugin-kargo-node';
import { ApiHarness } from '../testing/ApiHarness';
import {
  freightManifest,
  pipelineManifests,
} from '../testing/pipelineManifests';

jest.setTimeout(120_000);

const OWNER = 'user:default/owner';
const STAGES = ['test', 'qa', 'prod', 'gate'];

/** What the policy says of a permission; `owned` goes by who owns the project. */
type Verdict = 'allow' | 'deny' | 'owned';

/** Somebody who asks, and the policy's word on each permission. */
interface Persona {
  as: string;
  verdict(permission: Permission): Verdict;
}

const grants =
  (...granted: Permission[]): Persona['verdict'] =>
  ({ name }) =>
    granted.some(permission => permission.name === name) ? 'allow' : 'deny';

const ownersMay: Persona['verdict'] = permission => {
  if (permission.name === kargoViewPermission.name) {
    return 'allow';
  }
  return isResourcePermission(permission) ? 'owned' : 'deny';
};

/** From the one who may least to the one who may most. */
const PERSONAS: Record<string, Persona> = {
  'without a token': { as: 'nobody', verdict: grants() },
  'with a token that is not valid any more': {
    as: 'expired',
    verdict: grants(...kargoPermissions),
  },
  'without any permission': {
    as: 'user:default/stranger',
    verdict: grants(),
  },
  'owner of another project': {
    as: 'user:default/neighbour',
    verdict: ownersMay,
  },
  viewer: {
    as: 'user:default/viewer',
    verdict: grants(kargoViewPermission, kargoProjectReadPermission),
  },
  promoter: {
    as: 'user:default/promoter',
    verdict: grants(
      kargoViewPermission,
      kargoProjectReadPermission,
      kargoStagePromotePermission,
    ),
  },
  'owner of the project': { as: OWNER, verdict: ownersMay },
  admin: { as: 'user:default/admin', verdict: grants(...kargoPermissions) },
};

function decide(persona: Persona, permission: Permission): PolicyDecision {
  const verdict = persona.verdict(permission);
  if (verdict !== 'owned') {
    return {
      result:
        verdict === 'allow' ? AuthorizeResult.ALLOW : AuthorizeResult.DENY,
    };
  }
  const claims = { claims: [persona.as] };
  return isResourcePermission(permission, RESOURCE_TYPE_KARGO_PROJECT)
    ? createKargoProjectConditionalDecision(
        permission,
        kargoProjectConditions.isEntityOwner(claims),
      )
    : createKargoStageConditionalDecision(
        permission as never,
        kargoStageConditions.isEntityOwner(claims),
      );
}

/** What somebody learns who asks; `hidden`: that there is no such project. */
type Outcome = 'unknown caller' | 'hidden' | 'refused' | 'answered';

/** What the table and the policy together say that an operation answers. */
function expectedOutcome(operation: Operation, persona: Persona): Outcome {
  const { ask, alsoAsks = [] } = operation;
  const holds = (permission: Permission) => {
    const verdict = persona.verdict(permission);
    return verdict === 'owned' ? persona.as === OWNER : verdict === 'allow';
  };
  if (ask.scope === 'nobody') {
    return 'answered';
  }
  if (persona.as === 'nobody' || persona.as === 'expired') {
    return 'unknown caller';
  }
  const inProject = (needed: readonly Permission[]): Outcome => {
    if (!holds(kargoProjectReadPermission)) {
      return 'hidden';
    }
    return needed.every(holds) ? 'answered' : 'refused';
  };
  switch (ask.scope) {
    case 'anyone':
      // What else is asked leaves things out of the answer.
      return 'answered';
    case 'basic':
      return holds(ask.permission) ? 'answered' : 'refused';
    case 'any': {
      // The policy knows of an owner only that there are conditions.
      const mayTry = ask.permissions.some(
        permission => persona.verdict(permission) !== 'deny',
      );
      return mayTry ? inProject([kargoProjectManagePermission]) : 'refused';
    }
    default:
      return inProject([
        ...(ask.permission ? [ask.permission] : []),
        ...alsoAsks,
      ]);
  }
}

function warehouseManifest(project: string) {
  return {
    apiVersion: 'kargo.akuity.io/v1alpha1',
    kind: 'Warehouse',
    metadata: { name: 'web', namespace: project },
    spec: {
      subscriptions: [{ git: { repoURL: 'https://git.example/a.git' } }],
    },
  };
}

/** What the role of promoters is for. */
const PROMOTERS_PERMISSIONS: readonly Permission[] = [
  kargoProjectReadPermission,
  kargoStagePromotePermission,
  kargoStageApprovePermission,
  kargoStageVerifyPermission,
  kargoPromotionAbortPermission,
];

/** A request for an operation that reaches every question it asks. */
function sampleOf(
  id: OperationId,
  project: string,
): { path: string; body?: unknown } {
  const { path, body }: Operation = OPERATIONS[id];
  const parts: Record<string, string> = {
    project,
    stage: 'test',
    freight: 'brisk-otter',
    warehouse: 'web',
    promotion: 'test.run',
    name: path.includes('/promotions/') ? 'test.run' : 'web',
  };
  const query: Partial<Record<OperationId, string>> = {
    approveFreight: '?stage=test',
    patchFreightAlias: '?newAlias=calm-heron',
    search: '?text=brisk-otter',
    listProjectSummaries: `?project=${project}`,
  };
  return {
    path: `${path.replace(/\{(\w+)\}/g, (_, part) => parts[part])}${
      query[id] ?? ''
    }`,
    ...(body && {
      body:
        body === 'manifests'
          ? warehouseManifest(project)
          : { freight: 'brisk-otter' },
    }),
  };
}

describe('the permission matrix', () => {
  let api: ApiHarness;
  let count = 0;

  beforeAll(async () => {
    api = await ApiHarness.start();
  });

  async function createProject(): Promise<string> {
    count += 1;
    const project = `shop-${count}`;
    api.reset();
    await api.apply(pipelineManifests(project));
    await api.apply(freightManifest(project, '1.0.0', 'brisk-otter'));
    await api.store.create({
      apiVersion: 'kargo.akuity.io/v1alpha1',
      kind: 'Promotion',
      metadata: { name: 'test.run', namespace: project },
      spec: { stage: 'test', freight: 'x', steps: [] },
    });
    return project;
  }

  async function outcomeOf(
    id: OperationId,
    project: string,
    persona: Persona,
  ): Promise<Outcome> {
    api.world.policy = permission => decide(persona, permission);
    for (const place of ['', ...STAGES.map(stage => `/${stage}`)]) {
      api.world.owners[`${project}${place}`] = [OWNER];
    }
    return ask(id, project, persona.as);
  }

  async function ask(
    id: OperationId,
    project: string,
    as: string,
  ): Promise<Outcome> {
    const { path, body } = sampleOf(id, project);
    const method = OPERATIONS[id].method.toLocaleUpperCase('en-US');
    const answer = await api.send(method, path, { as, body });
    if (answer.status === 401) {
      return 'unknown caller';
    }
    const asked: Operation['ask'] = OPERATIONS[id].ask;
    // A log-in refuses passwords, not people.
    if (answer.status === 403 && asked.scope !== 'nobody') {
      expect(answer.body.error).toMatch(/^You may not .*\. Ask /);
      return 'refused';
    }
    expect(answer.status).not.toBe(500);
    return answer.body?.error === `Project '${project}' does not exist`
      ? 'hidden'
      : 'answered';
  }

  it.each(OPERATION_IDS)('is what the table says for %s', async id => {
    const operation: Operation = OPERATIONS[id];
    let project = await createProject();
    const outcomes: Record<string, Outcome> = {};
    for (const [who, persona] of Object.entries(PERSONAS)) {
      if (operation.method === 'delete') {
        project = await createProject();
      }
      outcomes[who] = await outcomeOf(id, project, persona);
    }
    expect(outcomes).toEqual(
      Object.fromEntries(
        Object.entries(PERSONAS).map(([who, persona]) => [
          who,
          expectedOutcome(operation, persona),
        ]),
      ),
    );
  });

  /** A token of a role, as the caller that uses it. */
  async function tokenOf(project: string, role: string): Promise<string> {
    api.reset();
    const { body } = await api.send(
      'POST',
      `/projects/${project}/roles/${role}/api-tokens`,
      { body: { name: `for-${role}` } },
    );
    const text = Buffer.from(body.data.token, 'base64').toString('utf8');
    return `token:${text}`;
  }

  /** What an API token may do at most: to one who may only read, nothing that changes anything. */
  const atMost = (id: OperationId, role: string): Outcome[] => {
    const { ask: asked, method, path }: Operation = OPERATIONS[id];
    const mayChange = /^refresh|^watchMany$/.test(id);
    if (asked.scope === 'nobody' || asked.scope === 'anyone') {
      return ['answered'];
    }
    if (role === 'kargo-viewer' && method !== 'get' && !mayChange) {
      return ['refused'];
    }
    return path.includes('{project}')
      ? ['answered', 'refused']
      : ['refused', 'answered'];
  };

  it.each(OPERATION_IDS)(
    'lets API tokens do no more than their role with %s',
    async id => {
      const project = await createProject();
      const other = await createProject();
      const expired = await api.send('POST', '/login', {
        as: 'token:correct horse',
      });
      const viewer = await tokenOf(project, 'kargo-viewer');
      const stranger = await tokenOf(other, 'kargo-admin');
      const revoked = await tokenOf(project, 'kargo-promoter');
      await api.send(
        'DELETE',
        `/projects/${project}/api-tokens/for-kargo-promoter`,
      );
      await api.clock.advance(86_400_000 + 1_000);
      const { ask: asked, path }: Operation = OPERATIONS[id];
      const isForNobody = asked.scope === 'nobody';

      for (const as of [`token:${expired.body.idToken}`, revoked]) {
        expect(await ask(id, project, as)).toBe(
          isForNobody ? 'answered' : 'unknown caller',
        );
      }
      expect(atMost(id, 'kargo-viewer')).toContain(
        await ask(id, project, viewer),
      );
      expect([
        'hidden',
        ...(path.includes('{project}') ? [] : ['refused', 'answered']),
      ]).toContain(await ask(id, project, stranger));
    },
  );

  it.each(
    OPERATION_IDS.filter(id => OPERATIONS[id].path.includes('{project}')),
  )(
    'lets tokens of promoters and admins of the project do what their roles are for with %s',
    async id => {
      const outcomes: Record<string, Outcome> = {};
      for (const role of ['kargo-promoter', 'kargo-admin']) {
        const project = await createProject();
        outcomes[role] = await ask(id, project, await tokenOf(project, role));
      }
      const isForPromoters = permissionsOf(OPERATIONS[id]).every(name =>
        PROMOTERS_PERMISSIONS.some(permission => permission.name === name),
      );
      expect(outcomes).toEqual({
        'kargo-promoter': isForPromoters ? 'answered' : 'refused',
        'kargo-admin': 'answered',
      });
    },
  );
});

/** What may be asked for with a permission of its own, by the end of the path. */
const VERBS: Array<[RegExp, Permission]> = [
  [/\/freight\/\{freight\}\/alias$/, kargoFreightAliasPermission],
  [/\/freight\/\{freight\}\/approve$/, kargoStageApprovePermission],
  [
    /\/stages\/\{stage\}\/promotions(\/downstream|\/dry-run)?$/,
    kargoStagePromotePermission,
  ],
  [/\/stages\/\{stage\}\/verification(\/abort)?$/, kargoStageVerifyPermission],
  [/\/promotions\/\{name\}\/retry$/, kargoStagePromotePermission],
  [/\/promotions\/\{name\}\/abort$/, kargoPromotionAbortPermission],
];

/** What writing at a path takes, as docs/reference/permissions.md says it. */
function documentedPermission(path: string): Permission {
  const own = VERBS.find(([end]) => end.test(path));
  if (own) {
    return own[1];
  }
  if (!path.startsWith('/projects/')) {
    return kargoClusterManagePermission;
  }
  return /-credentials/.test(path)
    ? kargoCredentialsManagePermission
    : kargoProjectManagePermission;
}

/** The permissions that an operation asks for beside reading. */
function permissionsOf({ ask, alsoAsks = [] }: Operation): string[] {
  const own = 'permission' in ask && ask.permission ? [ask.permission] : [];
  return [...own, ...alsoAsks].map(({ name }) => name);
}

describe('the table of operations', () => {
  const operations = OPERATION_IDS.map(
    id => [id, OPERATIONS[id] as Operation] as const,
  );

  it('lets nobody in without a token but to find out how to sign in, and for probes', () => {
    expect(
      operations
        .filter(([, { ask }]) => ask.scope === 'nobody')
        .map(([id]) => id)
        .sort(),
    ).toEqual([
      'getCliClient',
      'getPublicServerConfig',
      'getReadiness',
      'login',
    ]);
  });

  it.each(operations.filter(([, { path }]) => path.includes('{project}')))(
    '%s hides a project from those who may not read it',
    (_, { ask }) => {
      expect(['project', 'stage']).toContain(ask.scope);
    },
  );

  it.each(
    operations.filter(
      ([id, { method, ask }]) =>
        method !== 'get' &&
        ask.scope !== 'any' &&
        ask.scope !== 'nobody' &&
        !id.startsWith('refresh'),
    ),
  )('%s asks for what the reference of permissions says', (_, operation) => {
    expect(permissionsOf(operation)).toEqual([
      documentedPermission(operation.path).name,
    ]);
  });

  it.each(operations.filter(([, { path }]) => /-credentials/.test(path)))(
    '%s shows no credentials to those who may only read',
    (id, operation) => {
      const expected =
        // Names of what is shared are for everybody; there are no values in them.
        operation.path.startsWith('/shared/') && id.startsWith('list')
          ? kargoViewPermission
          : documentedPermission(operation.path);
      expect(permissionsOf(operation)).toEqual([expected.name]);
    },
  );
});
