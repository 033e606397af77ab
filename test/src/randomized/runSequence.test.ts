import { createWakeupRule } from 'backstage-plugin-kargo-backend/src/engine/wakeups';
import { DEFAULT_SHARED_NAMESPACE } from 'backstage-plugin-kargo-backend/src/logic/sharedNamespaces';
import { ScenarioDatabase } from 'backstage-plugin-kargo-backend/src/testing/ScenarioDatabase';
import type { Mistake } from './EngineRun';
import { runSequence } from './runSequence';

const LIMIT_MS = 300_000;
/** So many sequences find each of the mistakes; `yarn sequences` runs many more. */
const wakeups = createWakeupRule(DEFAULT_SHARED_NAMESPACE);
const SEEDS = Array.from({ length: 12 }, (_, index) => index + 1);

describe('a sequence of operations', () => {
  let database: ScenarioDatabase;

  beforeAll(async () => {
    database = await ScenarioDatabase.openSqlite();
  });

  afterAll(() => database.close());

  it(
    'comes out as the model says',
    async () => {
      for (const seed of SEEDS) {
        expect(await runSequence(seed, database)).toBe(undefined);
      }
    },
    LIMIT_MS,
  );

  it.each<[string, Mistake]>([
    [
      'wakes nobody when Freight was verified',
      {
        wakeups: change =>
          change.key.kind === 'Freight' && change.type === 'updated'
            ? []
            : wakeups(change),
      },
    ],
    [
      'does not look at a Stage when its Promotion has ended',
      {
        wakeups: change =>
          change.key.kind === 'Promotion' && change.type === 'updated'
            ? []
            : wakeups(change),
      },
    ],
    [
      'does not notice what is asked of a Stage',
      {
        wakeups: change =>
          change.key.kind === 'Stage' && change.type === 'updated'
            ? wakeups(change).filter(
                wakeup => !('key' in wakeup) || wakeup.key.kind !== 'Stage',
              )
            : wakeups(change),
      },
    ],
  ])(
    'tells with all that led there that the engine %s',
    async (_, mistake) => {
      const found: string[] = [];
      for (const seed of SEEDS) {
        const wrong = await runSequence(seed, database, mistake);
        if (wrong !== undefined) {
          found.push(wrong);
          break;
        }
      }
      expect(found).toEqual([
        expect.stringMatching(/^seed \d+ on SQLite: .+\npipeline .+\n {2}0 /),
      ]);
    },
    LIMIT_MS,
  );
});
