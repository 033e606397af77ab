import { EngineHarness } from '../EngineHarness';
import {
  demoProject,
  demoStage,
  demoWarehouse,
  imageOf,
} from '../scenarioManifests';

jest.setTimeout(120_000);

const PIPELINE = [
  demoProject('newest|match'),
  demoWarehouse('guestbook'),
  demoStage('test', { guestbook: '{direct: true}' }),
  demoStage('newest', { guestbook: '{stages: [test]}' }),
  demoStage('match', {
    guestbook:
      '{stages: [test], autoPromotionOptions: {selectionPolicy: MatchUpstream}}',
  }),
].join('');

describe('MatchUpstream', () => {
  let harness: EngineHarness;

  const tagIn = async (stage: string) => {
    const { status } = await harness.get('Stage', stage);
    const [item] = Object.values(status?.freightHistory?.[0]?.items ?? {});
    return item?.images?.[0].tag;
  };
  const toTest = async (tag: string) => {
    await harness.advance(60_000);
    const all = await harness.list('Freight');
    const freight = all.find(({ images }) => images?.[0].tag === tag)!;
    await harness.promote('test', freight.metadata.name);
    await harness.settle();
  };

  it('follows what is upstream, also back to older Freight', async () => {
    harness = await EngineHarness.create();
    await harness.apply(PIPELINE);
    for (const tag of ['1.0.0', '1.1.0']) {
      harness.publish(imageOf('guestbook'), tag);
      await harness.refresh('Warehouse', 'guestbook');
      await harness.advance(1_000);
    }
    await toTest('1.0.0');
    expect([await tagIn('newest'), await tagIn('match')]).toEqual([
      '1.0.0',
      '1.0.0',
    ]);
    await toTest('1.1.0');
    expect([await tagIn('newest'), await tagIn('match')]).toEqual([
      '1.1.0',
      '1.1.0',
    ]);
    await toTest('1.0.0');
    expect([await tagIn('newest'), await tagIn('match')]).toEqual([
      '1.1.0',
      '1.0.0',
    ]);
    await harness.stop();
  });
});
