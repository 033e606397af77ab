import { keyOf, Warehouse } from 'backstage-plugin-kargo-common';
import {
  AnySubscriptionType,
  createSubscriptionType,
  UpstreamUnavailableError,
} from 'backstage-plugin-kargo-node';
import { setImmediate } from 'node:timers/promises';
import { Knex } from 'knex';
import { z } from 'zod';
import { SqlResourceStore } from '../../../adapters/store/SqlResourceStore';
import { toTimestamp } from '../../../logic/timestamps';
import { FakeClock } from '../../../testing/FakeClock';
import { openStore } from '../../../testing/openStore';
import { mockLogger } from '../../../testing/mockLogger';
import { metadataOf } from '../../../testing/resourceBuilders';
import { AliasSource } from '../../admission/AliasSource';
import { silentProgress } from '../../runtime/progress';
import { WarehouseController } from './WarehouseController';

jest.setTimeout(120_000);

const NOW = Date.parse('2026-06-01T00:00:00Z');

type Discover = AnySubscriptionType['discover'];

describe('a discovery', () => {
  let knex: Knex;
  let store: SqlResourceStore;
  let warehouse: Warehouse;

  beforeEach(async () => {
    const clock = FakeClock.create(NOW);
    ({ knex, store } = await openStore(clock));
    warehouse = await store.create({
      apiVersion: 'kargo.akuity.io/v1alpha1',
      kind: 'Warehouse',
      metadata: metadataOf('images'),
      spec: {
        interval: '5m0s',
        freightCreationPolicy: 'Automatic',
        subscriptions: [{ made: {} } as never],
      },
    });
  });

  afterEach(() => knex.destroy());

  /** Looks at the Warehouse once, with a subscription that is asked by a function. */
  function look(
    discover: Discover,
    signal = new AbortController().signal,
    more: Partial<AnySubscriptionType> = {},
  ) {
    const ids = { uuid: () => 'id', ulid: () => '01J0000000000000000000000A' };
    const type = createSubscriptionType({
      id: 'made',
      description: 'Is made for a test',
      config: z.looseObject({}),
      describe: () => 'made',
      repoURLs: () => [],
      discover: discover as never,
      ...(more as object),
    });
    const controller = WarehouseController.create({
      store,
      ids,
      events: { publishWith: writes => store.write(writes) },
      aliases: AliasSource.create({ store, ids, random: () => 0.5 }),
      progress: silentProgress,
      minimumIntervalMs: 0,
      subscriptionTypes: new Map([[type.id, type as AnySubscriptionType]]),
      credentials: { find: async () => undefined },
      credentialVersions: { versionsOf: async () => [''] },
      logger: mockLogger(),
      random: () => 0.5,
    });
    return controller.reconcile(keyOf(warehouse), {
      nowMs: NOW,
      now: toTimestamp(NOW),
      signal,
      attempts: 0,
      queueDelayMs: 0,
    });
  }

  const phase = async () => {
    const { status } = await store.get({
      ...keyOf(warehouse),
      kind: 'Warehouse',
    });
    return status?.conditions?.find(({ type }) => type === 'Ready')?.reason;
  };

  const failures = async () => {
    const { status } = await store.get({
      ...keyOf(warehouse),
      kind: 'Warehouse',
    });
    return status?.subscriptionFailures;
  };

  it.each<[what: string, answer: unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['no discovery', { state: 1 }],
    ['a discovery without a result', { discovery: { kind: 'generic' } }],
    ['a kind that there is not', { discovery: { kind: 'npm', result: {} } }],
  ])('fails where an extension answers %s', async (_, answer) => {
    await look(async () => answer as never);
    expect(await phase()).toBe('DiscoveryFailure');
    expect(await failures()).toMatchObject([
      {
        subscription: 'made',
        message: expect.stringContaining(
          "the subscription type 'made' answered no discovery",
        ),
      },
    ]);
  });

  it('fails where what an extension answers cannot be kept', async () => {
    const state: Record<string, unknown> = {};
    state.self = state;
    const discovery = { kind: 'generic', result: { artifactReferences: [] } };
    await look(async () => ({ discovery, state } as never));
    expect(await failures()).toMatchObject([
      { message: 'no JSON: Converting circular structure to JSON' },
    ]);
  });

  it.each([
    [NaN, '2026-06-01T00:00:0'],
    [Infinity, '2026-06-02T00:00:00Z'],
    [NOW + 3_600_000, '2026-06-01T01:00:00Z'],
  ])('asks again where a host names %d as the time', async (retryAt, told) => {
    await look(async () => {
      throw new UpstreamUnavailableError('a.example', 'down', { retryAt });
    });
    expect(await failures()).toMatchObject([
      { message: 'down', retryAt: expect.stringContaining(told) },
    ]);
  });

  it('fails where an extension cannot say what a subscription is', async () => {
    await look(
      async () => {
        throw new Error('there is nothing');
      },
      undefined,
      {
        describe: () => {
          throw new Error('no idea');
        },
      },
    );
    expect(await failures()).toMatchObject([
      { subscription: 'made', message: 'there is nothing' },
    ]);
  });

  it('gives an extension what its schema makes of a subscription', async () => {
    const told: unknown[] = [];
    const discover: Discover = async config => {
      told.push(config);
      throw new Error('there is nothing');
    };
    const config = z.object({ limit: z.number().default(20) });
    await look(discover, undefined, { config });
    expect(told).toEqual([{ limit: 20 }]);
  });

  it('asks nobody with what the schema of an extension refuses', async () => {
    const discover = jest.fn();
    const config = z.object({ url: z.string() });
    await look(discover, undefined, { config });
    expect(discover).not.toHaveBeenCalled();
    expect(await failures()).toMatchObject([
      { message: expect.stringContaining('made.url: Invalid input') },
    ]);
  });

  it('begins to ask before it has been announced, and is announced all the same', async () => {
    const write = store.write.bind(store);
    let begin = () => {};
    const begun = new Promise<void>(resolve => {
      begin = resolve;
    });
    let announced = false;
    jest.spyOn(store, 'write').mockImplementationOnce(async writes => {
      await begun;
      const written = await write(writes);
      announced = true;
      return written;
    });
    await look(async () => {
      begin();
      while (!announced) {
        await setImmediate();
      }
      expect(await phase()).toBe('DiscoveryInProgress');
      throw new Error('there is nothing');
    });
    expect(await phase()).toBe('DiscoveryFailure');
  });

  it('stops asking when the Warehouse was changed before it could be announced', async () => {
    let stopped: unknown;
    const write = store.write.bind(store);
    jest.spyOn(store, 'write').mockImplementationOnce(async writes => {
      await store.patch(
        { ...keyOf(warehouse), kind: 'Warehouse' },
        { metadata: { annotations: { 'a.example': 'b' } } },
      );
      return write(writes);
    });
    const looking = look(
      (_config, _previous, { signal }) =>
        new Promise((_, reject) => {
          signal.addEventListener('abort', () => {
            stopped = signal.reason;
            reject(signal.reason);
          });
        }),
    );
    await expect(looking).rejects.toMatchObject({ name: 'ConflictError' });
    expect(stopped).toMatchObject({ name: 'ConflictError' });
  });

  const found = (tag: string) =>
    ({
      discovery: {
        kind: 'image',
        result: {
          repoURL: 'registry.example/web',
          references: [{ tag, digest: `sha256:${'0'.repeat(64)}` }],
        },
      },
    } as never);
  const tagsOfFreight = async () =>
    (await store.list('Freight')).items.flatMap(({ images = [] }) =>
      images.map(({ tag }) => tag),
    );
  const discovered = async () => {
    const { status } = await store.get({
      ...keyOf(warehouse),
      kind: 'Warehouse',
    });
    return status?.discoveredArtifacts?.images?.[0].references[0].tag;
  };

  const askForRefresh = (token: string) =>
    store.patch(
      { ...keyOf(warehouse), kind: 'Warehouse' },
      { metadata: { annotations: { 'kargo.akuity.io/refresh': token } } },
    );

  it('records nothing once another replica has looked after it', async () => {
    const looking = look(async () => {
      await look(async () => found('1.1.0'));
      return found('1.0.0');
    });
    await expect(looking).rejects.toMatchObject({ name: 'ConflictError' });
    expect(await tagsOfFreight()).toEqual(['1.1.0']);
    expect(await discovered()).toBe('1.1.0');
  });

  it('records what it has found although somebody asks for another look meanwhile', async () => {
    await look(async () => {
      await askForRefresh('now');
      return found('1.0.0');
    });
    expect(await tagsOfFreight()).toEqual(['1.0.0']);
    expect(await discovered()).toBe('1.0.0');
  });

  it('records what it has found although somebody makes the same Freight meanwhile', async () => {
    const write = store.write.bind(store);
    const spy = jest.spyOn(store, 'write');
    await look(async () => {
      spy.mockImplementationOnce(async writes => {
        const [draft] = writes.flatMap(each =>
          'create' in each ? [each.create] : [],
        );
        await write([{ create: draft }]);
        return write(writes);
      });
      return found('1.0.0');
    });
    expect(await tagsOfFreight()).toEqual(['1.0.0']);
    const { status } = await store.get({
      ...keyOf(warehouse),
      kind: 'Warehouse',
    });
    expect(
      status?.conditions?.find(({ type }) => type === 'FreightCreated'),
    ).toMatchObject({ reason: 'AlreadyExists' });
  });

  it('keeps when it last found something while nothing can be read, and tries again in a while', async () => {
    const status = async () =>
      (await store.get({ ...keyOf(warehouse), kind: 'Warehouse' })).status;
    const fail = jest.fn(async () => {
      throw Object.assign(new Error('come back later'), {
        retryAt: NOW + 3_600_000,
      });
    });
    expect(await look(fail)).toEqual({ kind: 'after', ms: 3_600_000 });
    expect(await status()).not.toHaveProperty('discoveredArtifacts');
    // Whatever wakes it now, nobody is asked.
    expect(await look(fail)).toEqual({ kind: 'after', ms: 3_600_000 });
    expect(fail).toHaveBeenCalledTimes(1);
    await askForRefresh('1');
    await look(async () => found('1.0.0'));
    const discoveredAt = toTimestamp(NOW - 600_000);
    await store.patchStatus(
      { ...keyOf(warehouse), kind: 'Warehouse' },
      { discoveredArtifacts: { discoveredAt } },
    );
    await look(fail);
    expect(await status()).toMatchObject({
      discoveredArtifacts: {
        discoveredAt,
        images: [{ references: [{ tag: '1.0.0' }] }],
      },
    });
    expect(await look(fail)).toEqual({ kind: 'after', ms: 3_600_000 });
    expect(fail).toHaveBeenCalledTimes(2);
    await askForRefresh('2');
    await look(async () => found('1.1.0'));
    expect((await status())?.discoveredArtifacts?.discoveredAt).toBe(
      toTimestamp(NOW),
    );
  });

  it('leaves what waits for its time alone when the interval of the others is over', async () => {
    const key = { ...keyOf(warehouse), kind: 'Warehouse' as const };
    await store.patch(key, {
      spec: { subscriptions: [{ made: { from: 'well' } }, { made: {} }] },
    });
    const asked: unknown[] = [];
    const discover = async ({ from = 'busy' }: { from?: string }) => {
      asked.push(from);
      if (from === 'busy') {
        throw Object.assign(new Error('come back later'), {
          retryAt: NOW + 3_600_000,
        });
      }
      return found('1.0.0');
    };
    const elapse = () =>
      store.patchStatus(key, {
        discoveredArtifacts: { discoveredAt: toTimestamp(NOW - 300_000) },
      });
    await look(discover);
    await elapse();
    expect(await look(discover)).toMatchObject({ kind: 'after', ms: 315_000 });
    expect(asked).toEqual(['well', 'busy', 'well']);
    const { status } = await store.get(key);
    expect(status).toMatchObject({
      discoveredArtifacts: { discoveredAt: toTimestamp(NOW) },
      subscriptionFailures: [{ index: 1, attempts: 1 }],
    });
    await askForRefresh('1');
    await look(discover);
    expect(asked.slice(3)).toEqual(['well', 'busy']);
  });

  it('does not hold the failures of another subscription against a new one', async () => {
    const fail = async () => {
      throw new Error('there is nothing');
    };
    await look(fail);
    const { status } = await store.get({
      ...keyOf(warehouse),
      kind: 'Warehouse',
    });
    const [failure] = status?.subscriptionFailures ?? [];
    const others = { ...failure, subscription: 'image other', attempts: 9 };
    await store.patchStatus(
      { ...keyOf(warehouse), kind: 'Warehouse' },
      { subscriptionFailures: [others] },
    );
    await askForRefresh('1');
    expect(await look(fail)).toEqual({ kind: 'after', ms: 1_000 });
  });

  it('ends with what stopped it', async () => {
    const controller = new AbortController();
    const looking = look(
      (_config, _previous, { signal }) =>
        new Promise((_, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason));
          controller.abort(new Error('the engine is stopping'));
        }),
      controller.signal,
    );
    await expect(looking).rejects.toThrow('the engine is stopping');
  });
});
