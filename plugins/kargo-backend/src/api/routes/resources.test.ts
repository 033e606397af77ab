import { ConflictError } from '@backstage/errors';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import { Promotion } from 'backstage-plugin-kargo-common';
import { ApiHarness, denying } from '../../testing/ApiHarness';
import {
  freightManifest,
  pipelineManifests,
} from '../../testing/pipelineManifests';

jest.setTimeout(60_000);

function warehouse(project: string, name: string, url = 'a') {
  return {
    apiVersion: 'kargo.akuity.io/v1alpha1',
    kind: 'Warehouse',
    metadata: { name, namespace: project },
    spec: {
      subscriptions: [{ git: { repoURL: `https://git.example/${url}.git` } }],
    },
  };
}

const task = {
  apiVersion: 'kargo.akuity.io/v1alpha1',
  kind: 'ClusterPromotionTask',
  metadata: { name: 'open-pr' },
  spec: { steps: [{ uses: 'git-open-pr', config: {} }] },
};

function reasonOf(event: { reason: string }): string {
  return event.reason;
}

describe('/resources', () => {
  let api: ApiHarness;
  let project: string;
  let count = 0;

  beforeAll(async () => {
    api = await ApiHarness.start();
  });

  beforeEach(async () => {
    api.reset();
    count += 1;
    project = `shop-${count}`;
    await api.apply(pipelineManifests(project));
    api.audits.length = 0;
    api.auditedErrors.length = 0;
  });

  const send = (method: string, body: unknown, query = '', as?: string) =>
    api.send(method, `/resources${query}`, { body, as });

  const secret = (data: object) => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name: 'git',
      namespace: project,
      labels: { 'kargo.akuity.io/cred-type': 'git' },
      annotations: { 'kargo.akuity.io/description': 'For git', other: 'x' },
    },
    ...data,
  });

  it('replaces nothing that was made since making it was allowed, unless that is allowed, too', async () => {
    const find = api.store.find.bind(api.store);
    const replaceUnseen = async () => {
      let looks = 0;
      const spy = jest.spyOn(api.store, 'find').mockImplementation(key => {
        // For who asks and who writes, it is not there yet.
        const isUnseen = key.kind === 'Project' && looks < 2;
        looks += isUnseen ? 1 : 0;
        return isUnseen ? Promise.resolve(undefined) : find(key);
      });
      const body = {
        apiVersion: 'kargo.akuity.io/v1alpha1',
        kind: 'Project',
        metadata: { name: project, labels: { a: 'b' } },
      };
      const { status } = await send('PUT', body, '?upsert=true');
      spy.mockRestore();
      return status;
    };
    const labels = async () =>
      (await api.get('Project', '', project)).metadata.labels;

    api.world.policy = denying('kargo.project.manage');
    expect(await replaceUnseen()).toBe(403);
    expect(await labels()).toBeUndefined();
    api.reset();
    expect(await replaceUnseen()).toBe(200);
    expect(await labels()).toEqual({ a: 'b' });
  });

  describe('with dryRun=All', () => {
    const warehouses = async () => {
      const { items } = await api.store.list('Warehouse', {
        namespace: project,
      });
      return items.map(({ metadata }) => metadata.name).sort();
    };

    it('answers what would be stored, and stores nothing', async () => {
      const before = await warehouses();
      const answer = await send(
        'POST',
        warehouse(project, 'new'),
        '?dryRun=All',
      );
      expect(answer).toMatchObject({
        status: 200,
        body: {
          results: [
            {
              createdResourceManifest: {
                metadata: { name: 'new' },
                spec: { interval: '5m0s' },
              },
            },
          ],
        },
      });
      expect(await warehouses()).toEqual(before);
      expect(api.audits[0].meta).toMatchObject({ isDryRun: true });
    });

    it('takes a Project of the same request for made', async () => {
      const fresh = `${project}-fresh`;
      const body = [
        {
          apiVersion: 'kargo.akuity.io/v1alpha1',
          kind: 'Project',
          metadata: { name: fresh },
        },
        warehouse(fresh, 'web'),
      ];
      const { body: answer } = await send('POST', body, '?dryRun=All');
      expect(answer.results).toMatchObject([
        { createdResourceManifest: { kind: 'Project' } },
        { createdResourceManifest: { kind: 'Warehouse' } },
      ]);
      expect((await api.send('GET', `/projects/${fresh}`)).status).toBe(404);
    });

    it('names the Freight that there is already, whatever the manifest calls it', async () => {
      await api.apply(freightManifest(project, '1.0.0', 'first'));
      const { items } = await api.store.list('Freight', { namespace: project });
      expect(
        await send(
          'POST',
          freightManifest(project, '1.0.0', 'second'),
          '?dryRun=All',
        ),
      ).toMatchObject({
        status: 409,
        body: {
          error: `Freight '${items[0].metadata.name}' already exists`,
        },
      });
    });

    it('warns of what a Stage names and neither the request nor the portal has', async () => {
      const of = (kind: string, name: string, spec: object) => ({
        apiVersion: 'kargo.akuity.io/v1alpha1',
        kind,
        metadata: { name, namespace: project },
        spec,
      });
      const origin = { kind: 'Warehouse', name: 'web' };
      const stage = (name: string, taskName: string) =>
        of('Stage', name, {
          requestedFreight: [{ origin, sources: { direct: true } }],
          promotionTemplate: {
            spec: { steps: [{ task: { name: taskName } }] },
          },
        });
      const { body } = await send(
        'PUT',
        [
          of('PromotionTask', 'deliver', {
            steps: [{ uses: 'fail', config: {} }],
          }),
          stage('east', 'deliver'),
          stage('west', 'forgotten'),
        ],
        '?dryRun=All&upsert=true&fieldValidation=Warn',
      );
      expect(
        body.results.map(({ warnings }: { warnings?: string[] }) => warnings),
      ).toEqual([
        undefined,
        undefined,
        [
          "Stage 'west': spec.promotionTemplate.spec.steps[0].task: PromotionTask 'forgotten' does not exist; Promotions fail until it does",
        ],
      ]);
    });

    it('does not miss what a later document of the request brings', async () => {
      const stage = {
        apiVersion: 'kargo.akuity.io/v1alpha1',
        kind: 'Stage',
        metadata: { name: 'checked', namespace: project },
        spec: {
          requestedFreight: [
            { origin: { name: 'web' }, sources: { direct: true } },
          ],
          verification: { analysisTemplates: [{ name: 'smoke' }] },
        },
      };
      const template = {
        apiVersion: 'argoproj.io/v1alpha1',
        kind: 'AnalysisTemplate',
        metadata: { name: 'smoke', namespace: project },
        spec: { metrics: [{ name: 'm', provider: { web: { url: 'a' } } }] },
      };
      const query = '?upsert=true';
      for (const more of ['&dryRun=All', '']) {
        const { headers } = await send('PUT', [stage, template], query + more);
        expect(headers.get('warning')).toBeNull();
      }
      const alone = { ...stage, metadata: { name: 'b', namespace: project } };
      alone.spec.verification.analysisTemplates[0].name = 'forgotten';
      const { headers } = await send('PUT', [alone, template], query);
      expect(headers.get('warning')).toContain("'forgotten' does not exist");
    });

    it('refuses what would be refused', async () => {
      await send('POST', warehouse(project, 'there'));
      const version = (await api.get('Warehouse', project, 'there')).metadata
        .resourceVersion;
      await send('PUT', warehouse(project, 'there', 'b'));
      const stale = {
        ...warehouse(project, 'there', 'c'),
        metadata: {
          name: 'there',
          namespace: project,
          resourceVersion: version,
        },
      };
      const asked = [
        await send('POST', warehouse(project, 'there'), '?dryRun=All'),
        await send('PUT', warehouse(project, 'absent'), '?dryRun=All'),
        await send('POST', warehouse('absent', 'web'), '?dryRun=All'),
        await send('PUT', stale, '?dryRun=All&ifUnchanged=true'),
      ];
      expect(asked.map(({ status }) => status)).toEqual([409, 404, 404, 409]);
      api.world.policy = denying('kargo.project.manage');
      const denied = await send(
        'POST',
        warehouse(project, 'other'),
        '?dryRun=All',
      );
      expect(denied.status).toBe(403);
    });

    it('answers what a replace would store, and warns as it would', async () => {
      await send('POST', warehouse(project, 'there'));
      const changed = warehouse(project, 'there', 'b');
      const odd = { ...changed, spec: { ...changed.spec, unknown: 1 } };
      const { body } = await send(
        'PUT',
        odd,
        '?dryRun=All&fieldValidation=Warn',
      );
      expect(body.results).toMatchObject([
        {
          updatedResourceManifest: { metadata: { name: 'there' } },
          warnings: [expect.stringContaining('unknown')],
        },
      ]);
      const stored = await api.get('Warehouse', project, 'there');
      expect(JSON.stringify(stored.spec)).toContain('git.example/a.git');
    });
  });

  it('creates, replaces and deletes one resource', async () => {
    const created = await send('POST', warehouse(project, 'new'));
    expect(created).toMatchObject({
      status: 201,
      body: {
        results: [{ createdResourceManifest: { metadata: { name: 'new' } } }],
      },
    });
    const updated = await send('PUT', [warehouse(project, 'new', 'b')]);
    expect(updated).toMatchObject({
      status: 200,
      body: { results: [{ updatedResourceManifest: { kind: 'Warehouse' } }] },
    });
    const stored = await api.get('Warehouse', project, 'new');
    expect(JSON.stringify(stored.spec)).toContain('git.example/b.git');
    const deleted = await send('DELETE', warehouse(project, 'new'));
    expect(deleted).toMatchObject({
      status: 200,
      body: { results: [{ deletedResourceManifest: { kind: 'Warehouse' } }] },
    });
    expect(await send('DELETE', warehouse(project, 'new'))).toMatchObject({
      status: 404,
    });
    expect(
      api.audits.map(({ meta, outcome }) => [meta.actionType, outcome]),
    ).toEqual([
      ['create', 'succeeded'],
      ['update', 'succeeded'],
      ['delete', 'succeeded'],
      ['delete', 'failed'],
    ]);
  });

  it('tells the audit log which of several documents were refused', async () => {
    await send('POST', [warehouse(project, 'new'), warehouse('none', 'x'), {}]);
    expect(api.audits).toEqual([
      {
        eventId: 'resources-apply',
        outcome: 'succeeded',
        meta: expect.objectContaining({
          count: 1,
          failed: 2,
          resources: [`Warehouse ${project}/new`],
          failures: [
            { resource: 'Warehouse none/x', status: 404 },
            { resource: 'unknown', status: 422 },
          ],
        }),
      },
    ]);
  });

  it('tells the audit log no password of a manifest that was refused', async () => {
    const manifest = warehouse(project, 'new');
    const repoURL = 'https://jo:hunter2@git.example/a.git';
    const { body } = await send('POST', {
      ...manifest,
      apiVersion: repoURL,
    });
    expect(body.error).toContain('https://jo:[redacted]@git.example');
    expect(api.auditedErrors).toEqual([
      expect.objectContaining({
        name: 'InvalidResourceError',
        message: expect.stringContaining('https://jo:[redacted]@git.example'),
      }),
    ]);
    expect(String(api.auditedErrors[0].stack)).not.toContain('hunter2');
  });

  it('creates what is missing only when asked to', async () => {
    expect(await send('PUT', warehouse(project, 'new'))).toMatchObject({
      status: 404,
    });
    expect(
      await send('PUT', warehouse(project, 'new'), '?upsert=true'),
    ).toMatchObject({
      status: 200,
      body: { results: [{ createdResourceManifest: expect.anything() }] },
    });
  });

  it.each([
    ['what is no resource', () => '42', 422, /kind/],
    [
      'an unknown kind',
      () => ({ kind: 'Pod', metadata: {} }),
      422,
      /one of Project/,
    ],
    ['text that is not YAML', () => 'a: [', 400, /YAML/],
    ['what exists', () => warehouse(project, 'web'), 409, /exists/],
    [
      'an unknown project',
      () => warehouse('nope', 'web'),
      404,
      /'nope' does not exist/,
    ],
    ['no project', () => warehouse('', 'web'), 422, /namespace/],
    [
      'an event',
      () => ({
        apiVersion: 'v1',
        kind: 'Event',
        metadata: { name: 'a', namespace: project },
      }),
      400,
      /written by Kargo/,
    ],
  ])('refuses %s', async (_, manifest, status, message) => {
    expect(await send('POST', manifest())).toMatchObject({
      status,
      body: { error: expect.stringMatching(message) },
    });
  });

  it('answers an empty list to a file of comments alone', async () => {
    expect(await send('POST', '# to be written\n---\n# later\n')).toMatchObject(
      {
        status: 201,
        body: { results: [] },
      },
    );
  });

  it('reads nothing of whoever may do nothing', async () => {
    api.world.policy = () => ({ result: AuthorizeResult.DENY });
    for (const method of ['POST', 'PUT', 'DELETE']) {
      expect(await send(method, 'a: [')).toMatchObject({
        status: 403,
        body: { error: expect.stringMatching(/^You may not/) },
      });
    }
  });

  it('shows nothing of a body that it cannot read', async () => {
    const { status, body } = await send('POST', '{"password": hunter2');
    expect(status).toBe(400);
    expect(JSON.stringify(body)).not.toContain('hunter2');
  });

  it('warns of keys that stand twice and takes the last', async () => {
    const { headers, body } = await send(
      'POST',
      'apiVersion: kargo.akuity.io/v1alpha1\nkind: Project\nmetadata:\n  name: first\n  name: twice\n',
    );
    expect(body).toMatchObject({
      results: [{ createdResourceManifest: { metadata: { name: 'twice' } } }],
    });
    expect(headers.get('warning')).toMatch(
      /^299 - "Document 1: the key at line 5/,
    );
  });

  it('names every problem of a manifest', async () => {
    const { status, body } = await send('POST', {
      ...warehouse(project, 'Bad_Name'),
      spec: { interval: 'soon', subscriptions: [] },
    });
    expect(status).toBe(422);
    expect(body.problems.map(({ path }: { path: string }) => path)).toEqual(
      expect.arrayContaining(['metadata.name', 'spec.interval']),
    );
    for (const { path } of body.problems) {
      expect(body.error).toContain(path);
    }
  });

  describe.each([
    ['without', {}],
    ['with null for', { metadata: null }],
    ['with a text for', { metadata: 'web' }],
    ['with nothing in', { metadata: {} }],
    [
      'with a mapping for the names in',
      { metadata: { name: {}, namespace: {} } },
    ],
  ])('%s its metadata', (_, given) => {
    const asked = (kind: 'Warehouse' | 'Project', method: string, query = '') =>
      send(
        method,
        {
          apiVersion: 'kargo.akuity.io/v1alpha1',
          kind,
          ...given,
          ...(kind === 'Warehouse' && { spec: { interval: 'soon' } }),
        },
        query,
      );
    const pathsOf = ({ body }: Awaited<ReturnType<typeof asked>>) =>
      body.problems.map(({ path }: { path: string }) => path);

    it.each([
      ['POST', ''],
      ['PUT', ''],
      ['PUT', '?upsert=true'],
    ])('names every problem of a Warehouse to %s %s', async (method, query) => {
      const answer = await asked('Warehouse', method, query);
      expect(answer.status).toBe(422);
      expect(pathsOf(answer)).toEqual(
        expect.arrayContaining([
          'metadata.namespace',
          'spec.interval',
          'spec.subscriptions',
        ]),
      );
      expect(pathsOf(answer).join(' ')).toMatch(/metadata\.name( |$)/);
    });

    it.each([
      ['POST', ''],
      ['PUT', ''],
      ['PUT', '?upsert=true'],
    ])('asks for the name of a Project to %s %s', async (method, query) => {
      const answer = await asked('Project', method, query);
      expect(answer.status).toBe(422);
      expect(pathsOf(answer).join(' ')).toMatch(/metadata\.name( |$)/);
    });

    it('asks for the names alone to delete it', async () => {
      expect(pathsOf(await asked('Warehouse', 'DELETE'))).toEqual([
        'metadata.name',
        'metadata.namespace',
      ]);
      expect(pathsOf(await asked('Project', 'DELETE'))).toEqual([
        'metadata.name',
      ]);
    });
  });

  it('gives several documents an answer each, in their order', async () => {
    const { status, body } = await send('POST', [
      warehouse(project, 'one'),
      warehouse(project, 'web'),
      warehouse(project, 'two'),
    ]);
    expect(status).toBe(201);
    expect(body.results).toEqual([
      {
        createdResourceManifest: expect.objectContaining({ kind: 'Warehouse' }),
      },
      { error: expect.stringMatching(/exists/) },
      {
        createdResourceManifest: expect.objectContaining({ kind: 'Warehouse' }),
      },
    ]);
  });

  it('makes projects first and lets their maker fill them', async () => {
    api.world.policy = denying('kargo.project.manage');
    const { body } = await send('POST', pipelineManifests(`${project}-new`));
    expect(body.results).toHaveLength(7);
    expect(
      body.results.filter(({ error }: { error?: string }) => error),
    ).toEqual([]);
    const { metadata } = await api.project(`${project}-new`);
    expect(metadata.annotations).toMatchObject({
      'kargo.akuity.io/create-actor': 'user:default/alice',
    });
    expect(
      await send('POST', warehouse(`${project}-new`, 'late')),
    ).toMatchObject({ status: 403 });
  });

  it('deletes projects last', async () => {
    const { body } = await send('DELETE', [
      {
        apiVersion: 'kargo.akuity.io/v1alpha1',
        kind: 'Project',
        metadata: { name: project },
      },
      warehouse(project, 'web'),
    ]);
    expect(body.results).toEqual([
      {
        deletedResourceManifest: expect.objectContaining({ kind: 'Warehouse' }),
      },
      { deletedResourceManifest: expect.objectContaining({ kind: 'Project' }) },
    ]);
  });

  it('answers Projects first, wherever they stand', async () => {
    const { body } = await send('POST', [
      warehouse(`${project}-new`, 'web'),
      {
        apiVersion: 'kargo.akuity.io/v1alpha1',
        kind: 'Project',
        metadata: { name: `${project}-new` },
      },
    ]);
    expect(body.results).toEqual([
      { createdResourceManifest: expect.objectContaining({ kind: 'Project' }) },
      {
        createdResourceManifest: expect.objectContaining({ kind: 'Warehouse' }),
      },
    ]);
  });

  it('applies what was exported before somebody else changed it', async () => {
    const exported = await api.get('Warehouse', project, 'web');
    await send('PUT', warehouse(project, 'web', 'other'));
    expect(await send('PUT', exported)).toMatchObject({ status: 200 });
    const { spec } = await api.get('Warehouse', project, 'web');
    expect(spec).toEqual(exported.spec);
  });

  it('refuses to overwrite what somebody changed meanwhile when that is asked for', async () => {
    const exported = await api.get('Warehouse', project, 'web');
    await send('PUT', warehouse(project, 'web', 'other'));
    expect(await send('PUT', exported, '?ifUnchanged=true')).toMatchObject({
      status: 409,
    });
  });

  describe('a replace that the engine writes before', () => {
    /** Has the Warehouse written to before each of its next replaces. */
    function writeBefore(times: number) {
      const replace = api.store.replace.bind(api.store);
      const key = {
        kind: 'Warehouse',
        namespace: project,
        name: 'web',
      } as const;
      const replacing = jest.spyOn(api.store, 'replace');
      Array.from(
        { length: times },
        (_, index) => `acme.io/${index + 1}`,
      ).forEach(finalizer =>
        replacing.mockImplementationOnce(async draft => {
          const metadata = { finalizers: [finalizer] };
          await api.store.patch(key, { metadata });
          return replace(draft);
        }),
      );
    }

    afterEach(() => jest.restoreAllMocks());

    it.each([1, 5, 30])('%d times is made, and undoes nothing', async times => {
      writeBefore(times);
      expect(await send('PUT', warehouse(project, 'web', 'b'))).toMatchObject({
        status: 200,
      });
      const { spec, metadata } = await api.get('Warehouse', project, 'web');
      expect(metadata.finalizers).toEqual([`acme.io/${times}`]);
      expect(JSON.stringify(spec)).toContain('git.example/b.git');
    });

    it('is refused once where nobody has written and it is refused all the same', async () => {
      const replacing = jest
        .spyOn(api.store, 'replace')
        .mockRejectedValueOnce(new ConflictError('the name is taken'));
      expect(await send('PUT', warehouse(project, 'web', 'b'))).toMatchObject({
        status: 409,
      });
      expect(replacing).toHaveBeenCalledTimes(1);
    });

    it('is refused where the manifest names the revision that it is of', async () => {
      const exported = await api.get('Warehouse', project, 'web');
      writeBefore(1);
      expect(await send('PUT', exported, '?ifUnchanged=true')).toMatchObject({
        status: 409,
      });
    });
  });

  describe('fields that nobody knows', () => {
    const manifest = (more: object) => ({
      ...warehouse(project, 'web'),
      spec: { ...warehouse(project, 'web').spec, ...more },
    });
    const warning = expect.stringMatching(
      /^Warehouse 'web': ignored spec\.futureField/,
    );

    it('are left out with a warning', async () => {
      const { status, headers, body } = await send(
        'PUT',
        manifest({ futureField: 1 }),
      );
      expect(status).toBe(200);
      expect(headers.get('warning')).toContain('futureField');
      expect(body.results).toEqual([
        { updatedResourceManifest: expect.anything() },
      ]);
    });

    it('are told with the result that they belong to when that is asked for', async () => {
      const { body } = await send(
        'PUT',
        [warehouse(project, 'web'), manifest({ futureField: 1 })],
        '?fieldValidation=Warn',
      );
      expect(body.results).toEqual([
        { updatedResourceManifest: expect.anything() },
        { updatedResourceManifest: expect.anything(), warnings: [warning] },
      ]);
    });

    it('are refused when the request is strict', async () => {
      expect(
        await send(
          'PUT',
          manifest({ futureField: 1 }),
          '?fieldValidation=Strict',
        ),
      ).toMatchObject({
        status: 422,
        body: { problems: [{ path: 'spec.futureField' }] },
      });
    });

    it('are left out in silence when the request ignores them', async () => {
      const { status, headers } = await send(
        'PUT',
        manifest({ futureField: 1 }),
        '?fieldValidation=Ignore',
      );
      expect(status).toBe(200);
      expect(headers.get('warning')).toBeNull();
    });
  });

  it.each([
    ['Warn', 200, expect.stringMatching(/stands more than once/), undefined],
    ['Ignore', 200, null, undefined],
    ['Strict', 400, null, expect.stringMatching(/stands more than once/)],
  ])(
    'a key that stands twice is told of as the request says: %s',
    async (fieldValidation, status, warning, error) => {
      const answer = await api.send(
        'PUT',
        `/resources?upsert=true&dryRun=All&fieldValidation=${fieldValidation}`,
        {
          body: `
apiVersion: kargo.akuity.io/v1alpha1
kind: Project
metadata:
  name: doubled
  name: doubled
`,
        },
      );
      expect(answer.status).toBe(status);
      expect(answer.headers.get('warning')).toEqual(warning);
      expect(answer.body.error).toEqual(error);
    },
  );

  describe('a file that was written for a cluster', () => {
    const KEEP = { 'kargo.akuity.io/keep-namespace': 'true' };
    const namespace = (name: string) => ({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name, annotations: KEEP },
    });
    const aProject = (name: string, more: object = {}) => ({
      apiVersion: 'kargo.akuity.io/v1alpha1',
      kind: 'Project',
      metadata: { name },
      ...more,
    });

    it('is taken, with a word on what is not stored', async () => {
      const { status, headers, body } = await send('POST', [
        namespace(`${project}-new`),
        {
          apiVersion: 'argoproj.io/v1alpha1',
          kind: 'Application',
          metadata: { name: 'web' },
        },
        aProject(`${project}-new`),
      ]);
      expect(status).toBe(201);
      expect(JSON.stringify(body)).not.toContain('"error"');
      expect(headers.get('warning')).toMatch(
        /Namespace '.*' is not stored.*Application 'web' is not stored/,
      );
    });

    it('keeps what its Namespace says to keep', async () => {
      await send('POST', [
        namespace(`${project}-new`),
        aProject(`${project}-new`),
      ]);
      const { metadata } = await api.project(`${project}-new`);
      expect(metadata.annotations).toMatchObject(KEEP);
    });

    const POLICIES = [{ stage: 'test', autoPromotionEnabled: true }];
    const older = (name: string) =>
      aProject(name, { spec: { promotionPolicies: POLICIES } });

    it('gives an older Project with policies its ProjectConfig', async () => {
      const name = `${project}-new`;
      const { status, headers } = await send('POST', older(name));
      expect(status).toBe(201);
      expect(headers.get('warning')).toContain('one was made of them');
      const { spec } = await api.get('ProjectConfig', name, name);
      expect(spec.promotionPolicies).toEqual(POLICIES);
    });

    it('leaves the ProjectConfig that a Project has to decide', async () => {
      const name = `${project}-new`;
      const config = {
        apiVersion: 'kargo.akuity.io/v1alpha1',
        kind: 'ProjectConfig',
        metadata: { name, namespace: name },
        spec: {},
      };
      const { body } = await send('POST', [older(name), config]);
      expect(JSON.stringify(body)).not.toContain('"error"');
      const { headers } = await send('PUT', older(name));
      expect(headers.get('warning')).toContain('it has one, which decides');
      const { spec } = await api.get('ProjectConfig', name, name);
      expect(spec).not.toHaveProperty('promotionPolicies');
    });
  });

  it('refuses a value of a Secret that is not base64, without showing it', async () => {
    const { status, body } = await send(
      'PUT',
      secret({ data: { password: 'hunter2 !!' } }),
      '?upsert=true',
    );
    expect(status).toBe(422);
    expect(body.error).toMatch(/data\.password: .*base64/);
    expect(JSON.stringify(body)).not.toContain('hunter2');
  });

  it.each([
    [
      'a project',
      'kargo.project.create',
      () => ({
        apiVersion: 'kargo.akuity.io/v1alpha1',
        kind: 'Project',
        metadata: { name: `${project}-x` },
      }),
    ],
    ['a Warehouse', 'kargo.project.manage', () => warehouse(project, 'new')],
    [
      'a Secret',
      'kargo.credentials.manage',
      () => secret({ stringData: { a: 'b' } }),
    ],
    ['a shared task', 'kargo.cluster.manage', () => task],
    [
      'a Promotion',
      'kargo.stage.promote',
      () => ({
        apiVersion: 'kargo.akuity.io/v1alpha1',
        kind: 'Promotion',
        metadata: { namespace: project },
        spec: { stage: 'test', freight: 'x' },
      }),
    ],
    [
      'Freight',
      'kargo.project.manage',
      () => freightManifest(project, '1.0.0', 'a-b'),
    ],
  ])('lets nobody create %s without %s', async (_, permission, manifest) => {
    api.world.policy = denying(permission);
    expect(await send('POST', manifest())).toMatchObject({
      status: 403,
      body: { error: expect.stringMatching(/^You may not/) },
    });
  });

  describe('a Promotion', () => {
    const ABORT = 'kargo.akuity.io/abort';
    const BY_BOSS = '{"action":"terminate","actor":"user:default/the-boss"}';
    let promotion: Promotion;

    beforeEach(async () => {
      await api.apply(freightManifest(project, '1.0.0', 'brisk-otter'));
      promotion = (
        await api.send('POST', `/projects/${project}/stages/test/promotions`, {
          body: { freight: 'brisk-otter' },
        })
      ).body;
      api.audits.length = 0;
    });

    const annotated = (annotations: Record<string, string>) => ({
      apiVersion: promotion.apiVersion,
      kind: 'Promotion',
      metadata: {
        name: promotion.metadata.name,
        namespace: project,
        annotations,
      },
      spec: promotion.spec,
    });
    const stored = () => api.get('Promotion', project, promotion.metadata.name);

    it('is judged by the Stage that it is for, whatever the manifest says', async () => {
      api.world.policy = denying('kargo.stage.promote');
      expect(
        await send('PUT', {
          ...annotated({}),
          spec: { ...promotion.spec, stage: 'qa' },
        }),
      ).toMatchObject({
        status: 403,
        body: { error: expect.stringMatching(/'test'/) },
      });
    });

    it('is aborted by a manifest only by those who may abort', async () => {
      api.world.policy = denying('kargo.promotion.abort');
      expect(await send('PUT', annotated({ [ABORT]: BY_BOSS }))).toMatchObject({
        status: 403,
        body: { error: expect.stringMatching(/abort Promotions to 'test'/) },
      });
      expect((await stored()).metadata.annotations).not.toHaveProperty([ABORT]);
    });

    it('is aborted in the name of whoever asks', async () => {
      expect(await send('PUT', annotated({ [ABORT]: BY_BOSS }))).toMatchObject({
        status: 200,
      });
      expect((await stored()).metadata.annotations).toMatchObject({
        [ABORT]: '{"action":"terminate","actor":"user:default/alice"}',
      });
    });

    it('keeps who made it and what the engine wrote', async () => {
      const forged = {
        'kargo.akuity.io/create-actor': 'user:default/the-boss',
        'kargo.akuity.io/auto-promotion-resume': 'Warehouse/web',
        'kargo.akuity.io/stage': 'prod',
        note: 'mine',
      };
      expect(await send('PUT', annotated(forged))).toMatchObject({
        status: 200,
      });
      expect((await stored()).metadata.annotations).toEqual({
        'kargo.akuity.io/create-actor': 'user:default/alice',
        'kargo.akuity.io/stage': 'test',
        note: 'mine',
      });
    });

    it('is made in the name of whoever asks', async () => {
      const { body } = await send('POST', {
        ...annotated({
          'kargo.akuity.io/create-actor': 'user:default/the-boss',
          [ABORT]: BY_BOSS,
          'kargo.akuity.io/rollback': 'true',
        }),
        metadata: {
          namespace: project,
          annotations: {
            'kargo.akuity.io/create-actor': 'user:default/the-boss',
            [ABORT]: BY_BOSS,
            'kargo.akuity.io/rollback': 'true',
          },
        },
        spec: { stage: 'test', freight: promotion.spec.freight },
      });
      const [{ createdResourceManifest: made }] = body.results;
      expect(made.metadata.annotations).toEqual({
        'kargo.akuity.io/create-actor': 'user:default/alice',
        'kargo.akuity.io/stage': 'test',
      });
    });

    it.each(['kargo.project.manage', 'kargo.promotion.abort'])(
      'is not deleted while it runs without %s',
      async permission => {
        api.world.policy = denying(permission);
        expect(await send('DELETE', annotated({}))).toMatchObject({
          status: 403,
        });
        expect(await stored()).toBeDefined();
      },
    );

    it('leaves who promoted what in the audit log when it is deleted', async () => {
      expect(
        await send('DELETE', annotated({}), '', 'user:default/bob'),
      ).toMatchObject({ status: 200 });
      expect(api.audits[0].meta).toMatchObject({
        actionType: 'delete',
        deletedPromotions: [
          {
            promotion: promotion.metadata.name,
            stage: 'test',
            freight: promotion.spec.freight,
            createdBy: 'user:default/alice',
            phase: 'Pending',
          },
        ],
      });
      const { body } = await api.send('GET', `/projects/${project}/events`);
      expect(body.items.map(reasonOf)).toContain('PromotionDeleted');
    });
  });

  it('verifies a Stage again in the name of whoever asks', async () => {
    const stage = await api.stage(project, 'test');
    const annotated = {
      ...stage,
      metadata: {
        name: 'test',
        namespace: project,
        annotations: { 'kargo.akuity.io/reverify': '{"id":"v1","actor":"x"}' },
      },
    };
    api.world.policy = denying('kargo.stage.verify');
    expect(await send('PUT', annotated)).toMatchObject({ status: 403 });
    api.reset();
    expect(await send('PUT', annotated)).toMatchObject({ status: 200 });
    expect((await api.stage(project, 'test')).metadata.annotations).toEqual({
      'kargo.akuity.io/reverify': '{"id":"v1","actor":"user:default/alice"}',
    });
  });

  it('answers a kind that every object inherits as an unknown one', async () => {
    expect(
      await send('POST', { kind: 'toString', metadata: {} }),
    ).toMatchObject({ status: 422 });
  });

  it('promotes by a manifest', async () => {
    await api.apply(freightManifest(project, '1.0.0', 'brisk-otter'));
    const [freight] = await api.freight(project);
    const { status, body } = await send('POST', {
      apiVersion: 'kargo.akuity.io/v1alpha1',
      kind: 'Promotion',
      metadata: { namespace: project, name: 'ignored' },
      spec: { stage: 'test', freight: freight.metadata.name },
    });
    expect(status).toBe(201);
    expect(body.results[0].createdResourceManifest.metadata.name).toMatch(
      /^test\..+\.\w{7}$/,
    );
  });

  it('shows no value of a Secret', async () => {
    const { body } = await send(
      'POST',
      secret({
        stringData: {
          username: 'robot',
          password: 'hunter2',
          repoURL: 'https://git.example',
        },
      }),
    );
    expect(JSON.stringify(body)).not.toMatch(/hunter2|aHVudGVyMg/);
    const shown = body.results[0].createdResourceManifest;
    expect(shown.stringData).toEqual({
      username: 'robot',
      password: '*** REDACTED ***',
      repoURL: 'https://git.example',
    });
    expect(shown.metadata.annotations).toEqual({
      'kargo.akuity.io/description': 'For git',
    });
    const invalid = await send('POST', secret({ data: { password: 42 } }));
    expect(invalid.status).toBe(422);
    expect(JSON.stringify(invalid.body)).not.toContain('42');
  });

  it('keeps the status of what is replaced', async () => {
    const key = { kind: 'Stage' as const, namespace: project, name: 'test' };
    await api.store.patchStatus(key, { freightSummary: '1/1' });
    const stage = await api.store.get(key);
    const { status } = await send('PUT', {
      ...stage,
      metadata: { ...stage.metadata, labels: { tier: 'changed' } },
      status: { freightSummary: 'forged' },
    });
    expect(status).toBe(200);
    expect(await api.store.get(key)).toMatchObject({
      metadata: { labels: { tier: 'changed' } },
      status: { freightSummary: '1/1' },
    });
  });

  it('works through the client of the interface and the command line', async () => {
    const client = api.client();
    const {
      results: [created],
    } = await client.updateResources({
      upsert: true,
      body: JSON.stringify(warehouse(project, 'typed')),
    });
    expect(created.createdResourceManifest).toMatchObject({
      kind: 'Warehouse',
    });
    await expect(
      client.createResources({ body: [warehouse(project, 'typed')] as never }),
    ).rejects.toMatchObject({ status: 409 });
  });
});
