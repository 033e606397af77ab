import { Promotion } from 'backstage-plugin-kargo-common';
import { createStep } from 'backstage-plugin-kargo-node';
import { Knex } from 'knex';
import { z } from 'zod';
import { EngineHarness } from '../EngineHarness';
import { FakeClock } from '../FakeClock';
import {
  demoProject,
  demoStage,
  demoWarehouse,
  imageOf,
} from '../scenarioManifests';
import { createMemoryDatabase } from '../memoryDatabase';

jest.setTimeout(60_000);

const PIPELINE = [
  demoProject('none'),
  demoWarehouse('guestbook'),
  demoStage('test', { guestbook: '{direct: true}' }),
].join('');

describe('two replicas whose clocks differ', () => {
  let knex: Knex;
  let ahead: EngineHarness;
  let behind: EngineHarness;

  beforeEach(async () => {
    knex = createMemoryDatabase();
    const create = (now: string) =>
      EngineHarness.create({ knex, clock: FakeClock.create(now) });
    ahead = await create('2026-01-01T00:00:10Z');
    behind = await create('2026-01-01T00:00:00Z');
    // One engine is enough; both replicas write.
    await behind.stop({ keepDatabase: true });
    await ahead.apply(PIPELINE);
    for (const tag of ['1.0.0', '1.1.0']) {
      ahead.publish(imageOf('guestbook'), tag);
      await ahead.refresh('Warehouse', 'guestbook');
      await ahead.advance(1_000);
    }
  });

  afterEach(() => ahead.stop());

  const stage = () => ahead.get('Stage', 'test');
  const freightOf = async (tag: string) => {
    const all = await ahead.list('Freight');
    return all.find(({ images }) => images?.[0].tag === tag)!.metadata.name;
  };

  it('record a Promotion that the slower one made after the other', async () => {
    const first = await ahead.promote('test', await freightOf('1.0.0'));
    await ahead.settle();
    const second = await behind.promote('test', await freightOf('1.1.0'));
    // A replica hears of another's marks when it next asks; here, by a mark of its own.
    await ahead.refresh('Promotion', second.metadata.name);
    await ahead.settle();
    expect(second.metadata.name > first.metadata.name).toBe(true);
    const { status } = await stage();
    expect(status?.lastPromotion?.name).toBe(second.metadata.name);
    expect(status?.freightSummary).toBe(await freightOf('1.1.0'));
    expect(status?.freightHistory).toHaveLength(2);
  });
});

describe('a queue from which somebody takes a later Promotion', () => {
  it('records the earlier ones that run after it', async () => {
    let open: () => void = () => undefined;
    const gate = new Promise<void>(resolve => {
      open = resolve;
    });
    const harness = await EngineHarness.create({
      steps: [
        createStep({
          id: 'gate',
          description: 'Waits for the test.',
          config: z.looseObject({}),
          async run() {
            await gate;
            return { kind: 'succeeded' };
          },
        }),
      ],
    });
    try {
      await harness.apply(
        [
          demoProject('none'),
          demoWarehouse('guestbook'),
          demoStage('test', { guestbook: '{direct: true}' }, '[{uses: gate}]'),
        ].join(''),
      );
      const names: string[] = [];
      for (const tag of ['1.0.0', '1.1.0', '1.2.0']) {
        harness.publish(imageOf('guestbook'), tag);
        await harness.refresh('Warehouse', 'guestbook');
        await harness.advance(1_000);
        const [newest] = (await harness.list('Freight')).filter(
          ({ images }) => images?.[0].tag === tag,
        );
        names.push(newest.metadata.name);
      }
      const promotions: Promotion[] = [];
      for (const name of names) {
        promotions.push((await harness.promote('test', name)) as Promotion);
      }
      await harness.store.patch(
        {
          kind: 'Promotion',
          namespace: 'demo',
          name: promotions[2].metadata.name,
        },
        {
          metadata: {
            annotations: { 'kargo.akuity.io/abort': '{"action":"terminate"}' },
          },
        },
      );
      open();
      await harness.settle();
      const { status } = await harness.get('Stage', 'test');
      expect(status?.lastPromotion?.name).toBe(promotions[1].metadata.name);
      expect(status?.freightSummary).toBe(names[1]);
      expect(status?.health?.status).toBe('Healthy');
    } finally {
      open();
      await harness.stop();
    }
  });
});
