import { API, runAgainst, withFolder } from '../testing/runAgainst';

const ROLE = {
  apiVersion: 'rbac.kargo.akuity.io/v1alpha1',
  kind: 'Role',
  metadata: {
    name: 'deployer',
    namespace: 'shop',
    creationTimestamp: '2026-02-26T12:00:00Z',
  },
  kargoManaged: true,
  rules: [],
};

const TOKEN = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: {
    name: 'ci',
    creationTimestamp: '2026-02-26T12:00:00Z',
    annotations: {
      'kubernetes.io/service-account.name': 'deployer',
      'rbac.kargo.akuity.io/managed': 'true',
    },
  },
  data: { token: Buffer.from('kargo_x.y').toString('base64') },
};

const ROLES = '/projects/shop/roles';

const RESOURCES = {
  ...ROLE,
  kind: 'RoleResources',
  serviceAccount: { metadata: ROLE.metadata },
  roles: [{ metadata: { name: 'deployer' } }],
  roleBindings: [{ metadata: { name: 'deployer' } }],
};

const ANSWERS = {
  [`POST ${ROLES}`]: ROLE,
  [`POST ${ROLES}/grants`]: ROLE,
  [`POST ${ROLES}/revocations`]: ROLE,
  [`GET ${ROLES}`]: [ROLE],
  [`GET ${ROLES}/deployer`]: ROLE,
  [`GET ${ROLES}?as-resources=true`]: [RESOURCES],
  'GET /system/roles': [ROLE],
  [`DELETE ${ROLES}/deployer`]: () => new Response(null, { status: 204 }),
  [`POST ${ROLES}/deployer/api-tokens`]: TOKEN,
  'POST /system/roles/deployer/api-tokens': TOKEN,
  'GET /projects/shop/api-tokens': { items: [TOKEN] },
  'GET /projects/shop/api-tokens?role=deployer': { items: [TOKEN] },
  'DELETE /projects/shop/api-tokens/ci': () =>
    new Response(null, { status: 204 }),
};

const run = (line: string) => runAgainst(line.split(' '), { answers: ANSWERS });

const TABLE = 'NAME       KARGO MANAGED   AGE\ndeployer   true            3d\n';
const TOKENS =
  'NAME   ROLE       KARGO MANAGED   AGE\nci     deployer   true            3d\n';
const CREATED =
  'Token created successfully!\n\nKeep it in a safe place: it is not shown again.\n\nToken: kargo_x.y\n';

describe('roles and tokens', () => {
  it.each([
    [
      'create role deployer -p shop --claim groups=shop-team',
      'role.rbac.kargo.akuity.io/deployer created\n',
    ],
    [
      'grant --role deployer --claim groups=dev --project shop',
      'role.rbac.kargo.akuity.io/deployer updated\n',
    ],
    [
      'revoke -p shop --role deployer --verb promote --resource-type stages',
      'role.rbac.kargo.akuity.io/deployer updated\n',
    ],
    ['get roles --project shop', TABLE],
    ['get role deployer -p shop', TABLE],
    ['get roles --system', TABLE],
    [
      'get roles -p shop -k',
      'NAME       K8S SERVICE ACCOUNT   K8S ROLE BINDINGS   K8S ROLES   AGE\ndeployer   deployer              deployer            deployer    3d\n',
    ],
    [
      'delete role deployer --project shop',
      'role.rbac.kargo.akuity.io/deployer deleted\n',
    ],
    ['create token ci -p shop --role deployer', CREATED],
    ['create token ci --system --role deployer', CREATED],
    ['get tokens -p shop', TOKENS],
    ['get token -p shop --role deployer', TOKENS],
    ['delete token ci -p shop', 'secret/ci deleted\n'],
  ])('%s', async (line, out) => {
    expect(await run(line)).toMatchObject({ code: 0, out, err: '' });
  });

  it('sends a right on one object, and every claim', async () => {
    const granted = await run(
      'grant -p shop --role deployer --verb promote,list --verb get --resource-type stages --resource-name prod',
    );
    const created = await run(
      'create role deployer -p shop --claim groups=a --claim sub=b,email=c',
    );

    expect(granted.requests.at(-1)?.body).toEqual({
      role: 'deployer',
      resourceDetails: {
        resourceType: 'stages',
        resourceName: 'prod',
        verbs: ['promote', 'list', 'get'],
      },
    });
    expect(created.requests.at(-1)?.body).toMatchObject({
      claims: [
        { name: 'groups', values: ['a'] },
        { name: 'sub', values: ['b'] },
        { name: 'email', values: ['c'] },
      ],
    });
  });

  it.each([
    ['grant -p shop --role deployer', /use either --claim, or --verb/],
    [
      'grant -p shop --role deployer --claim a=b --verb get --resource-type stages',
      /use either --claim, or --verb/,
    ],
    ['grant -p shop --role deployer --verb get', /use either --claim/],
    ['create role x -p shop --claim groups=a,b', /'b' is not a claim/],
    ['create token ci -p shop', /--role/],
  ])('%s is refused', async (line, error) => {
    const { code, err, requests } = await run(line);

    expect(code).toBe(1);
    expect(err).toMatch(error);
    expect(requests).toEqual([]);
  });
});

describe('kargo login --admin', () => {
  const answers = {
    'GET /system/public-server-config': { adminAccountEnabled: true },
    'GET /system/server-version': { version: '1' },
    'POST /login': ({ headers }: { headers: Headers }) =>
      headers.get('authorization') === 'Bearer right'
        ? { idToken: 'a.b.c' }
        : Response.json({ error: 'invalid password' }, { status: 403 }),
  };

  it('exchanges the password for a token, and forgets it', async () => {
    await withFolder(async home => {
      const login = await runAgainst(['login', API, '--admin'], {
        home,
        answers,
        environment: {},
        secret: 'right',
      });
      const next = await runAgainst(['config', 'view', '--raw'], {
        home,
        environment: {},
      });

      expect(login).toMatchObject({ code: 0, out: `Logged in to ${API}\n` });
      expect(next.out).toContain('authMethod: admin');
      expect(next.out).toContain('a.b.c');
      expect(next.out).not.toContain('right');
    });
  });

  it('tells that the password is wrong', async () => {
    await withFolder(async home => {
      const args = ['login', API, '--admin', '--password', 'wrong'];
      const { code, err } = await runAgainst(args, {
        home,
        answers,
        environment: {},
      });

      expect(code).toBe(1);
      expect(err).toContain('invalid password');
    });
  });
});
