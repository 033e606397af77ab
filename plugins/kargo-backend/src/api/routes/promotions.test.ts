import { Freight, Promotion } from 'backstage-plugin-kargo-common';
import { targetCollection } from '../../logic/promotion/decidePromotion';
import { ApiHarness, denying } from '../../testing/ApiHarness';
import {
  freightManifest,
  pipelineManifests,
} from '../../testing/pipelineManifests';

jest.setTimeout(60_000);

describe('promoting', () => {
  let api: ApiHarness;
  let project: string;
  let freight: Freight;
  let count = 0;

  beforeAll(async () => {
    api = await ApiHarness.start();
  });

  beforeEach(async () => {
    api.reset();
    count += 1;
    project = `shop-${count}`;
    await api.apply(pipelineManifests(project));
    await api.apply(freightManifest(project, '1.0.1', 'brisk-otter'));
    [freight] = await api.freight(project);
    api.audits.length = 0;
  });

  const path = (stage: string) =>
    `/projects/${project}/stages/${stage}/promotions`;

  async function verify(...stages: string[]) {
    await api.store.patchStatus(
      { kind: 'Freight', namespace: project, name: freight.metadata.name },
      {
        verifiedIn: Object.fromEntries(
          stages.map(stage => [stage, { verifiedAt: '2026-05-01T09:00:00Z' }]),
        ),
      },
    );
  }

  it.each([
    ['does not exist', '', "PromotionTask 'deploy' does not exist"],
    [
      'wants a value that nobody gives',
      `
apiVersion: kargo.akuity.io/v1alpha1
kind: PromotionTask
metadata: { name: deploy, namespace: PROJECT }
spec:
  vars: [{ name: image }]
  steps: [{ uses: fail }]
---`,
      `missing value for variable "image" of task 'deploy'`,
    ],
  ])(
    'says what is wrong when the task of a Stage %s',
    async (_, task, message) => {
      const { stage, warnings } = await stageWithTask(task);
      expect(warnings.includes("PromotionTask 'deploy' does not exist")).toBe(
        task === '',
      );
      expect(
        await api.send('POST', path(stage), {
          body: { freight: freight.metadata.name },
        }),
      ).toMatchObject({ status: 422, body: { error: message } });
      expect(await api.promotions(project)).toEqual([]);
    },
  );

  /** Applies a Stage whose only step is the task `deploy`; what was warned about. */
  async function stageWithTask(task: string) {
    const stage = 'with-task';
    const { status, headers } = await api.send(
      'PUT',
      '/resources?upsert=true',
      {
        body: `${task.replace('PROJECT', project)}
apiVersion: kargo.akuity.io/v1alpha1
kind: Stage
metadata: { name: ${stage}, namespace: ${project} }
spec:
  requestedFreight:
    - origin: { kind: Warehouse, name: web }
      sources: { direct: true }
  promotionTemplate: { spec: { steps: [ { task: { name: deploy } } ] } }
`,
      },
    );
    expect(status).toBe(200);
    return { stage, warnings: headers.get('Warning') ?? '' };
  }

  it.each([
    ['its name', () => ({ freight: freight.metadata.name })],
    ['its alias as name', () => ({ freight: 'brisk-otter' })],
    ['its alias', () => ({ freightAlias: 'brisk-otter' })],
    ['its origin', () => ({ origin: 'Warehouse/web' })],
  ])('promotes Freight by %s', async (_, body) => {
    const answer = await api.send('POST', path('test'), { body: body() });
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({
      kind: 'Promotion',
      metadata: {
        namespace: project,
        annotations: { 'kargo.akuity.io/create-actor': 'user:default/alice' },
      },
      spec: { stage: 'test', freight: freight.metadata.name },
    });
    expect(await api.promotions(project)).toHaveLength(1);
    expect(api.audits).toEqual([
      {
        eventId: 'promotion-create',
        meta: expect.objectContaining({ actionType: 'promote', stage: 'test' }),
        outcome: 'succeeded',
      },
    ]);
  });

  it('takes the empty names that clients send along as absent', async () => {
    const body = { freight: '', freightAlias: 'brisk-otter', origin: '' };
    expect(await api.send('POST', path('test'), { body })).toMatchObject({
      status: 201,
      body: { spec: { freight: freight.metadata.name } },
    });
  });

  it('records services as such', async () => {
    const { body } = await api.send('POST', path('test'), {
      as: 'service',
      body: { freightAlias: 'brisk-otter' },
    });
    expect(body.metadata.annotations['kargo.akuity.io/create-actor']).toBe(
      'service:external:robot',
    );
  });

  it.each([
    ['no body', '', 400, /JSON object/],
    ['a list', '[]', 400, /expected/],
    ['nothing chosen', {}, 400, /exactly one of freight/],
    [
      'two chosen',
      { freight: 'a', origin: 'Warehouse/web' },
      400,
      /exactly one/,
    ],
    ['only empty names', { freight: '', origin: '' }, 400, /exactly one/],
    ['an origin without kind', { origin: 'web' }, 400, /Warehouse\/<name>/],
    [
      'an origin not asked for',
      { origin: 'Warehouse/docs' },
      400,
      /does not request/,
    ],
    [
      'Freight that is not there',
      { freight: 'nope' },
      404,
      /'nope' does not exist/,
    ],
  ])('refuses %s', async (_, body, status, message) => {
    const answer = await api.send('POST', path('test'), { body });
    expect(answer).toMatchObject({
      status,
      body: { error: expect.stringMatching(message) },
    });
    expect(api.audits).toMatchObject([{ outcome: 'failed' }]);
  });

  it('refuses Freight that is not available', async () => {
    expect(
      await api.send('POST', path('prod'), {
        body: { freight: 'brisk-otter' },
      }),
    ).toMatchObject({
      status: 400,
      body: { error: expect.stringMatching(/Not yet verified in 'test'/) },
    });
  });

  it('refuses a Stage without steps', async () => {
    await verify('test');
    expect(
      await api.send('POST', path('gate'), {
        body: { freight: 'brisk-otter' },
      }),
    ).toMatchObject({
      status: 400,
      body: { error: expect.stringMatching(/no promotion steps/) },
    });
  });

  it('tells who may when the caller may not', async () => {
    api.world.policy = denying('kargo.stage.promote');
    api.world.owners = { [`${project}/test`]: ['group:default/web'] };
    expect(
      await api.send('POST', path('test'), {
        body: { freight: 'brisk-otter' },
      }),
    ).toMatchObject({
      status: 403,
      body: { error: "You may not promote to 'test'. Ask the group web" },
    });
    expect(await api.promotions(project)).toEqual([]);
  });

  describe('downstream', () => {
    const downstream = () => `${path('test')}/downstream`;

    it('promotes to every Stage that takes Freight from this one', async () => {
      await verify('test');
      const { status, body } = await api.send('POST', downstream(), {
        body: { freightAlias: 'brisk-otter' },
      });
      expect(status).toBe(201);
      expect(
        body.promotions.map((created: Promotion) => created.spec.stage).sort(),
      ).toEqual(['prod', 'qa']);
      expect(api.audits.at(-1)?.meta).toMatchObject({
        actionType: 'promote-downstream',
        promotions: body.promotions.map(
          ({ metadata }: Promotion) => metadata.name,
        ),
      });
    });

    it('passes over Stages that only let Freight through', async () => {
      await verify('test');
      const origin = { kind: 'Warehouse', name: 'web' };
      for (const [name, promotionTemplate] of [
        ['without-template', undefined],
        ['without-steps', { spec: { steps: [] } }],
      ] as const) {
        await api.store.create({
          apiVersion: 'kargo.akuity.io/v1alpha1',
          kind: 'Stage',
          metadata: { name, namespace: project },
          spec: {
            requestedFreight: [{ origin, sources: { stages: ['test'] } }],
            ...(promotionTemplate && { promotionTemplate }),
          },
        } as never);
      }
      const { status, body } = await api.send('POST', downstream(), {
        body: { freight: 'brisk-otter' },
      });
      expect(status).toBe(201);
      expect(body.promotions).toHaveLength(2);
    });

    it('passes over Stages that take something else from this one', async () => {
      await verify('test');
      await api.apply(`
apiVersion: kargo.akuity.io/v1alpha1
kind: Stage
metadata: { name: handbook, namespace: ${project} }
spec:
  requestedFreight:
    - origin: { kind: Warehouse, name: docs }
      sources: { stages: [test] }
  promotionTemplate: { spec: { steps: [ { uses: copy, config: { inPath: a, outPath: b } } ] } }
`);
      const { status, body } = await api.send('POST', downstream(), {
        body: { freight: 'brisk-otter' },
      });
      expect(status).toBe(201);
      expect(
        body.promotions.map((created: Promotion) => created.spec.stage).sort(),
      ).toEqual(['prod', 'qa']);
    });

    it('creates nothing when one may not be promoted to', async () => {
      await verify('test');
      api.world.policy = denying('kargo.stage.promote');
      expect(
        await api.send('POST', downstream(), {
          body: { freight: 'brisk-otter' },
        }),
      ).toMatchObject({
        status: 403,
        body: { error: expect.stringMatching(/'qa'/) },
      });
      expect(await api.promotions(project)).toEqual([]);
    });

    it('creates nothing when the Freight is not available to one', async () => {
      expect(
        await api.send('POST', downstream(), {
          body: { freight: 'brisk-otter' },
        }),
      ).toMatchObject({ status: 400 });
      expect(await api.promotions(project)).toEqual([]);
    });

    it('reports what could not be created beside what was', async () => {
      await verify('test');
      await api.store.patch(
        { kind: 'Stage', namespace: project, name: 'qa' },
        { spec: { targets: { selectors: [] } } },
      );
      const { status, body } = await api.send('POST', downstream(), {
        body: { freight: 'brisk-otter' },
      });
      expect(status).toBe(207);
      expect(body.promotions).toHaveLength(1);
      expect(body.errors).toMatch(/^Stage 'qa': .*targets/);
      expect(api.audits.at(-1)?.meta).toMatchObject({
        promotions: [body.promotions[0].metadata.name],
        failed: 1,
      });
    });

    it('finds no Stage behind the last one', async () => {
      expect(
        await api.send('POST', `${path('prod')}/downstream`, {
          body: { freight: 'brisk-otter' },
        }),
      ).toMatchObject({ status: 404 });
    });

    it('takes no origin', async () => {
      expect(
        await api.send('POST', downstream(), {
          body: { origin: 'Warehouse/web' },
        }),
      ).toMatchObject({ status: 400 });
    });
  });

  describe('an existing Promotion', () => {
    let promotion: Promotion;
    const one = (rest = '') =>
      `/projects/${project}/promotions/${promotion.metadata.name}${rest}`;

    beforeEach(async () => {
      const { body } = await api.send('POST', path('test'), {
        body: { freight: 'brisk-otter' },
      });
      promotion = body;
    });

    it('is listed, by Stage too', async () => {
      const base = `/projects/${project}/promotions`;
      const lists = await Promise.all(
        ['', '?stage=test', '?stage=prod'].map(query =>
          api.send('GET', `${base}${query}`),
        ),
      );
      expect(lists.map(({ body }) => body.items.length)).toEqual([1, 1, 0]);
      expect(lists[0].body).toMatchObject({
        apiVersion: 'kargo.akuity.io/v1alpha1',
        kind: 'PromotionList',
      });
    });

    it('is answered', async () => {
      expect((await api.send('GET', one())).body.spec.stage).toBe('test');
      expect(
        await api.send('GET', `/projects/${project}/promotions/nope`),
      ).toMatchObject({ status: 404 });
    });

    it('is asked to abort, with the name of who asks', async () => {
      expect((await api.send('POST', one('/abort'))).status).toBe(200);
      const { metadata } = await api.get(
        'Promotion',
        project,
        promotion.metadata.name,
      );
      expect(
        JSON.parse(metadata.annotations?.['kargo.akuity.io/abort'] ?? ''),
      ).toEqual({ action: 'terminate', actor: 'user:default/alice' });
    });

    it('is left alone when it has ended', async () => {
      const key = {
        kind: 'Promotion' as const,
        namespace: project,
        name: promotion.metadata.name,
      };
      await api.store.patchStatus(key, { phase: 'Succeeded' });
      expect((await api.send('POST', one('/abort'))).status).toBe(200);
      const { metadata } = await api.store.get(key);
      expect(metadata.annotations).not.toHaveProperty([
        'kargo.akuity.io/abort',
      ]);
    });

    it('is aborted also when its Stage has gone', async () => {
      const find = api.store.find.bind(api.store);
      const spy = jest
        .spyOn(api.store, 'find')
        .mockImplementation(async key =>
          key.kind === 'Stage' ? undefined : find(key),
        );
      expect((await api.send('POST', one('/abort'))).status).toBe(200);
      api.world.policy = denying('kargo.promotion.abort');
      expect(await api.send('POST', one('/abort'))).toMatchObject({
        status: 403,
        body: { error: expect.stringMatching(/abort Promotions to 'test'/) },
      });
      spy.mockRestore();
    });

    it('is aborted only by those who may', async () => {
      api.world.policy = denying('kargo.promotion.abort');
      expect(await api.send('POST', one('/abort'))).toMatchObject({
        status: 403,
        body: { error: expect.stringMatching(/abort Promotions to 'test'/) },
      });
    });

    describe('that failed', () => {
      beforeEach(async () => {
        const { metadata } = promotion;
        const key = { kind: 'Promotion', namespace: project } as const;
        const { spec } = await api.store.get({ ...key, name: metadata.name });
        const stage = await api.get('Stage', project, 'test');
        const brought = await api.get('Freight', project, spec.freight ?? '');
        const [alias = ''] = (spec.steps ?? []).map(step => step.as);
        await api.store.patchStatus(
          { ...key, name: metadata.name },
          {
            phase: 'Failed',
            freightCollection: targetCollection(stage, brought),
            stepExecutionMetadata: [{ alias, status: 'Failed' }],
          },
        );
      });

      it('is retried by a new one, in the name of who asks', async () => {
        const answer = await api.send('POST', one('/retry'));
        expect(answer).toMatchObject({
          status: 201,
          body: {
            spec: { stage: 'test', freight: promotion.spec.freight },
            metadata: {
              annotations: {
                'kargo.akuity.io/retry-of': promotion.metadata.name,
                'kargo.akuity.io/create-actor': 'user:default/alice',
              },
            },
            status: { phase: 'Pending', currentStep: 0 },
          },
        });
        expect(answer.body.metadata.name).not.toBe(promotion.metadata.name);
      });

      it('is retried only by those who may promote', async () => {
        api.world.policy = denying('kargo.stage.promote');
        expect(await api.send('POST', one('/retry'))).toMatchObject({
          status: 403,
        });
      });
    });

    it('is not retried while it runs, and the answer says why', async () => {
      expect(await api.send('POST', one('/retry'))).toMatchObject({
        status: 409,
        body: {
          error: `Promotion '${promotion.metadata.name}' has not ended; only one that failed can be retried`,
        },
      });
    });

    it('is refreshed with a new token each time', async () => {
      const tokens = new Set<string | undefined>();
      for (let round = 0; round < 3; round++) {
        expect((await api.send('POST', one('/refresh'))).status).toBe(200);
        const { metadata } = await api.get(
          'Promotion',
          project,
          promotion.metadata.name,
        );
        tokens.add(metadata.annotations?.['kargo.akuity.io/refresh']);
      }
      expect(tokens.size).toBe(3);
      expect([...tokens][0]).toBe('2026-05-01T10:00:00Z');
    });
  });

  describe('dry', () => {
    const dryRun = (body: object = { freightAlias: 'brisk-otter' }) =>
      api.send('POST', `${path('test')}/dry-run`, { body });

    it('tells what the engine finds out, and is audited', async () => {
      const answer = {
        steps: [{ alias: 'clone', uses: 'git-clone', outcome: 'Ran' as const }],
        changes: [],
      };
      const asked: unknown[] = [];
      api.world.dryRun = async (stage, target, { actor }) => {
        asked.push([stage.metadata.name, target, actor]);
        return answer;
      };
      expect(await dryRun()).toMatchObject({ status: 200, body: answer });
      expect(asked).toEqual([
        ['test', { freight: freight.metadata.name }, 'user:default/alice'],
      ]);
      await dryRun({ origin: 'Warehouse/web' });
      expect(asked[1]).toMatchObject([
        'test',
        { origin: { kind: 'Warehouse', name: 'web' } },
        'user:default/alice',
      ]);
      expect(api.audits[0]).toMatchObject({
        eventId: 'promotion-dry-run',
        outcome: 'succeeded',
      });
    });

    it('is for those who may promote', async () => {
      api.world.policy = denying('kargo.stage.promote');
      let isAsked = false;
      api.world.dryRun = async () => {
        isAsked = true;
        return { steps: [], changes: [] };
      };
      expect(await dryRun()).toMatchObject({ status: 403 });
      expect(isAsked).toBe(false);
    });

    it('ends when whoever asked has gone', async () => {
      const gone = new AbortController();
      const ended = new Promise<void>(resolve => {
        api.world.dryRun = async (_stage, _target, { signal }) => {
          gone.abort();
          await new Promise(stop => signal.addEventListener('abort', stop));
          resolve();
          throw signal.reason;
        };
      });
      const asked = api
        .client()
        .dryRunPromotion(
          { project, stage: 'test', body: { freightAlias: 'brisk-otter' } },
          { signal: gone.signal },
        );
      await expect(asked).rejects.toThrow(/abort/i);
      await ended;
    });
  });
});
