import {
  compareNewestFreight,
  Freight,
  isFreightAvailable,
  Stage,
} from 'backstage-plugin-kargo-common';
import { Knex } from 'knex';
import { SqlResourceStore } from '../../../adapters/store/SqlResourceStore';
import { decideStage } from '../../../logic/stage/decideStage';
import { toTimestamp } from '../../../logic/timestamps';
import { FakeClock } from '../../../testing/FakeClock';
import { openStore } from '../../../testing/openStore';
import {
  aFreight,
  aPromotion,
  aStage,
} from '../../../testing/resourceBuilders';
import { loadStage } from './loadStage';

jest.setTimeout(300_000);

const NOW = Date.parse('2026-06-01T00:00:00Z');
const MINUTE = 60_000;

function stageFor(
  sources: Stage['spec']['requestedFreight'][number]['sources'],
  isGate = false,
): Stage {
  return aStage({
    spec: {
      requestedFreight: [
        { origin: { kind: 'Warehouse', name: 'web' }, sources },
      ],
      ...(isGate && { promotionTemplate: undefined }),
    },
  });
}

const STAGES: Array<[string, Stage]> = [
  ['takes Freight directly', stageFor({ direct: true })],
  ['takes what is verified upstream', stageFor({ stages: ['dev'] })],
  [
    'needs two upstream Stages to agree',
    stageFor({ stages: ['dev', 'qa'], availabilityStrategy: 'All' }),
  ],
  [
    'follows what is upstream',
    stageFor({
      stages: ['dev'],
      autoPromotionOptions: { selectionPolicy: 'MatchUpstream' },
    }),
  ],
  [
    'waits for soak time that most Freight never had',
    stageFor({ stages: ['dev'], requiredSoakTime: '1h' }),
  ],
  [
    'waits for an odd soak time',
    stageFor({ stages: ['dev'], requiredSoakTime: '47m' }),
  ],
  [
    'waits for soak time in two upstream Stages',
    stageFor({
      stages: ['dev', 'qa'],
      availabilityStrategy: 'All',
      requiredSoakTime: '1h',
    }),
  ],
  ['lets Freight through', stageFor({ stages: ['dev'] }, true)],
];

/**
 * Old Freight was verified in `dev` and `qa` and left after five minutes; one stayed for two
 * hours; the newest is there. All but the newest passed the gate, which is the Stage itself.
 */
function history(count: number): Freight[] {
  return Array.from({ length: count }, (_, age) => {
    const isThere = age === 0;
    const time = toTimestamp(NOW - age * 10 * MINUTE);
    const stay = { longestSoak: age === 3 ? '2h0m0s' : '5m0s' };
    const verified = { verifiedAt: time, ...(!isThere && stay) };
    return aFreight(`f${age}`, {
      discoveredAt: time,
      status: {
        verifiedIn: {
          dev: verified,
          qa: verified,
          ...(!isThere && { test: { verifiedAt: time } }),
        },
        ...(isThere && {
          currentlyIn: { dev: { since: toTimestamp(NOW - 20 * MINUTE) } },
        }),
      },
    });
  });
}

async function createStore(count: number) {
  const { knex, store } = await openStore(FakeClock.create(NOW));
  const freight = history(count);
  for (const item of freight) {
    await store.create(item);
  }
  return { knex, store, freight };
}

describe('what a Stage reads of its Freight', () => {
  let few: Awaited<ReturnType<typeof createStore>>;
  let many: Awaited<ReturnType<typeof createStore>>;

  beforeAll(async () => {
    few = await createStore(10);
    many = await createStore(2_000);
  });

  afterAll(async () => {
    await few.knex.destroy();
    await many.knex.destroy();
  });

  async function load(
    { knex, store }: { knex: Knex; store: SqlResourceStore },
    stage: Stage,
  ) {
    let statements = 0;
    const count = () => {
      statements += 1;
    };
    knex.on('query', count);
    const snapshot = await loadStage(store, stage, {
      nowMs: NOW,
      verificationId: 'v',
      toExplain: true,
    });
    knex.removeListener('query', count);
    return { statements, offered: snapshot.offered['Warehouse/web'] };
  }

  it.each(STAGES)('does not grow with it where it %s', async (_, stage) => {
    const [small, large] = [await load(few, stage), await load(many, stage)];
    expect(large.statements).toBe(small.statements);
    expect(large.offered.length).toBeLessThanOrEqual(small.offered.length);
    expect(large.offered.length).toBeLessThan(10);
  });

  it.each(STAGES)(
    'holds the newest available where it %s',
    async (_, stage) => {
      const { offered } = await load(many, stage);
      const isMatching =
        stage.spec.requestedFreight[0].sources.autoPromotionOptions;
      const isGate = !stage.spec.promotionTemplate;
      const best = (freight: Freight[]) =>
        freight
          .filter(
            item =>
              isFreightAvailable(stage, item, NOW).available &&
              (!isMatching || item.status?.currentlyIn?.dev) &&
              (!isGate || !item.status?.verifiedIn?.test),
          )
          .sort(compareNewestFreight)
          .at(0)?.metadata.name;
      expect(best(offered)).toBe(best(many.freight));
      const soaking = (freight: Freight[]) =>
        freight
          .filter(item => isFreightAvailable(stage, item, NOW).availableAtMs)
          .map(item => item.metadata.name);
      expect(soaking(offered)).toEqual(soaking(many.freight));
    },
  );
});

describe('what a Stage reads of its Promotions', () => {
  it.each([10, 200])(
    'does not try again what failed before %s others',
    async count => {
      const { knex, store } = await createStore(1);
      await store.create({
        apiVersion: 'kargo.akuity.io/v1alpha1',
        kind: 'ProjectConfig',
        metadata: { name: 'demo', namespace: 'demo' },
        spec: {
          promotionPolicies: [
            { stageSelector: {}, autoPromotionEnabled: true },
          ],
        },
      });
      const phases = ['Failed' as const, ...Array(count).fill('Succeeded')];
      for (const [index, phase] of phases.entries()) {
        await store.create(
          aPromotion(`test.${String(index).padStart(4, '0')}`, {
            freight: index === 0 ? 'f0' : 'other',
            status: { phase },
          }),
        );
      }
      const stage = stageFor({ direct: true });
      const snapshot = await loadStage(store, stage, {
        nowMs: NOW,
        verificationId: 'v',
      });
      expect(snapshot.offered['Warehouse/web']).toMatchObject([
        { metadata: { name: 'f0' } },
      ]);
      const { effects } = decideStage(snapshot, {
        nowMs: NOW,
        now: toTimestamp(NOW),
      });
      expect(effects).toEqual([]);
      await knex.destroy();
    },
  );
});
