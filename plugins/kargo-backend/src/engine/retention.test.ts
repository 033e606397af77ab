import {
  FreightCollection,
  keyOf,
  KindName,
  Promotion,
  Resource,
  StageStatus,
  WarehouseStatus,
} from 'backstage-plugin-kargo-common';
import { Knex } from 'knex';
import { SqlResourceStore } from '../adapters/store/SqlResourceStore';
import { FakeClock } from '../testing/FakeClock';
import { openStore } from '../testing/openStore';
import {
  aCollection,
  aFreight,
  aPromotion,
  aStage,
  aWarehouse,
} from '../testing/resourceBuilders';
import { collectGarbage, RetentionOptions } from './retention';
import { anyKind } from '../ports/kinds';
import { mockLogger } from '../testing/mockLogger';

jest.setTimeout(120_000);

const DAY = 86_400_000;
const KEEP_TWO = { maxRetained: 2, minAgeMs: 7 * DAY };
const KEEP_NONE = { maxRetained: 0, minAgeMs: 0 };

describe('collectGarbage', () => {
  let knex: Knex;
  let clock: FakeClock;
  let store: SqlResourceStore;
  let recorded: string[];
  let statements: number;

  beforeEach(async () => {
    clock = FakeClock.create('2026-01-01T00:00:00Z');
    ({ knex, store } = await openStore(clock));
    recorded = [];
  });
  afterEach(() => knex.destroy());

  /** Makes one a day, the first a day ago per following one. */
  async function make(resources: Resource[]): Promise<void> {
    for (const resource of resources) {
      await store.create({ ...resource, kind: anyKind(resource.kind) });
      await clock.advance(DAY);
    }
  }

  const promotion = (name: string, status?: Promotion['status']) =>
    aPromotion(name, { status: { phase: 'Succeeded', ...status } });
  const freight = (name: string, day: number) => ({
    ...aFreight(name),
    discoveredAt: `2026-01-${String(day).padStart(2, '0')}T00:00:00Z`,
  });
  const history = (...names: string[]): FreightCollection[] =>
    names.map(name => aCollection(name));
  const hold = (freightName: string): StageStatus['autoPromotionHolds'] => ({
    'Warehouse/web': {
      freightName,
      origin: { kind: 'Warehouse', name: 'web' },
      promotionName: 'p',
      createdAt: '2026-01-01T00:00:00Z',
    },
  });

  async function collect({
    policies,
    ...over
  }: Partial<Omit<RetentionOptions, 'policies'>> & {
    policies?: Partial<RetentionOptions['policies']>;
  } = {}) {
    statements = 0;
    const count = () => {
      statements += 1;
    };
    knex.on('query', count);
    await collectGarbage({
      store,
      logger: mockLogger(),
      policies: {
        promotions: KEEP_TWO,
        freight: KEEP_TWO,
        events: { maxRetained: 0, minAgeMs: 30 * DAY },
        ...policies,
      },
      nowMs: clock.now(),
      signal: new AbortController().signal,
      recordPromotion: async ({ metadata }) => {
        recorded.push(metadata.name);
      },
      ...over,
    }).finally(() => knex.off('query', count));
  }

  const left = async (kind: KindName) =>
    (await store.list(kind)).items.map(item => item.metadata.name);

  it('keeps the newest Promotions of a Stage, and the others in the audit log', async () => {
    await make(['p1', 'p2', 'p3', 'p4'].map(name => promotion(name)));
    await clock.advance(7 * DAY);
    await collect();
    expect(await left('Promotion')).toEqual(['p3', 'p4']);
    expect(recorded).toEqual(['p1', 'p2']);
  });

  it('keeps what is not old enough', async () => {
    await make(['p1', 'p2', 'p3', 'p4'].map(name => promotion(name)));
    await clock.advance(3 * DAY);
    await collect();
    expect(await left('Promotion')).toEqual(['p2', 'p3', 'p4']);
  });

  it.each(['Pending', 'Running'] as const)(
    'keeps a Promotion that is %s and all behind it',
    async phase => {
      await make([
        promotion('p1'),
        promotion('p2', { phase }),
        ...['p3', 'p4', 'p5'].map(name => promotion(name)),
      ]);
      await clock.advance(30 * DAY);
      await collect({ policies: { promotions: KEEP_NONE } });
      expect(await left('Promotion')).toEqual(['p2', 'p3', 'p4', 'p5']);
    },
  );

  it('keeps the Promotion that a Stage goes on from', async () => {
    await make([
      aStage({ status: { lastPromotion: { name: 'p1' } } }),
      ...['p1', 'p2', 'p3'].map(name => promotion(name)),
    ]);
    await clock.advance(30 * DAY);
    await collect({ policies: { promotions: KEEP_NONE } });
    expect(await left('Promotion')).toEqual(['p1']);
  });

  it.each<[string, StageStatus, string[]]>([
    ['nothing of it', {}, []],
    [
      'what a Stage holds, and all that is newer',
      { freightHistory: history('f2') },
      ['f2', 'f3', 'f4', 'f5'],
    ],
    [
      'what is held against automation',
      { autoPromotionHolds: hold('f2') },
      ['f2', 'f3', 'f4', 'f5'],
    ],
    [
      'what a Promotion that has just ended brought',
      {
        currentPromotion: {
          name: 'p',
          status: { phase: 'Succeeded', freightCollection: aCollection('f2') },
        },
      },
      ['f2', 'f3', 'f4', 'f5'],
    ],
    [
      'what is in the history of a Stage, and nothing else for it',
      { freightHistory: history('f5', 'f1') },
      ['f1', 'f5'],
    ],
  ])('keeps of old Freight %s', async (_, status, expected) => {
    await make([
      aStage({ status }),
      ...[1, 2, 3, 4, 5].map(day => freight(`f${day}`, day)),
    ]);
    await clock.advance(30 * DAY);
    await collect({ policies: { freight: KEEP_NONE } });
    expect(await left('Freight')).toEqual(expected);
  });

  it.each<[string, object, Partial<WarehouseStatus>]>([
    [
      'a configured manifest',
      { 'app.kubernetes.io/managed-by': 'kargo-manifests' },
      {},
    ],
    ['its Warehouse', {}, { lastFreightID: 'f2' }],
  ])(
    'keeps Freight that %s would make again, and nothing for it',
    async (_, labels, status) => {
      const [f1, f2, f3] = [1, 2, 3].map(day => freight(`f${day}`, day));
      await make([
        aWarehouse({ status }),
        f1,
        { ...f2, metadata: { ...f2.metadata, labels: { ...labels } } },
        f3,
      ]);
      await clock.advance(30 * DAY);
      await collect({ policies: { freight: KEEP_NONE } });
      expect(await left('Freight')).toEqual(['f2']);
    },
  );

  it('keeps Freight that waits to be promoted', async () => {
    await make([
      ...[1, 2, 3, 4].map(day => freight(`f${day}`, day)),
      aPromotion('p', { status: { phase: 'Pending' } }),
    ]);
    await clock.advance(30 * DAY);
    await collect({ policies: { freight: KEEP_NONE } });
    expect(await left('Freight')).toEqual(['f1', 'f2', 'f3', 'f4']);
  });

  it('keeps Freight that somebody promotes while others are deleted', async () => {
    await make([1, 2, 3, 4].map(day => freight(`f${day}`, day)));
    await clock.advance(30 * DAY);
    const remove = store.delete.bind(store);
    jest.spyOn(store, 'delete').mockImplementation(async key => {
      if (key.name === 'f1') {
        const status = { phase: 'Pending' as const };
        await store.create({
          ...aPromotion('p', { freight: 'f2', status }),
          kind: 'Promotion',
        });
      }
      return remove(key) as never;
    });
    await collect();
    expect(await left('Freight')).toEqual(['f2', 'f3', 'f4']);
  });

  it('keeps the newest Freight of a Warehouse', async () => {
    await make([1, 2, 3, 4].map(day => freight(`f${day}`, day)));
    await clock.advance(30 * DAY);
    await collect();
    expect(await left('Freight')).toEqual(['f3', 'f4']);
  });

  it('deletes Events by their age', async () => {
    const event = (name: string): Resource => ({
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { ...aStage().metadata, name },
    });
    await make([event('e1'), event('e2'), event('e3')]);
    await clock.advance(28 * DAY - 1);
    await collect();
    expect(await left('Event')).toEqual(['e2', 'e3']);
  });

  it('goes on when one cannot be deleted, and says so at the end', async () => {
    await make(['p1', 'p2', 'p3', 'p4'].map(name => promotion(name)));
    await clock.advance(7 * DAY);
    const failing: RetentionOptions['recordPromotion'] = async ({
      metadata,
    }) => {
      if (metadata.name === 'p1') {
        throw new Error('the audit log is full');
      }
    };
    await expect(collect({ recordPromotion: failing })).rejects.toThrow(
      '1 resources that are old enough could not be deleted',
    );
    expect(await left('Promotion')).toEqual(['p1', 'p3', 'p4']);
  });

  it('looks at little where there is nothing to delete', async () => {
    const many = Array.from({ length: 300 }, (_, i) => freight(`f${i}`, 1));
    for (const item of many) {
      await store.create(item);
    }
    await collect({ nowMs: Date.parse('2026-01-02T00:00:00Z') });
    expect(await left('Freight')).toHaveLength(300);
    expect(statements).toBeLessThan(10);
  });

  describe('of hundreds', () => {
    const names = Array.from({ length: 300 }, (_, i) => `s${i}`);
    let handedOut: number;

    beforeEach(() => {
      handedOut = 0;
      const list = store.list.bind(store);
      jest.spyOn(store, 'list').mockImplementation(async (...args) => {
        const page = await list(...args);
        handedOut += page.items.length;
        return page as never;
      });
    });

    it('reads the oldest of each group where all are young', async () => {
      for (const name of names) {
        await store.create(aStage({ metadata: { name } }));
        await store.create(freight(name, 1));
        await store.create(promotion(name));
      }
      await collect({ nowMs: Date.parse('2026-01-02T00:00:00Z') });
      expect(handedOut).toBe(2);
    });

    it('asks one Stage where it needs the oldest Freight', async () => {
      for (const name of names) {
        const status = { freightHistory: history('s0') };
        await store.create(aStage({ metadata: { name }, status }));
        await store.create(freight(name, 1));
      }
      await collect({ nowMs: Date.parse('2026-02-01T00:00:00Z') });
      expect(handedOut).toBe(2);
    });

    it('reads few more Promotions than go', async () => {
      await make(['old-1', 'old-2', 'old-3'].map(name => promotion(name)));
      await clock.advance(30 * DAY);
      for (const name of names) {
        await store.create(promotion(name));
      }
      await collect();
      expect(recorded).toEqual(['old-1', 'old-2', 'old-3']);
      expect(handedOut).toBeLessThan(10);
    });
  });

  it('stops when it is told to', async () => {
    await make(['p1', 'p2', 'p3'].map(name => promotion(name)));
    await clock.advance(30 * DAY);
    await expect(
      collect({ signal: AbortSignal.abort(new Error('stopping')) }),
    ).rejects.toThrow('stopping');
    expect(keyOf((await store.list('Promotion')).items[0]).name).toBe('p1');
  });
});
