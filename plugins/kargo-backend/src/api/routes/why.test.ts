import { ApiHarness, denying } from '../../testing/ApiHarness';
import {
  freightManifest,
  pipelineManifests,
} from '../../testing/pipelineManifests';

jest.setTimeout(120_000);

describe('why', () => {
  let api: ApiHarness;
  const project = 'why';

  beforeAll(async () => {
    api = await ApiHarness.start();
    await api.apply(pipelineManifests(project));
    await api.apply(freightManifest(project, '1.0.0', 'first'));
  });

  beforeEach(() => api.reset());

  const ask = (path: string) =>
    api.send('GET', `/projects/${project}${path}/why`);
  const freightName = async () => {
    const { body } = await api.send('GET', `/projects/${project}/freight`);
    return body.groups[''].items[0].metadata.name as string;
  };
  const codes = ({ body }: { body: { reasons: Array<{ code: string }> } }) =>
    body.reasons.map(({ code }) => code);

  it('a Stage waits is answered with sentences and parameters', async () => {
    const name = await freightName();
    const answer = await ask('/stages/test');
    expect(answer.status).toBe(200);
    expect(answer.body.reasons).toEqual([
      {
        code: 'auto-promotion-disabled',
        origin: 'Warehouse/web',
        freight: name,
        tone: 'waiting',
        message: expect.stringContaining('Automation is off'),
      },
    ]);
  });

  it('Promotions will fail is answered before the first one does', async () => {
    const manifests = pipelineManifests('lacking').replace(
      'uses: copy, config: { inPath: a, outPath: b }',
      'uses: send-fax',
    );
    await api.apply(manifests);
    const { body } = await api.send('GET', '/projects/lacking/stages/test/why');
    expect(body.reasons[0]).toEqual({
      code: 'will-fail',
      error:
        'spec.promotionTemplate.spec.steps[0].uses: no step "send-fax" is installed; Promotions will fail there',
      tone: 'problem',
      message: expect.stringMatching(
        /^What the Stage asks for will fail: spec/,
      ),
    });
  });

  it('Freight is not promoted is answered by name', async () => {
    const answer = await ask(`/stages/qa/freight/${await freightName()}`);
    expect(codes(answer)).toEqual(['not-verified-upstream']);
  });

  it('a Stage without steps lets nothing through is answered', async () => {
    expect(codes(await ask('/stages/gate'))).toEqual(['not-verified-upstream']);
  });

  it('a Stage without steps has nothing to let through is answered', async () => {
    await api.apply(pipelineManifests('bare'));
    const { body } = await api.send('GET', '/projects/bare/stages/gate/why');
    expect(codes({ body })).toEqual(['no-freight']);
  });

  it('a Promotion waits, its Stage too, and a Warehouse makes nothing is answered', async () => {
    const { body } = await api.send(
      'POST',
      `/projects/${project}/stages/test/promotions`,
      { body: { freight: await freightName() } },
    );
    const promotion = await ask(`/promotions/${body.metadata.name}`);
    expect(codes(promotion)).toEqual(['not-acknowledged']);
    // That it is on its way is said once.
    expect(codes(await ask('/stages/test'))).toEqual(['promoting']);
    expect(
      codes(await ask(`/stages/test/freight/${await freightName()}`)),
    ).toEqual(['being-promoted']);
    expect(codes(await ask('/warehouses/web'))).toEqual(['discovering']);
  });

  it.each([
    '/stages/nope',
    '/stages/test/freight/nope',
    '/promotions/nope',
    '/warehouses/nope',
  ])('%s is not found', async path => {
    expect((await ask(path)).status).toBe(404);
  });

  it('is told to whoever may read the project, and to nobody else', async () => {
    api.world.policy = denying('kargo.project.read');
    expect((await ask('/stages/test')).status).toBe(404);
    expect((await ask('/warehouses/web')).status).toBe(404);
  });
});
