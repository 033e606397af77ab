/* eslint-disable jest/no-export -- a contract is run by the tests of each adapter */
import type { CreateStore } from './StoreFixture';
import { createWidgetStore } from './createWidgetStore';
import { WatchRecorder } from './WatchRecorder';
import { aWidget, widgetKey } from './widgets';

/** What several writes that are made together promise. */
export function describeBatches(create: CreateStore): void {
  describe('writes made together', () => {
    it('are answered in their order, each with a revision of its own', async () => {
      const { store } = await createWidgetStore(create);
      await store.create(aWidget({ name: 'old' }));
      const written = await store.write([
        { create: aWidget({ name: 'b' }) },
        { patchStatus: { key: widgetKey('old'), patch: { phase: 'Ready' } } },
        { create: aWidget({ name: 'a' }) },
      ]);
      expect(written.map(({ metadata }) => metadata.name)).toEqual([
        'b',
        'old',
        'a',
      ]);
      const revisions = written.map(({ metadata }) =>
        Number(metadata.resourceVersion),
      );
      expect(revisions).toEqual([
        revisions[0],
        revisions[0] + 1,
        revisions[0] + 2,
      ]);
      for (const resource of written) {
        const key = widgetKey(resource.metadata.name);
        expect(await store.get(key)).toEqual(resource);
      }
    });

    it('are all made or none, and a conflict names its resource', async () => {
      const { store } = await createWidgetStore(create);
      await store.create(aWidget({ name: 'taken' }));
      const before = await store.list('Widget');
      await expect(
        store.write([
          { create: aWidget({ name: 'new' }) },
          { patchStatus: { key: widgetKey('taken'), patch: { a: 1 } } },
          { create: aWidget({ name: 'other' }) },
          { create: aWidget({ name: 'taken', metadata: { namespace: 'q' } }) },
          {
            patchStatus: {
              key: widgetKey('missing'),
              patch: { phase: 'Ready' },
            },
          },
        ]),
      ).rejects.toMatchObject({
        name: 'NotFoundError',
        message: 'Widget p/missing does not exist',
      });
      expect(await store.list('Widget')).toEqual(before);
      await expect(
        store.write([
          { create: aWidget({ name: 'new' }) },
          { create: aWidget({ name: 'taken' }) },
        ]),
      ).rejects.toMatchObject({
        name: 'ConflictError',
        message: 'Widget p/taken already exists',
      });
      expect(await store.list('Widget')).toEqual(before);
    });

    it('are refused together when one is for another revision', async () => {
      const { store, replica } = await createWidgetStore(create);
      await store.create(aWidget({ name: 'a' }));
      const { metadata } = await store.create(aWidget({ name: 'b' }));
      await replica.patchStatus(widgetKey('b'), { by: 'replica' });
      await expect(
        store.write([
          { patchStatus: { key: widgetKey('a'), patch: { by: 'store' } } },
          {
            patchStatus: {
              key: widgetKey('b'),
              patch: { by: 'store' },
              resourceVersion: metadata.resourceVersion,
            },
          },
        ]),
      ).rejects.toMatchObject({
        name: 'ConflictError',
        message: expect.stringContaining('Widget p/b was changed meanwhile'),
      });
      expect((await store.get(widgetKey('a'))).status).toBeUndefined();
      expect((await store.get(widgetKey('b'))).status).toEqual({
        by: 'replica',
      });
    });

    it('may depend on those before them', async () => {
      const { store } = await createWidgetStore(create);
      const [owner, owned] = await store.write([
        { create: aWidget({ name: 'owner' }) },
        {
          createAfter: ([{ metadata }]) =>
            aWidget({ name: 'owned', spec: { size: metadata.uid } }),
        },
      ]);
      expect(owned).toMatchObject({ spec: { size: owner.metadata.uid } });
    });

    it('delete with what is owned, all or nothing, and tell those after them the last state', async () => {
      const { store } = await createWidgetStore(create);
      const { uid } = (await store.create(aWidget({ name: 'owner' }))).metadata;
      const owner = { apiVersion: 'v1', kind: 'Widget', name: 'owner', uid };
      await store.create(
        aWidget({ name: 'owned', metadata: { ownerReferences: [owner] } }),
      );
      const deletion = { delete: { key: widgetKey('owner') } };
      await expect(
        store.write([
          deletion,
          { patch: { key: widgetKey('gone'), patch: { spec: {} } } },
        ]),
      ).rejects.toThrow('Widget p/gone');
      expect((await store.list('Widget')).items).toHaveLength(2);

      await store.write([
        deletion,
        {
          createAfter: ([{ metadata }]) =>
            aWidget({ name: 'told', spec: { size: metadata.uid } }),
        },
      ]);
      expect((await store.list('Widget')).items).toMatchObject([
        { metadata: { name: 'told' }, spec: { size: uid } },
      ]);
      await expect(store.write([deletion])).rejects.toThrow('Widget p/owner');
    });

    it('mark for deletion what has finalizers, for the revision that is meant', async () => {
      const { store } = await createWidgetStore(create);
      const key = widgetKey('a');
      const { metadata } = await store.create(
        aWidget({ name: 'a', metadata: { finalizers: ['example.org/keep'] } }),
      );
      await store.patch(key, { spec: { size: 'l' } });
      const { resourceVersion } = metadata;
      await expect(
        store.write([{ delete: { key, resourceVersion } }]),
      ).rejects.toMatchObject({ name: 'ConflictError' });
      const [marked] = await store.write([{ delete: { key } }]);
      expect(marked.metadata.deletionTimestamp).toEqual(expect.any(String));
      expect(await store.write([{ delete: { key } }])).toEqual([marked]);
    });

    it('keep what another replica wrote since they were last seen', async () => {
      const { store, replica } = await createWidgetStore(create);
      const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
      for (const name of names) {
        await store.create(aWidget({ name }));
        await replica.patch(widgetKey(name), { spec: { size: 'xl' } });
      }
      const written = await store.write(
        names.map(name => ({
          patchStatus: { key: widgetKey(name), patch: { phase: 'Ready' } },
        })),
      );
      for (const widget of written) {
        expect(widget).toMatchObject({
          spec: { size: 'xl' },
          status: { phase: 'Ready' },
        });
      }
    });

    it('patch several resources, or none when one of them is gone', async () => {
      const { store } = await createWidgetStore(create);
      await store.create(aWidget({ name: 'a', spec: { size: 's' } }));
      await store.create(aWidget({ name: 'b', spec: { size: 's' } }));
      const patchOf = (name: string, size: string) => ({
        patch: { key: widgetKey(name), patch: { spec: { size } } },
      });
      const sizes = async () =>
        (await store.list('Widget')).items.map(({ spec }) => spec.size);

      await store.write([patchOf('a', 'l'), patchOf('b', 'l')]);
      expect(await sizes()).toEqual(['l', 'l']);

      await expect(
        store.write([patchOf('a', 'xl'), patchOf('gone', 'xl')]),
      ).rejects.toThrow('Widget p/gone');
      expect(await sizes()).toEqual(['l', 'l']);
    });

    it('wake everybody whom one of them concerns', async () => {
      const { store, queue, clock } = await createWidgetStore(create);
      await store.create(aWidget({ name: 'red', spec: { colors: ['red'] } }));
      for (const claim of await queue.claimDue({ limit: 9, leaseForMs: 1 })) {
        await queue.settle(claim, 'never');
      }
      await store.write([
        { create: aWidget({ name: 'a', spec: { wakes: 'red' } }) },
        { create: aWidget({ name: 'b' }) },
      ]);
      await clock.advance(1_000);
      const claims = await queue.claimDue({ limit: 9, leaseForMs: 1 });
      expect(claims.map(({ key }) => key.name).sort()).toEqual([
        'a',
        'b',
        'red',
      ]);
    });

    it('are told to watches one by one', async () => {
      const { store } = await createWidgetStore(create);
      const { resourceVersion } = await store.list('Widget');
      const watch = WatchRecorder.start(store, { resourceVersion });
      const written = await store.write([
        { create: aWidget({ name: 'a' }) },
        { create: aWidget({ name: 'b' }) },
      ]);
      expect(await watch.take(2)).toEqual(['ADDED a', 'ADDED b']);
      expect(watch.events.map(event => event.resourceVersion)).toEqual(
        written.map(({ metadata }) => metadata.resourceVersion),
      );
      await watch.stop();
    });

    it('are each of another resource', async () => {
      const { store } = await createWidgetStore(create);
      const key = widgetKey('a');
      await expect(
        store.write([
          { create: aWidget({ name: 'a' }) },
          { createAfter: () => aWidget({ name: 'a' }) },
        ]),
      ).rejects.toThrow('Widget p/a is written twice in one batch');
      expect(await store.find(key)).toBeUndefined();
    });
  });
}
