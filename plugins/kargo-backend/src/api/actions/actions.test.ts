import { mockCredentials } from '@backstage/backend-test-utils';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import { ApiHarness, authorization, denying } from '../../testing/ApiHarness';
import {
  freightManifest,
  pipelineManifests,
} from '../../testing/pipelineManifests';

jest.setTimeout(120_000);

const OTTER = {
  alias: 'brisk-otter',
  warehouse: 'web',
  artifacts: ['image registry.example/web:1.0.0'],
};

describe('the actions of the portal', () => {
  let api: ApiHarness;
  let freight: string;

  const output = async (action: string, input: object) => {
    const { status, body } = await api.invoke(action, input);
    expect([status, body.error]).toEqual([200, undefined]);
    return body.output;
  };

  beforeAll(async () => {
    api = await ApiHarness.start();
    await api.apply(pipelineManifests('shop'));
    await api.apply(freightManifest('shop', '1.0.0', 'brisk-otter'));
    freight = (await api.freight('shop'))[0].metadata.name;
  });

  beforeEach(() => api.reset());

  it('are listed, with what each may do', async () => {
    const response = await fetch(
      `${api.baseUrl}/.backstage/actions/v1/actions`,
      { headers: { authorization: mockCredentials.user.header() } },
    );
    const { actions } = await response.json();
    const told = actions.map(
      ({ id, attributes }: { id: string; attributes: object }) => [
        id.replace('kargo:', ''),
        Object.entries(attributes)
          .filter(([, isSet]) => isSet)
          .map(([name]) => name)
          .sort()
          .join(' '),
      ],
    );
    expect(Object.fromEntries(told)).toEqual({
      'list-projects': 'idempotent readOnly',
      'get-pipeline': 'idempotent readOnly',
      'list-freight': 'idempotent readOnly',
      'explain-waiting': 'idempotent readOnly',
      'list-promotions': 'idempotent readOnly',
      'get-promotion': 'idempotent readOnly',
      'plan-promotion': 'idempotent readOnly',
      'promote-freight': 'destructive',
      'approve-freight': 'destructive idempotent',
      'abort-promotion': 'destructive idempotent',
      'refresh-warehouse': 'idempotent',
    });
  });

  it('are hidden from whoever may not see Kargo', async () => {
    api.world.policy = denying('kargo.view');
    expect(await api.invoke('list-projects', {})).toMatchObject({
      status: 404,
    });
  });

  it('lists Projects', async () => {
    expect(await output('list-projects', { search: 'sho' })).toEqual({
      total: 1,
      projects: [
        { name: 'shop', url: 'http://portal.example/kargo/projects/shop' },
      ],
    });
    expect(await output('list-projects', { search: 'none' })).toEqual({
      total: 0,
      projects: [],
    });
  });

  it('tells what runs where', async () => {
    await api.store.patchStatus(
      { kind: 'Stage', namespace: 'shop', name: 'test' },
      {
        autoPromotionEnabled: true,
        health: { status: 'Unhealthy', issues: ['No pod is ready'] },
        freightHistory: [
          {
            id: '1',
            items: {
              'Warehouse/web': {
                name: freight,
                origin: { kind: 'Warehouse', name: 'web' },
                images: [{ repoURL: 'registry.example/web', tag: '1.0.0' }],
              },
            },
            verificationHistory: [{ id: 'v', phase: 'Failed' }],
          },
        ],
        lastPromotion: { name: 'test.1', status: { phase: 'Succeeded' } },
      },
    );
    const { stages, warehouses } = await output('get-pipeline', {
      project: 'shop',
    });
    expect(warehouses).toContainEqual({ name: 'web', isReady: false });
    expect(stages).toContainEqual({
      name: 'test',
      takesFreightFrom: ['Warehouse/web'],
      freight: [
        { name: freight, warehouse: 'web', artifacts: OTTER.artifacts },
      ],
      health: 'Unhealthy',
      healthIssues: ['No pod is ready'],
      verification: 'Failed',
      isPromotedAutomatically: true,
      lastPromotion: { name: 'test.1', phase: 'Succeeded' },
    });
    expect(stages).toContainEqual({
      name: 'prod',
      takesFreightFrom: ['Stage/test'],
      freight: [],
      isPromotedAutomatically: false,
    });
  });

  it.each([
    ['True', { isReady: true }],
    ['False', { isReady: false, problem: 'It looks every minute' }],
  ])(
    'tells what keeps a Warehouse from being ready, and nothing else: %s',
    async (status, told) => {
      const key = { kind: 'Warehouse' as const, namespace: 'shop' };
      const message = 'It looks every minute';
      await api.store.patchStatus(
        { ...key, name: 'docs' },
        { conditions: [{ type: 'Ready', status, reason: 'Any', message }] },
      );
      const { warehouses } = await output('get-pipeline', { project: 'shop' });
      expect(warehouses).toContainEqual({ name: 'docs', ...told });
    },
  );

  it.each([
    ['all of a Project', {}, ['brisk-otter']],
    ['what a Stage may get', { stage: 'test' }, ['brisk-otter']],
    ['nothing a Stage may not get', { stage: 'prod' }, []],
  ])('lists of Freight %s', async (_, query, aliases) => {
    const told = await output('list-freight', { project: 'shop', ...query });
    expect(told.freight.map(({ alias }: { alias: string }) => alias)).toEqual(
      aliases,
    );
  });

  it('tells Freight from other Freight', async () => {
    const { freight: told } = await output('list-freight', { project: 'shop' });
    expect(told).toEqual([
      {
        ...{ ...OTTER, name: freight, currentlyIn: [] },
        ...{ verifiedIn: [], approvedFor: [] },
        discoveredAt: expect.any(String),
      },
    ]);
  });

  it.each([
    ['a Stage', { stage: 'test' }],
    ['Freight of a Stage', { stage: 'prod', freight: 'brisk-otter' }],
    ['a Warehouse', { warehouse: 'docs' }],
  ])('explains why %s waits', async (_, subject) => {
    const { reasons } = await output('explain-waiting', {
      project: 'shop',
      ...subject,
    });
    expect(reasons[0]).toEqual({
      tone: expect.stringMatching(/^(done|waiting|problem)$/),
      code: expect.any(String),
      message: expect.stringMatching(/\w+ \w+/),
    });
  });

  it.each([
    ['nothing', {}],
    ['two things', { stage: 'test', warehouse: 'web' }],
    ['Freight alone', { freight: 'brisk-otter' }],
  ])('explains nothing of %s', async (_, subject) => {
    expect(
      await api.invoke('explain-waiting', { project: 'shop', ...subject }),
    ).toMatchObject({
      status: 400,
      body: { error: { message: expect.stringMatching(/exactly one of/) } },
    });
  });

  it('plans a promotion', async () => {
    api.world.dryRun = async () => ({
      steps: [{ alias: 'step-1', uses: 'copy', outcome: 'Ran' }],
      changes: [
        {
          repoURL: 'https://git.example/shop.git',
          path: 'src',
          from: 'abc',
          isCommitted: true,
          files: [{ path: 'a.yaml', change: 'Changed', diff: '@@ -1 +1 @@' }],
          fileCount: 1,
        },
      ],
    });
    expect(
      await output('plan-promotion', {
        ...{ project: 'shop', stage: 'test', freight: 'brisk-otter' },
      }),
    ).toEqual({
      steps: [{ alias: 'step-1', uses: 'copy', outcome: 'Ran' }],
      changes: [
        {
          repoURL: 'https://git.example/shop.git',
          isCommitted: true,
          files: [{ path: 'a.yaml', change: 'Changed', diff: '@@ -1 +1 @@' }],
          fileCount: 1,
        },
      ],
    });
    expect(await api.promotions('shop')).toEqual([]);
  });

  it('promotes as whoever asks, and tells how it goes', async () => {
    const promoted = await output('promote-freight', {
      ...{ project: 'shop', stage: 'test', freight: 'brisk-otter' },
    });
    expect(promoted).toEqual({
      name: expect.stringMatching(/^test\./),
      stage: 'test',
      freight,
      phase: 'Pending',
      createdAt: expect.any(String),
      url: `http://portal.example/kargo/projects/shop/promotions/${promoted.name}`,
    });
    expect(api.audits).toContainEqual({
      eventId: 'promotion-create',
      meta: expect.objectContaining({ promotion: promoted.name }),
      outcome: 'succeeded',
    });
    const [stored] = await api.promotions('shop');
    expect(stored.metadata.annotations).toMatchObject({
      'kargo.akuity.io/create-actor': 'user:default/alice',
    });
    const subject = { project: 'shop', promotion: promoted.name };
    await api.store.patchStatus(
      { kind: 'Promotion', namespace: 'shop', name: promoted.name },
      {
        phase: 'Running',
        stepExecutionMetadata: [
          { alias: 'step-1', status: 'Running', message: 'Copies' },
        ],
      },
    );
    expect(await output('get-promotion', subject)).toEqual({
      ...promoted,
      phase: 'Running',
      steps: [{ alias: 'step-1', status: 'Running', message: 'Copies' }],
    });
    expect(
      await output('list-promotions', { project: 'shop', stage: 'test' }),
    ).toEqual({ promotions: [{ ...promoted, phase: 'Running' }] });
    expect((await output('explain-waiting', subject)).reasons).not.toEqual([]);
    expect(await output('abort-promotion', subject)).toEqual({
      isAskedToEnd: true,
    });
    const aborted = await api.get('Promotion', 'shop', promoted.name);
    expect(aborted.metadata.annotations).toHaveProperty([
      'kargo.akuity.io/abort',
    ]);
  });

  it.each([
    ['a service', 'service', 'service:external:robot'],
    // As the portal has the plugin ask for a service.
    ['the plugin for a service', 'plugin:kargo', 'service:external:robot'],
    ['another plugin that says so', 'plugin:other', 'service:plugin:other'],
    ['a person who says so', 'user:default/eve', 'user:default/eve'],
  ])('are done by %s as %s', async (_, as, actor) => {
    const response = await fetch(
      `${api.baseUrl}/v1beta1/projects/shop/stages/test/promotions`,
      {
        method: 'POST',
        headers: {
          ...authorization(as),
          'content-type': 'application/json',
          'x-kargo-acting-for': 'external:robot',
        },
        body: JSON.stringify({ freight }),
      },
    );
    const { metadata } = await response.json();
    expect(metadata.annotations).toMatchObject({
      'kargo.akuity.io/create-actor': actor,
    });
    const [{ meta }] = api.audits;
    expect(meta.onBehalfOf).toBe(as === 'plugin:kargo' ? actor : undefined);
  });

  it('are asked for by services as by people', async () => {
    const input = { project: 'shop', stage: 'test', freight: 'brisk-otter' };
    const { status, body } = await api.invoke('promote-freight', input, {
      as: 'service',
    });
    expect(status).toBe(200);
    const { metadata } = await api.get('Promotion', 'shop', body.output.name);
    expect(metadata.annotations).toMatchObject({
      'kargo.akuity.io/create-actor': 'service:external:robot',
    });
  });

  it('approves', async () => {
    const subject = { project: 'shop', stage: 'prod', freight: 'brisk-otter' };
    const asked = { approvedFor: ['prod'] };
    expect(await output('approve-freight', subject)).toEqual(asked);
    expect(await output('approve-freight', subject)).toEqual(asked);
  });

  it('refreshes', async () => {
    const subject = { project: 'shop', warehouse: 'web' };
    expect(await output('refresh-warehouse', subject)).toEqual({
      isAskedToLook: true,
    });
    const web = await api.get('Warehouse', 'shop', 'web');
    expect(web.metadata.annotations).toHaveProperty([
      'kargo.akuity.io/refresh',
    ]);
  });

  it.each([
    ['promote-freight', 'kargo.stage.promote'],
    ['plan-promotion', 'kargo.stage.promote'],
    ['approve-freight', 'kargo.stage.approve'],
  ])('refuses %s to whoever may not', async (action, permission) => {
    api.world.policy = denying(permission);
    expect(
      await api.invoke(action, {
        ...{ project: 'shop', stage: 'prod', freight: 'brisk-otter' },
      }),
    ).toMatchObject({
      status: 403,
      body: { error: { name: 'NotAllowedError' } },
    });
  });

  it('tells of a Project that may not be read what it tells of none', async () => {
    api.world.policy = ({ name }) => ({
      result:
        name === 'kargo.view' ? AuthorizeResult.ALLOW : AuthorizeResult.DENY,
    });
    expect(await api.invoke('get-pipeline', { project: 'shop' })).toMatchObject(
      {
        status: 404,
        body: { error: { message: "Project 'shop' does not exist" } },
      },
    );
  });

  it.each([
    ['..', 400, "'..' is no name of anything"],
    ['a\ud800', 400, "'a\ud800' is no name of anything"],
    ['a/b', 404, "Project 'a/b' does not exist"],
    ['shop\0', 400, 'The part {project} of the path holds a NUL'],
  ])(
    'is not led elsewhere by the name %j',
    async (project, status, message) => {
      expect(await api.invoke('get-pipeline', { project })).toMatchObject({
        status,
        body: { error: { message } },
      });
    },
  );

  describe('whatever there is much of', () => {
    beforeAll(async () => {
      api.reset();
      await api.apply(pipelineManifests('large'));
      const stage = await api.stage('large', 'test');
      for (let at = 0; at < 150; at++) {
        await api.store.create({
          ...{ apiVersion: stage.apiVersion, kind: 'Stage', spec: stage.spec },
          metadata: {
            ...{ namespace: 'large', name: `s${String(at).padStart(3, '0')}` },
          },
        });
      }
      await api.store.patchStatus(
        { kind: 'Stage', namespace: 'large', name: 's000' },
        {
          health: {
            status: 'Unhealthy',
            issues: Array.from({ length: 99 }, () => 'x'.repeat(5_000)),
          },
        },
      );
      await api.apply(freightManifest('large', '1.0.0', 'calm-heron'));
      const [{ metadata }] = await api.freight('large');
      await api.store.patchStatus(
        { kind: 'Freight', namespace: 'large', name: metadata.name },
        {
          verifiedIn: Object.fromEntries(
            Array.from({ length: 51 }, (_, at) => [`s${at}`, {}]),
          ),
        },
      );
    });

    it('tells of Stages a hundred at a time, and that there are more', async () => {
      const names: string[] = [];
      let cursor: string | undefined;
      const sizes: number[] = [];
      do {
        const told = await output('get-pipeline', {
          project: 'large',
          ...(cursor && { continue: cursor }),
        });
        names.push(...told.stages.map(({ name }: { name: string }) => name));
        sizes.push(told.stages.length);
        cursor = told.continue;
      } while (cursor);
      expect(sizes).toEqual([100, 54]);
      expect(new Set(names).size).toBe(154);
    });

    it('tells of the Stages of one Warehouse', async () => {
      const of = async (warehouse: string) =>
        (await output('get-pipeline', { project: 'large', warehouse })).stages;
      expect(await of('web')).toHaveLength(100);
      expect(await of('none')).toEqual([]);
    });

    it('tells the beginning of what is long, and how long it is', async () => {
      const { stages } = await output('get-pipeline', { project: 'large' });
      const { healthIssues } = stages.find(
        ({ name }: { name: string }) => name === 's000',
      );
      expect(healthIssues).toHaveLength(10);
      expect(healthIssues[0]).toMatch(/^x{2000}… \(3000 characters more\)$/);
    });

    it('tells of a plan the beginnings of fifty files, and how many there are', async () => {
      const long = 'x'.repeat(5_000);
      const cut = `${'x'.repeat(2_000)}… (3000 characters more)`;
      api.world.dryRun = async () => ({
        steps: [{ alias: 's', uses: 'copy', outcome: 'Failed', message: long }],
        changes: [
          {
            ...{ repoURL: 'https://git.example/x.git', path: 'src' },
            ...{ from: 'abc', isCommitted: true, fileCount: 300 },
            files: Array.from({ length: 300 }, (_, at) => ({
              ...{ path: `${at}.yaml`, change: 'Moved', diff: long },
              ...{ previousPath: 'old.yaml', isCut: true },
            })),
          },
        ],
        endedEarly: long,
      });
      const { steps, changes, endedEarly } = await output('plan-promotion', {
        ...{ project: 'large', stage: 'test', freight: 'calm-heron' },
      });
      expect([steps[0].message, endedEarly]).toEqual([cut, cut]);
      expect(changes[0].fileCount).toBe(300);
      expect(changes[0].files).toHaveLength(50);
      expect(changes[0].files[49]).toEqual({
        ...{ path: '49.yaml', change: 'Moved', diff: cut },
        ...{ previousPath: 'old.yaml', isCut: true },
      });
    });

    it('tells the first of many sources of a Stage and artifacts of Freight', async () => {
      const stage = await api.stage('large', 'gate');
      await api.store.patch(
        { kind: 'Stage', namespace: 'large', name: 'gate' },
        {
          spec: {
            requestedFreight: [
              {
                ...stage.spec.requestedFreight[0],
                sources: {
                  stages: Array.from({ length: 60 }, (_, at) => `s${at}`),
                },
              },
            ],
          },
        },
      );
      const { stages } = await output('get-pipeline', { project: 'large' });
      const { takesFreightFrom } = stages.find(
        ({ name }: { name: string }) => name === 'gate',
      );
      expect(takesFreightFrom).toHaveLength(51);
      expect(takesFreightFrom[50]).toBe('… (10 more)');
    });

    it('tells fifty names of a list, and that there are more', async () => {
      const { freight: told } = await output('list-freight', {
        project: 'large',
      });
      expect(told[0].verifiedIn).toHaveLength(50);
      expect(told[0]).toMatchObject({ isCut: true, approvedFor: [] });
    });
  });

  it.each([
    ['get-pipeline', { project: 'x'.repeat(50_000) }],
    ['get-pipeline', { project: 'shop', continue: 'nonsense!' }],
    ['list-freight', { project: 'shop', stage: 'x'.repeat(50_000) }],
    ['get-promotion', { project: 'shop', promotion: '..' }],
    ['explain-waiting', { project: 'shop', promotion: '' }],
    ['list-freight', { project: 'shop', newest: 101 }],
    ['list-freight', { project: ['shop'] }],
    ['list-freight', null],
  ])('takes %s of %j for wrong input', async (action, input) => {
    expect(await api.invoke(action, input as object)).toMatchObject({
      status: 400,
    });
  });

  it('promotes once for each of many who ask at once', async () => {
    const before = (await api.promotions('shop')).length;
    const input = { project: 'shop', stage: 'test', freight: 'brisk-otter' };
    const promoted = await Promise.all(
      Array.from({ length: 20 }, () => output('promote-freight', input)),
    );
    expect(new Set(promoted.map(({ name }) => name)).size).toBe(20);
    expect(await api.promotions('shop')).toHaveLength(before + 20);
  });

  it('answers nothing to whoever has not signed in', async () => {
    expect(
      await api.invoke('get-pipeline', { project: 'shop' }, { as: 'nobody' }),
    ).toMatchObject({ status: 401 });
  });

  it('tells what is wrong with the input', async () => {
    expect(
      await api.invoke('promote-freight', { project: 'shop', stage: 'test' }),
    ).toMatchObject({
      status: 400,
      body: { error: { message: expect.stringContaining('freight') } },
    });
    expect(
      await api.invoke('promote-freight', {
        ...{ project: 'shop', stage: 'test', freight: 'none' },
      }),
    ).toMatchObject({
      status: 404,
      body: { error: { message: expect.stringContaining("'none'") } },
    });
  });
});
