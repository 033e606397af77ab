import { RecordedRequest, runAgainst } from '../testing/runAgainst';

const REPO = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: {
    name: 'bot',
    labels: { 'kargo.akuity.io/cred-type': 'git' },
    creationTimestamp: '2026-03-01T11:00:00Z',
  },
  stringData: { repoURL: 'https://git.example/ops.git', password: '***' },
};

const MAP = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: {
    name: 'sizes',
    annotations: { 'kargo.akuity.io/description': 'How big' },
    creationTimestamp: '2026-03-01T11:00:00Z',
  },
  data: { a: '1', b: '2' },
};

function written(kind: string) {
  return ({ body }: RecordedRequest) => ({
    apiVersion: 'v1',
    kind,
    metadata: { name: (body as { name?: string }).name ?? 'bot' },
  });
}

describe('credentials and ConfigMaps', () => {
  it.each<[string, string[], string, object, string]>([
    [
      'repo-credentials',
      [
        ...['repo-credentials', 'bot', '-p', 'shop', '--git', '--regex'],
        ...['--repo-url', '^https://git', '--username', 'u', '--password', 'p'],
      ],
      'POST /projects/shop/repo-credentials',
      {
        name: 'bot',
        type: 'git',
        repoUrl: '^https://git',
        repoUrlIsRegex: true,
        username: 'u',
        password: 'p',
      },
      'secret/bot created\n',
    ],
    [
      'shared generic-credentials',
      [
        ...['generic-creds', 'bot', '--shared', '--set', 'token=a=b'],
        ...['--description', 'what for'],
      ],
      'POST /shared/generic-credentials',
      { name: 'bot', data: { token: 'a=b' }, description: 'what for' },
      'secret/bot created\n',
    ],
    [
      'a configmap of the installation',
      ['configmap', 'sizes', '--system', '--set', 'a=1', '--set', 'b='],
      'POST /system/configmaps',
      { name: 'sizes', data: { a: '1', b: '' } },
      'configmap/sizes created\n',
    ],
  ])('creates %s', async (_, args, line, body, out) => {
    const kind = out.startsWith('secret') ? 'Secret' : 'ConfigMap';
    const run = await runAgainst(['create', ...args], {
      answers: { [line]: written(kind) },
    });
    expect(run).toMatchObject({ code: 0, err: '', out });
    expect(run.requests).toEqual([expect.objectContaining({ line, body })]);
  });

  it('asks for a password that is not given', async () => {
    const args = [
      ...['create', 'credentials', 'bot', '-p', 'shop', '--type', 'image'],
      ...['--repo-url', 'example.com/app', '--username', 'u'],
    ];
    const answers = {
      'POST /projects/shop/repo-credentials': written('Secret'),
    };
    const asked = await runAgainst(args, { answers, secret: 'hush' });
    expect(asked.requests[0].body).toMatchObject({ password: 'hush' });
    const alone = await runAgainst(args, { answers });
    expect(alone.err).toBe('Error: a password is required: use --password\n');
    expect(alone.requests).toEqual([]);
  });

  it.each<[string, string[], string, object]>([
    [
      'one field of repo-credentials',
      ['repo-credentials', 'bot', '-p', 'shop', '--password', 'new'],
      'PATCH /projects/shop/repo-credentials/bot',
      { password: 'new' },
    ],
    [
      'values of a ConfigMap',
      ['configmap', 'bot', '--shared', '--set', 'a=2', '--unset', 'b'],
      'PATCH /shared/configmaps/bot',
      { data: { a: '2' }, removeKeys: ['b'] },
    ],
    [
      'only the description',
      ['generic-credentials', 'bot', '-p', 'shop', '--description', ''],
      'PATCH /projects/shop/generic-credentials/bot',
      { description: '' },
    ],
  ])('updates %s', async (_, args, line, body) => {
    const run = await runAgainst(['update', ...args], {
      answers: { [line]: written('Secret') },
    });
    expect(run).toMatchObject({
      code: 0,
      err: '',
      out: 'secret/bot\n',
    });
    expect(run.requests).toEqual([expect.objectContaining({ line, body })]);
  });

  it.each<[string, string[], string]>([
    [
      'repo-credentials',
      ['repo-credentials', '-p', 'shop'],
      `NAME   TYPE   REGEX   REPO                          AGE
bot    git            https://git.example/ops.git   60m
`,
    ],
    [
      'generic-credentials',
      ['generic-credentials', '--shared'],
      `NAME   DESCRIPTION   AGE
bot                  60m
`,
    ],
    [
      'configmaps',
      ['configmaps', 'sizes', '--system'],
      `NAME    DESCRIPTION   KEYS   AGE
sizes   How big       2      60m
`,
    ],
  ])('shows %s', async (_, args, out) => {
    const run = await runAgainst(['get', ...args], {
      answers: {
        'GET /projects/shop/repo-credentials': { items: [REPO] },
        'GET /shared/generic-credentials': { items: [REPO] },
        'GET /system/configmaps/sizes': MAP,
      },
    });
    expect(run).toMatchObject({ code: 0, err: '', out });
  });

  it('deletes', async () => {
    const line = 'DELETE /projects/shop/repo-credentials/bot';
    const run = await runAgainst(
      ['delete', 'repo-credentials', 'bot', '-p', 'shop'],
      { answers: { [line]: () => new Response(undefined, { status: 204 }) } },
    );
    expect(run).toMatchObject({
      code: 0,
      err: '',
      out: 'secret/bot deleted\n',
    });
  });

  it.each<[string, string[]]>([
    [
      'use one of --git, --helm, --image and --type',
      ['create', 'repo-credentials', 'x', '--repo-url=u', '--username=u'],
    ],
    [
      'use only one of --git, --helm, --image and --type',
      ['update', 'repo-credentials', 'x', '--git', '--helm'],
    ],
    [
      "--type is git, helm or image, not 'svn'",
      ['create', 'repo-credentials', 'x', '--type=svn'],
    ],
    [
      '--repo-url and --username are required',
      ['create', 'repo-credentials', 'x', '--git'],
    ],
    ['use --set at least once', ['create', 'configmap', 'x']],
    [
      '--set needs key=value; that of number 2 is not',
      ['create', 'generic-credentials', 'x', '--set=a=b', '--set=hush'],
    ],
    ['there is nothing to change', ['update', 'configmap', 'x']],
    [
      'use only one of --project, --shared and --system',
      ['get', 'configmaps', '--shared'],
    ],
  ])('fails before it sends anything with: %s', async (message, args) => {
    const run = await runAgainst([...args, '-p', 'shop']);
    expect(run).toMatchObject({ code: 1, out: '', err: `Error: ${message}\n` });
    expect(run.requests).toEqual([]);
  });
});
