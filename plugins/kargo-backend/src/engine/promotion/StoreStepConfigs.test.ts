import { JsonObject, PromotionStep } from 'backstage-plugin-kargo-common';
import { IndexedStore } from '../../ports/ResourceIndex';
import { FakeClock } from '../../testing/FakeClock';
import { aPromotion, aStage } from '../../testing/resourceBuilders';
import { StoreStepConfigs } from './StoreStepConfigs';
import { StoreStepExpressions } from './StoreStepExpressions';

const TEXT = 'a'.repeat(900_000);

function stepsOf(count: number, config: JsonObject): PromotionStep[] {
  return Array.from({ length: count }, (_, i) => ({
    uses: 'compose-output',
    as: `s${i}`,
    vars: [{ name: 'text', value: TEXT }],
    config,
  }));
}

async function read(steps: PromotionStep[]) {
  const promotion = aPromotion('prod.1');
  const store = {
    get: async () => aStage({}),
    find: async () => undefined,
  } as unknown as IndexedStore;
  const configs = StoreStepConfigs.create({
    store,
    expressions: StoreStepExpressions.create({
      store,
      clock: FakeClock.create(),
      sharedNamespace: 'shared',
      credentials: { find: async () => undefined },
    }),
    steps: new Map(),
  });
  const found = await configs.read(
    {
      ...promotion,
      spec: { ...promotion.spec, steps },
      status: {
        stepExecutionMetadata: steps.map(({ as: alias = '' }) => ({ alias })),
      },
    },
    new AbortController().signal,
  );
  return found.steps;
}

describe('configurations of steps that somebody reads', () => {
  it('have a bound of work together', async () => {
    const long = { n: "${{ count(1..18, vars.text contains 'b') }}" };
    const found = await read([...stepsOf(60, long), ...stepsOf(1, { a: 'b' })]);
    expect(found.slice(0, 5)).toEqual(
      found.slice(0, 5).map(({ alias }) => ({ alias, config: { n: 0 } })),
    );
    expect(found[59]).toEqual({
      alias: 's59',
      unknown: expect.stringContaining(
        'the expressions take too many steps together',
      ),
    });
    expect(found[60]).toMatchObject({ config: { a: 'b' } });
  });
});
