import { JsonObject } from 'backstage-plugin-kargo-common';
import { Knex } from 'knex';
import { SqlResourceStore } from '../../adapters/store/SqlResourceStore';
import { FakeClock } from '../../testing/FakeClock';
import { openStore } from '../../testing/openStore';
import { aFreight, aPromotion, aStage } from '../../testing/resourceBuilders';
import { AliasSource } from '../admission/AliasSource';
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
    const ids = { uuid: () => 'id', ulid: () => 'id' };
    controlPlane = StoreControlPlane.create({
      store,
      aliases: AliasSource.create({ store, ids, random: () => 0.5 }),
      promotion: aPromotion('p1', { project: 'demo', stage: 'test' }),
      stage,
      secrets: [],
      unmasked: false,
    });
  });
  afterEach(() => knex.destroy());

  it.each<[string, string, string | undefined]>([
    ['another alias', 'release-17', undefined],
    ['the alias that it has', 'f1-alias', undefined],
    ['its own name', 'f1', undefined],
    ['the alias of another', 'f2-alias', 'belongs to another Freight'],
    ['the name of another', 'f2', 'is the name of a Freight'],
    ['no legal alias', 'release 17', 'the alias "release 17": expected at'],
  ])('gives Freight %s, or says why not', async (_, alias, refusal) => {
    for (const name of ['f1', 'f2']) {
      await store.create({
        ...aFreight(name),
        alias: `${name}-alias`,
        metadata: { ...aFreight(name).metadata, namespace: 'demo' },
      });
    }
    const said = await controlPlane.setFreightAlias('f1', alias).then(
      () => 'done',
      error => error.message,
    );
    expect(said).toContain(refusal ?? 'done');
    const f1 = await store.get({ ...TEST, kind: 'Freight', name: 'f1' });
    expect(f1.alias).toBe(refusal ? 'f1-alias' : alias);
  });

  it.each<[string, JsonObject, JsonObject, JsonObject]>([
    ['other keys', { a: 1 }, { b: 2 }, { a: 1, b: 2 }],
    ['nothing of a value', { a: { x: 1 } }, { a: { y: 2 } }, { a: { y: 2 } }],
    ['no element of a list', { a: [1, 2] }, { a: [3] }, { a: [3] }],
    ['no value of another type', { a: { x: 1 } }, { a: 'x' }, { a: 'x' }],
    ['nothing of what is null', { a: 1, b: 2 }, { a: null }, { b: 2 }],
    [
      'what is null within a value',
      { a: { x: 1 } },
      { a: { x: null, y: [null] } },
      { a: { x: null, y: [null] } },
    ],
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
