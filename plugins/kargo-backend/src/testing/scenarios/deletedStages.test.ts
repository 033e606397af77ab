import { EngineHarness } from '../EngineHarness';
import {
  demoProject,
  demoStage,
  demoWarehouse,
  imageOf,
} from '../scenarioManifests';
import { ScriptedStep } from '../ScriptedStep';

jest.setTimeout(120_000);

describe('a Stage that is deleted while Promotions wait for it', () => {
  let harness: EngineHarness;

  beforeEach(async () => {
    const script = new ScriptedStep();
    script.plan('a', () => ({ kind: 'waiting', reason: 'not yet' }));
    harness = await EngineHarness.create({ steps: [script.step] });
    harness.publish(imageOf('web'), '1.0.0');
    await harness.apply(
      demoProject('none') +
        demoWarehouse('web') +
        demoStage(
          'test',
          { web: '{direct: true}' },
          '[{uses: scripted, as: a, config: {name: a}}]',
        ),
    );
    await harness.settle();
  });
  afterEach(() => harness.stop());

  it('tells of each that it was discarded, with all that is told of an aborted one', async () => {
    const [freight] = await harness.list('Freight');
    await harness.promote('test', freight.metadata.name);
    await harness.settle();
    const { metadata } = await harness.promote('test', freight.metadata.name);
    await harness.settle();
    await harness.admission.delete(
      { kind: 'Stage', namespace: 'demo', name: 'test' },
      { actor: 'user:default/tester' },
    );
    await harness.settle();
    const discarded = (await harness.list('Event')).filter(
      ({ reason }) => reason === 'PromotionDiscarded',
    );
    expect(discarded).toEqual([
      expect.objectContaining({
        type: 'Normal',
        message:
          "Promotion discarded: Stage 'test' was deleted before it began",
        source: { component: 'stage-controller' },
        involvedObject: expect.objectContaining({
          kind: 'Promotion',
          name: metadata.name,
        }),
      }),
    ]);
    expect(discarded[0].metadata.annotations).toMatchObject({
      'event.kargo.akuity.io/project': 'demo',
      'event.kargo.akuity.io/actor': 'user:default/tester',
      'event.kargo.akuity.io/promotion-name': metadata.name,
      'event.kargo.akuity.io/stage-name': 'test',
      'event.kargo.akuity.io/freight-name': freight.metadata.name,
      'event.kargo.akuity.io/freight-alias': freight.alias,
      'event.kargo.akuity.io/freight-images': expect.stringContaining('1.0.0'),
    });
    expect(await harness.list('Promotion')).toEqual([]);
  });

  it('tells of what is discarded, or deleted by somebody, with that', async () => {
    const [freight] = await harness.list('Freight');
    await harness.promote('test', freight.metadata.name);
    await harness.settle();
    const { metadata } = await harness.promote('test', freight.metadata.name);
    await harness.promote('test', freight.metadata.name);
    await harness.settle();
    const write = jest.spyOn(harness.store, 'write');
    const actor = { actor: 'user:default/tester' };
    const { name, namespace = '' } = metadata;
    await harness.admission.delete(
      { kind: 'Promotion', namespace, name },
      actor,
    );
    await harness.admission.delete(
      { kind: 'Stage', namespace: 'demo', name: 'test' },
      actor,
    );
    await harness.settle();
    const told = write.mock.calls.flatMap(([writes]) =>
      writes.some(
        each => 'delete' in each && each.delete.key.kind === 'Promotion',
      )
        ? [writes.map(each => Object.keys(each)[0])]
        : [],
    );
    expect(told).toEqual([
      ['delete', 'createAfter'],
      ['delete', 'createAfter'],
    ]);
  });

  it('takes no Promotion any more once it is gone, be it between two looks', async () => {
    const [freight] = await harness.list('Freight');
    const write = harness.store.write.bind(harness.store);
    jest.spyOn(harness.store, 'write').mockImplementationOnce(async writes => {
      await harness.admission.delete(
        { kind: 'Stage', namespace: 'demo', name: 'test' },
        { actor: 'user:default/tester' },
      );
      await harness.settle();
      return write(writes);
    });
    await expect(
      harness.promote('test', freight.metadata.name),
    ).rejects.toMatchObject({ name: 'NotFoundError' });
    expect(await harness.list('Promotion')).toEqual([]);
  });
});
