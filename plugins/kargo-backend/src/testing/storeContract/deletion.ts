/* eslint-disable jest/no-export -- a contract is run by the tests of each adapter */
import type { CreateStore } from './StoreFixture';
import { createWidgetStore } from './createWidgetStore';
import { aWidget, Widget, widgetKey } from './widgets';

function ownedBy(...owners: Widget[]) {
  return owners.map(({ apiVersion, kind, metadata: { name, uid } }) => ({
    apiVersion,
    kind,
    name,
    uid,
    controller: true,
  }));
}

/** What delete promises. */
export function describeDeletion(create: CreateStore): void {
  describe('delete', () => {
    it('removes and returns the last state', async () => {
      const { store } = await createWidgetStore(create);
      await store.create(
        aWidget({ spec: { colors: ['red'] }, status: { x: 1 } }),
      );
      const last = await store.delete(widgetKey());
      expect(last).toMatchObject({
        spec: { colors: ['red'] },
        status: { x: 1 },
      });
      expect(await store.find(widgetKey())).toBeUndefined();
      const index = { name: 'color', value: 'red' };
      expect(await store.count('Widget', { index })).toBe(0);
      const recreated = await store.create(aWidget());
      expect(recreated.metadata.uid).not.toBe(last.metadata.uid);
    });

    it('marks while finalizers remain and removes with the last of them', async () => {
      const { store, clock } = await createWidgetStore(create);
      const finalizers = ['one', 'two'];
      await store.create(aWidget({ metadata: { finalizers } }));
      await clock.advance(5_000);

      const marked = await store.delete(widgetKey());
      expect(marked.metadata).toMatchObject({
        deletionTimestamp: '2026-01-01T00:00:05Z',
        finalizers,
        generation: 1,
      });
      await clock.advance(5_000);
      expect(await store.delete(widgetKey())).toEqual(marked);

      await store.patch(widgetKey(), { metadata: { finalizers: ['two'] } });
      expect(await store.find(widgetKey())).toBeDefined();
      await store.patch(widgetKey(), { metadata: { finalizers: null } });
      expect(await store.find(widgetKey())).toBeUndefined();
    });

    it('takes no new finalizer while it goes', async () => {
      const { store } = await createWidgetStore(create);
      await store.create(aWidget({ metadata: { finalizers: ['one'] } }));
      await store.delete(widgetKey());
      await expect(
        store.patch(widgetKey(), { metadata: { finalizers: ['one', 'new'] } }),
      ).rejects.toMatchObject({ name: 'InputError' });
    });

    it('deletes what it owns, level by level, and wakes all', async () => {
      const { store, queue } = await createWidgetStore(create);
      const root = await store.create(aWidget({ name: 'root' }));
      const child = await store.create(
        aWidget({
          name: 'child',
          metadata: { ownerReferences: ownedBy(root) },
        }),
      );
      await store.create(
        aWidget({
          name: 'grandchild',
          metadata: { namespace: 'q', ownerReferences: ownedBy(child) },
        }),
      );
      await store.create(aWidget({ name: 'stranger' }));
      for (const claim of await queue.claimDue({ limit: 9, leaseForMs: 1 })) {
        await queue.settle(claim, 'never');
      }

      await store.delete(widgetKey('root'));

      const { items } = await store.list('Widget');
      expect(items.map(item => item.metadata.name)).toEqual(['stranger']);
      const claims = await queue.claimDue({ limit: 9, leaseForMs: 1 });
      expect(claims.map(claim => claim.key.name).sort()).toEqual([
        'child',
        'grandchild',
        'root',
      ]);
    });

    it('keeps what another owner still holds', async () => {
      const { store } = await createWidgetStore(create);
      const a = await store.create(aWidget({ name: 'a' }));
      const b = await store.create(aWidget({ name: 'b' }));
      await store.create(
        aWidget({ name: 'c', metadata: { ownerReferences: ownedBy(a, b) } }),
      );
      await store.delete(widgetKey('a'));
      expect(await store.find(widgetKey('c'))).toBeDefined();
      await store.delete(widgetKey('b'));
      expect(await store.find(widgetKey('c'))).toBeUndefined();
    });

    it('marks what it owns when that has finalizers', async () => {
      const { store } = await createWidgetStore(create);
      const owner = await store.create(aWidget({ name: 'owner' }));
      await store.create(
        aWidget({
          name: 'owned',
          metadata: {
            ownerReferences: ownedBy(owner),
            finalizers: ['one'],
          },
        }),
      );
      await store.delete(widgetKey('owner'));
      const owned = await store.get(widgetKey('owned'));
      expect(owned.metadata.deletionTimestamp).toBe('2026-01-01T00:00:00Z');
      await store.patch(widgetKey('owned'), { metadata: { finalizers: [] } });
      expect(await store.find(widgetKey('owned'))).toBeUndefined();
    });

    it('deletes what it owns when its last finalizer goes', async () => {
      const { store } = await createWidgetStore(create);
      const owner = await store.create(
        aWidget({ name: 'owner', metadata: { finalizers: ['one'] } }),
      );
      await store.create(
        aWidget({
          name: 'owned',
          metadata: { ownerReferences: ownedBy(owner) },
        }),
      );
      await store.delete(widgetKey('owner'));
      expect(await store.find(widgetKey('owned'))).toBeDefined();
      await store.replace(aWidget({ name: 'owner' }));
      expect(await store.count('Widget')).toBe(0);
    });

    it('follows owners that were set later', async () => {
      const { store } = await createWidgetStore(create);
      const owner = await store.create(aWidget({ name: 'owner' }));
      await store.create(aWidget({ name: 'owned' }));
      await store.patch(widgetKey('owned'), {
        metadata: { ownerReferences: ownedBy(owner) },
      });
      await store.create(
        aWidget({
          name: 'freed',
          metadata: { ownerReferences: ownedBy(owner) },
        }),
      );
      await store.patch(widgetKey('freed'), {
        metadata: { ownerReferences: null },
      });
      await store.delete(widgetKey('owner'));
      const { items } = await store.list('Widget');
      expect(items.map(item => item.metadata.name)).toEqual(['freed']);
    });
  });
}
