import { JsonObject } from 'backstage-plugin-kargo-common';
import { Knex } from 'knex';
import { SqlResourceStore } from '../../adapters/store/SqlResourceStore';
import { FakeClock } from '../../testing/FakeClock';
import { openStore } from '../../testing/openStore';
import { aPromotion, aStage } from '../../testing/resourceBuilders';
import { StoreControlPlane } from './StoreControlPlane';

const TEST = { kind: 'Stage', namespace: 'demo', name: 'test' } as const;

describe('StoreControlPlane', () => {
  let knex: Knex;
  let store: SqlResourceStore;
  let controlPlane: StoreControlPlane;

  beforeEach(async () => {
    ({ knex, store } = await openStore(FakeClock.create()));
    const stage = aStage({ metadata: { name: 'test', namespace: 'demo' } });
    await store.create(stage);
    controlPlane = StoreControlPlane.create({
      store,
      aliases: { assertFree: async () => {} } as never,
      promotion: aPromotion('p1', { project: 'demo', stage: 'test' }),
      stage,
      secrets: [],
      unmasked: false,
    });
  });
  afterEach(() => knex.destroy());

  it.each<[string, JsonObject, JsonObject, JsonObject]>([
    ['other keys', { a: 1 }, { b: 2 }, { a: 1, b: 2 }],
    ['nothing of a value', { a: { x: 1 } }, { a: { y: 2 } }, { a: { y: 2 } }],
    ['no element of a list', { a: [1, 2] }, { a: [3] }, { a: [3] }],
    ['no value of another type', { a: { x: 1 } }, { a: 'x' }, { a: 'x' }],
    ['nothing of what is null', { a: 1, b: 2 }, { a: null }, { b: 2 }],
  ])('keeps %s when metadata is set', async (_, before, values, expected) => {
    await controlPlane.setMetadata(TEST, before);
    await controlPlane.setMetadata(TEST, values);
    const { status } = await store.get(TEST);
    expect(status?.metadata).toEqual(expected);
  });

  it('writes nothing that is there', async () => {
    await controlPlane.setMetadata(TEST, { a: { x: 1 } });
    const before = await store.get(TEST);
    await controlPlane.setMetadata(TEST, { a: { x: 1 } });
    await expect(store.get(TEST)).resolves.toEqual(before);
  });

  it('leaves the value of one of two who set it at once', async () => {
    await controlPlane.setMetadata(TEST, { a: { x: 0, y: 0 } });
    const read = twoAtOnce(store);
    const one = { a: { x: 1 } };
    const other = { a: { y: 2 } };
    await Promise.all([
      controlPlane.setMetadata(TEST, one),
      controlPlane.setMetadata(TEST, other),
    ]);
    expect(read).toHaveBeenCalledTimes(3);
    const { status } = await store.get(TEST);
    expect([one, other]).toContainEqual(status?.metadata);
  });

  it('gives up, naming the resource, when others write it all the time', async () => {
    const get = store.get.bind(store);
    jest.spyOn(store, 'get').mockImplementation(async key => {
      const read = await get(key);
      await store.patchStatus(TEST, {
        metadata: { n: read.metadata.resourceVersion },
      });
      return read;
    });
    await expect(controlPlane.setMetadata(TEST, { a: 1 })).rejects.toThrow(
      'Stage "test" is being written by others all the time',
    );
  });

  it('names a resource that is missing', async () => {
    await expect(
      controlPlane.setMetadata({ kind: 'Freight', name: 'f' }, { a: 1 }),
    ).rejects.toThrow('f');
  });
});

/** Holds the next two who read until both have read. */
function twoAtOnce(store: SqlResourceStore) {
  const get = store.get.bind(store);
  const waiting: Array<() => void> = [];
  return jest.spyOn(store, 'get').mockImplementation(async key => {
    const read = await get(key);
    if (waiting.length < 2) {
      await new Promise<void>(resolve => {
        waiting.push(resolve);
        if (waiting.length === 2) {
          waiting.forEach(release => release());
        }
      });
    }
    return read;
  });
}
