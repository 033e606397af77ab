import { ScenarioDatabase } from 'backstage-plugin-kargo-backend/src/testing/ScenarioDatabase';
import { POSTGRES_URL } from '../conformance/engine/run';
import { runSequence } from './runSequence';

/**
 * How many sequences of one run, and the seed of the first, a number or `random`; each next
 * one has the next seed.
 */
const { KARGO_TEST_SEQUENCES, KARGO_TEST_SEED = '1' } = process.env;
const FIRST_SEED =
  KARGO_TEST_SEED === 'random'
    ? Date.now() % 1_000_000
    : Number(KARGO_TEST_SEED);
const LIMIT_MS = 3_600_000;

const PRODUCTS = [
  ['SQLite', 40, () => ScenarioDatabase.openSqlite()],
  ...(POSTGRES_URL
    ? [
        [
          'PostgreSQL',
          10,
          () => ScenarioDatabase.openPostgres(POSTGRES_URL!),
        ] as const,
      ]
    : []),
] as const;

describe.each(PRODUCTS)('the engine on %s', (_, count, open) => {
  const sequences = Number(KARGO_TEST_SEQUENCES ?? count);
  let database: ScenarioDatabase;

  beforeAll(async () => {
    database = await open();
  });

  afterAll(() => database.close());

  it(
    `does what the rules say, whatever happens in whichever order (${sequences} sequences from seed ${FIRST_SEED})`,
    async () => {
      for (let index = 0; index < sequences; index++) {
        expect(await runSequence(FIRST_SEED + index, database)).toBe(undefined);
      }
    },
    LIMIT_MS,
  );
});
