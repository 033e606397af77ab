/* eslint-disable jest/no-export -- a contract is run by the tests of each adapter */
import type { CreateStore } from './StoreFixture';
import { createWidgetStore } from './createWidgetStore';
import { WatchRecorder } from './WatchRecorder';
import { aWidget, Widget, widgetKey } from './widgets';

const range = (length: number) => Array.from({ length }, (_, index) => index);

/** What holds when many write at once. */
export function describeConcurrency(create: CreateStore): void {
  describe('at once', () => {
    it('only one of many creates of a key succeeds', async () => {
      const { store, replica } = await createWidgetStore(create);
      const results = await Promise.allSettled(
        range(10).map(index => (index % 2 ? store : replica).create(aWidget())),
      );
      const refused = results.filter(result => result.status === 'rejected');
      expect(refused).toHaveLength(9);
      for (const { reason } of refused) {
        expect(reason).toMatchObject({ name: 'ConflictError' });
      }
    });

    it('only one of many gets a value that one alone may have', async () => {
      const { store, replica } = await createWidgetStore(create);
      for (const index of range(10)) {
        await store.create(aWidget({ name: `w${index}` }));
      }
      const results = await Promise.allSettled(
        range(10).map(index =>
          (index % 2 ? store : replica).patch(widgetKey(`w${index}`), {
            spec: { badge: 'gold' },
          }),
        ),
      );
      const refused = results.filter(result => result.status === 'rejected');
      expect(refused).toHaveLength(9);
      for (const { reason } of refused) {
        expect(reason).toMatchObject({ name: 'ConflictError' });
      }
      const held = { index: { name: 'badge', value: 'gold' } };
      expect(await store.count('Widget', held)).toBe(1);
    });

    it('status patches of different keys do not erase each other', async () => {
      const { store, replica } = await createWidgetStore(create);
      await store.create(aWidget());
      await Promise.all(
        range(30).map(index =>
          (index % 2 ? store : replica).patchStatus(widgetKey(), {
            [`k${index}`]: index,
          }),
        ),
      );
      const { status } = await store.get(widgetKey());
      expect(status).toEqual(
        Object.fromEntries(range(30).map(index => [`k${index}`, index])),
      );
    });

    it('only one of many writes for the same revision succeeds', async () => {
      const { store, replica } = await createWidgetStore(create);
      const { metadata } = await store.create(aWidget());
      const { resourceVersion } = metadata;
      const results = await Promise.allSettled(
        range(10).map(index =>
          (index % 2 ? store : replica).patch(
            widgetKey(),
            { spec: { size: String(index) } },
            { resourceVersion },
          ),
        ),
      );
      const passed = results.filter(result => result.status === 'fulfilled');
      expect(passed).toHaveLength(1);
    });

    it('deleting an owner and writing what it owns do not block each other', async () => {
      const { store, replica } = await createWidgetStore(create);
      for (const round of range(5)) {
        const owner = await store.create(aWidget({ name: `owner-${round}` }));
        const { apiVersion, kind, metadata } = owner;
        const { name, uid } = metadata;
        const ownerReferences = [{ apiVersion, kind, name, uid }];
        const children = range(5).map(index => `child-${round}-${index}`);
        for (const child of children) {
          await store.create(
            aWidget({ name: child, metadata: { ownerReferences } }),
          );
        }
        const writes = children.map(child =>
          replica.patchStatus(widgetKey(child), { x: 1 }),
        );
        const deletion = store.delete(widgetKey(name));
        const results = await Promise.allSettled([...writes, deletion]);
        // Who came after the deletion is told so; nobody was caught in a deadlock.
        const refused = results
          .filter(result => result.status === 'rejected')
          .map(result => (result.reason as Error).name);
        expect(refused.filter(error => error !== 'NotFoundError')).toEqual([]);
        expect(await store.count('Widget')).toBe(0);
      }
    });

    it('a watch misses nothing, repeats nothing and keeps the order', async () => {
      const { store, replica } = await createWidgetStore(create);
      for (const index of range(150)) {
        await store.create(aWidget({ name: `old-${index}` }));
      }
      const recorder = WatchRecorder.start(store);
      await Promise.all(
        range(8).map(async writer => {
          const own = writer % 2 ? store : replica;
          for (const index of range(12)) {
            const name = `new-${writer}-${index}`;
            await own.create(aWidget({ name }));
            await own.patchStatus(widgetKey(`old-${index}`), { [name]: 1 });
            if (index % 3 === 0) {
              await own.delete(widgetKey(name));
            }
          }
        }),
      );
      // A write of the watched replica, so that it looks for the others' as well.
      await store.create(aWidget({ name: 'zz-last' }));
      const state = await followUntil(recorder, 'zz-last');

      const { items } = await store.list('Widget');
      const expected = items.map(item => [item.metadata.name, item] as const);
      expect(state).toEqual(new Map(expected));
      await recorder.stop();
    });
  });
}

/** Builds the state that a client of the watch would have, checking each event against it. */
async function followUntil(
  recorder: WatchRecorder,
  lastName: string,
): Promise<Map<string, Widget>> {
  const state = new Map<string, Widget>();
  for (let index = 0; !state.has(lastName); index++) {
    await recorder.take(1);
    const event = recorder.events[index];
    if (event.type === 'BOOKMARK') {
      continue;
    }
    const { name, resourceVersion } = event.object.metadata;
    const known = state.get(name);
    expect(Boolean(known)).toBe(event.type !== 'ADDED');
    if (known) {
      expect(Number(resourceVersion)).toBeGreaterThan(
        Number(known.metadata.resourceVersion),
      );
    }
    if (event.type === 'DELETED') {
      state.delete(name);
    } else {
      state.set(name, event.object);
    }
  }
  return state;
}
