import { Knex } from 'knex';
import { EngineHarness } from '../EngineHarness';
import {
  demoProject,
  demoStage,
  demoWarehouse,
  imageOf,
} from '../scenarioManifests';
import { createMemoryDatabase } from '../memoryDatabase';

jest.setTimeout(120_000);

const STAGES = 30;
const MINUTE = 60_000;

describe('a pipeline in which nothing happens', () => {
  let knex: Knex;
  let harness: EngineHarness;

  beforeEach(async () => {
    knex = createMemoryDatabase();
    harness = await EngineHarness.create({ knex });
    await harness.apply(
      [
        demoProject('test'),
        demoWarehouse('guestbook'),
        demoStage('test', { guestbook: '{direct: true}' }),
        demoStage('gate', { guestbook: '{stages: [test]}' }, ''),
        ...Array.from({ length: STAGES }, (_, index) =>
          demoStage(`stage-${index}`, { guestbook: '{stages: [gate]}' }),
        ),
      ].join(''),
    );
    harness.publish(imageOf('guestbook'), '1.0.0');
    await harness.refresh('Warehouse', 'guestbook');
    await harness.settle();
  });

  afterEach(() => harness.stop());

  it('costs no statement at all between the timers of its Warehouses', async () => {
    const { status } = await harness.get('Stage', 'test');
    expect(status?.freightHistory).toHaveLength(1);
    // The Project counts its Stages a second after they have changed.
    await harness.advance(MINUTE);
    const statements: string[] = [];
    knex.on('query', ({ sql }: { sql: string }) => statements.push(sql));
    for (let minute = 0; minute < 50; minute++) {
      // Without `settle`, which itself asks the queue.
      await harness.clock.advance(MINUTE);
    }
    expect(statements).toEqual([]);
  });
});
