/* eslint-disable jest/no-export -- a contract is run by the tests of each adapter */
import type { CreateStore } from './StoreFixture';
import { createWidgetStore } from './createWidgetStore';
import { WatchRecorder } from './WatchRecorder';
import { aWidget, widgetKey } from './widgets';

/** What watch promises. */
export function describeWatches(create: CreateStore): void {
  describe('watch', () => {
    it('sends what exists, then every change in order', async () => {
      const { store } = await createWidgetStore(create);
      await store.create(aWidget({ name: 'a' }));
      const recorder = WatchRecorder.start(store);
      expect(await recorder.take(1)).toEqual(['ADDED a']);

      await store.create(aWidget({ name: 'b' }));
      const changed = await store.patchStatus(widgetKey('a'), { x: 1 });
      const last = await store.delete(widgetKey('b'));

      expect(await recorder.take(3)).toEqual([
        'ADDED b',
        'MODIFIED a',
        'DELETED b',
      ]);
      expect(recorder.events[2]).toEqual({
        type: 'MODIFIED',
        object: changed,
        resourceVersion: changed.metadata.resourceVersion,
      });
      expect(recorder.events[3]).toMatchObject({
        object: { metadata: { uid: last.metadata.uid } },
      });
      const versions = recorder.events.map(e => Number(e.resourceVersion));
      expect(versions).toEqual([...versions].sort((a, b) => a - b));
      await recorder.stop();
    });

    it('sends what exists over many pages, each resource once', async () => {
      const { store } = await createWidgetStore(create);
      const names = Array.from({ length: 230 }, (_, index) => `w${index}`);
      for (const name of names) {
        await store.create(aWidget({ name }));
      }
      const recorder = WatchRecorder.start(store);
      const seen = await recorder.take(names.length);
      expect(new Set(seen)).toEqual(new Set(names.map(n => `ADDED ${n}`)));
      await store.create(aWidget({ name: 'last' }));
      expect(await recorder.take(1)).toEqual(['ADDED last']);
      await recorder.stop();
    });

    it('is exact although things change between the pages that it begins with', async () => {
      const { store } = await createWidgetStore(create);
      const names = Array.from(
        { length: 120 },
        (_, index) => `w${String(index).padStart(3, '0')}`,
      );
      for (const name of names) {
        await store.create(aWidget({ name }));
      }
      // The first page ends between two of one name.
      await store.create(
        aWidget({ name: 'w099', metadata: { namespace: 'q' } }),
      );
      const over = new AbortController();
      const { signal } = over;
      const watch = store.watch('Widget', { signal })[Symbol.asyncIterator]();
      const take = async (count: number) => {
        const seen: string[] = [];
        while (seen.length < count) {
          const { value } = await watch.next();
          const { name, namespace } = value.object.metadata;
          seen.push(`${value.type} ${name}/${namespace}`);
        }
        return seen;
      };
      const added = (name: string) => `ADDED ${name}/p`;
      expect(await take(100)).toEqual(names.slice(0, 100).map(added));

      await store.patchStatus(widgetKey('w000'), { x: 1 });
      await store.patchStatus(widgetKey('w099', 'q'), { x: 1 });
      await store.patchStatus(widgetKey('w099'), { x: 1 });
      await store.delete(widgetKey('w050'));
      await store.create(aWidget({ name: 'w000a' }));
      await store.patchStatus(widgetKey('w110'), { x: 1 });
      await store.delete(widgetKey('w111'));
      await store.create(aWidget({ name: 'w112a' }));

      // What was sent already has changed; of the rest only what it is now is sent.
      expect(await take(4)).toEqual([
        'MODIFIED w000/p',
        'MODIFIED w099/p',
        'DELETED w050/p',
        'ADDED w000a/p',
      ]);
      const rest = names.slice(100).filter(name => name !== 'w111');
      expect(await take(21)).toEqual([
        'ADDED w099/q',
        ...[...rest, 'w112a'].sort().map(added),
      ]);
      await store.create(aWidget({ name: 'last' }));
      expect(await take(1)).toEqual(['ADDED last/p']);
      over.abort();
      await watch.return?.();
    });

    it('goes on from a revision', async () => {
      const { store } = await createWidgetStore(create);
      await store.create(aWidget({ name: 'a' }));
      const { resourceVersion } = await store.list('Widget');
      await store.create(aWidget({ name: 'b' }));
      const recorder = WatchRecorder.start(store, { resourceVersion });
      expect(await recorder.take(1)).toEqual(['ADDED b']);
      await store.delete(widgetKey('a'));
      expect(await recorder.take(1)).toEqual(['DELETED a']);
      await recorder.stop();
    });

    it('starts with what exists when asked from 0, as Kubernetes does', async () => {
      const { store } = await createWidgetStore(create);
      await store.create(aWidget({ name: 'a' }));
      const recorder = WatchRecorder.start(store, { resourceVersion: '0' });
      expect(await recorder.take(1)).toEqual(['ADDED a']);
      await recorder.stop();
    });

    it('sees other namespaces and kinds only when asked', async () => {
      const { store } = await createWidgetStore(create);
      const recorder = WatchRecorder.start(store, { namespace: 'p' });
      await store.create(aWidget({ metadata: { namespace: 'q' } }));
      await store.create({ ...aWidget({ name: 'g' }), kind: 'Gadget' });
      await store.create(aWidget({ name: 'mine' }));
      expect(await recorder.take(1)).toEqual(['ADDED mine']);
      await recorder.stop();
    });

    it('makes objects come and go as they start and stop matching', async () => {
      const { store } = await createWidgetStore(create);
      await store.create(aWidget({ name: 'a', spec: { colors: ['red'] } }));
      await store.create(aWidget({ name: 'b', spec: { colors: ['blue'] } }));
      const recorder = WatchRecorder.start(store, {
        index: { name: 'color', value: 'red' },
        labels: [{ key: 'hidden', operator: 'DoesNotExist' }],
      });
      expect(await recorder.take(1)).toEqual(['ADDED a']);

      await store.patch(widgetKey('b'), { spec: { colors: ['red', 'blue'] } });
      await store.patch(widgetKey('b'), { spec: { size: 'l' } });
      await store.patch(widgetKey('a'), { spec: { colors: ['blue'] } });
      await store.patch(widgetKey('a'), { spec: { size: 'l' } });
      await store.patch(widgetKey('b'), {
        metadata: { labels: { hidden: 'yes' } },
      });
      await store.delete(widgetKey('b'));
      await store.patch(widgetKey('a'), { spec: { colors: ['red'] } });
      await store.delete(widgetKey('a'));

      expect(await recorder.take(6)).toEqual([
        'ADDED b',
        'MODIFIED b',
        'DELETED a',
        'DELETED b',
        'ADDED a',
        'DELETED a',
      ]);
      await recorder.stop();
    });

    it('picks by name', async () => {
      const { store } = await createWidgetStore(create);
      const recorder = WatchRecorder.start(store, { names: ['a', 'c'] });
      for (const name of ['a', 'b', 'c']) {
        await store.create(aWidget({ name }));
      }
      expect(await recorder.take(2)).toEqual(['ADDED a', 'ADDED c']);
      await recorder.stop();
    });

    it('sees changes of another replica', async () => {
      const { store, replica, clock } = await createWidgetStore(create, {
        // The time runs ahead of a slow database below.
        bookmarkAfterMs: 1e9,
      });
      const recorder = WatchRecorder.start(replica);
      await store.create(aWidget({ name: 'a' }));
      let taken: string[] | undefined;
      const taking = recorder.take(1).then(events => {
        taken = events;
      });
      while (!taken) {
        await clock.advance(1_000);
      }
      await taking;
      expect(taken).toEqual(['ADDED a']);
      await recorder.stop();
    });

    it('goes on from a revision that another replica told, at once', async () => {
      const { store, replica } = await createWidgetStore(create);
      const early = WatchRecorder.start(replica);
      await store.create(aWidget({ name: 'a' }));
      const { resourceVersion } = await store.list('Widget');
      // Time stands still: the replica has had no reason to look.
      const recorder = WatchRecorder.start(replica, { resourceVersion });
      await replica.create(aWidget({ name: 'b' }));
      expect(await recorder.take(1)).toEqual(['ADDED b']);
      expect(await early.take(2)).toEqual(['ADDED a', 'ADDED b']);
      await Promise.all([recorder.stop(), early.stop()]);
    });

    it('survives the list that it begins with, on a replica that has heard of less', async () => {
      const { store, replica } = await createWidgetStore(create);
      const early = WatchRecorder.start(replica);
      await replica.create(aWidget({ name: 'a' }));
      await early.take(1);
      await store.create(aWidget({ name: 'b' }));
      const recorder = WatchRecorder.start(replica);
      expect(await recorder.take(2)).toEqual(['ADDED a', 'ADDED b']);
      await replica.create(aWidget({ name: 'c' }));
      expect(await recorder.take(1)).toEqual(['ADDED c']);
      await Promise.all([recorder.stop(), early.stop()]);
    });

    it('goes on from the revision of an object that nobody has touched for long', async () => {
      const { store, clock } = await createWidgetStore(create, {
        historyLimit: 10,
      });
      const old = await store.create(aWidget({ name: 'old' }));
      await store.create(aWidget());
      for (let index = 0; index < 300; index++) {
        await store.patchStatus(widgetKey(), { index });
      }
      const { resourceVersion } = old.metadata;
      const recorder = WatchRecorder.start(store, {
        ...{ namespace: 'p', names: ['old'] },
        resourceVersion,
      });
      let isOpen = false;
      const opening = recorder.take(1).then(events => {
        isOpen = true;
        return events;
      });
      while (!isOpen) {
        await clock.advance(1_000);
      }
      expect(await opening).toEqual(['BOOKMARK']);
      await store.patchStatus(widgetKey('old'), { x: 1 });
      expect(await recorder.take(1)).toEqual(['MODIFIED old']);
      await recorder.stop();

      // Now it has changed since, and what happened is no longer known.
      for (let index = 0; index < 300; index++) {
        await store.patchStatus(widgetKey(), { index: -index });
      }
      await expect(
        WatchRecorder.start(store, {
          ...{ namespace: 'p', names: ['old'] },
          resourceVersion,
        }).take(1),
      ).rejects.toMatchObject({ name: 'GoneError' });
    });

    it('keeps a history of so many bytes, however few the changes', async () => {
      const { store } = await createWidgetStore(create, {
        historyBytes: 2 * 1024 * 1024,
      });
      const { resourceVersion } = await store.list('Widget');
      await store.create(aWidget());
      for (let index = 0; index < 6; index++) {
        await store.patchStatus(widgetKey(), {
          [`k${index % 2}`]: String(index).repeat(600 * 1024),
        });
      }
      await expect(
        WatchRecorder.start(store, { resourceVersion }).take(1),
      ).rejects.toMatchObject({ name: 'GoneError' });
      const { resourceVersion: recent } = await store.list('Widget');
      await store.patchStatus(widgetKey(), { last: true });
      const recorder = WatchRecorder.start(store, { resourceVersion: recent });
      expect(await recorder.take(1)).toEqual(['MODIFIED w']);
      await recorder.stop();
    });

    it('sends bookmarks when nothing happens', async () => {
      const { store, clock } = await createWidgetStore(create);
      const widget = await store.create(aWidget({ name: 'a' }));
      const recorder = WatchRecorder.start(store, { namespace: 'nobody' });
      let isTaken = false;
      const taking = recorder.take(1).then(events => {
        isTaken = true;
        return events;
      });
      while (!isTaken) {
        await clock.advance(1_000);
      }
      expect(await taking).toEqual(['BOOKMARK']);
      expect(recorder.events[0].resourceVersion).toBe(
        widget.metadata.resourceVersion,
      );
      expect(clock.now()).toBeGreaterThanOrEqual(
        Date.parse('2026-01-01T00:00:30Z'),
      );
      await recorder.stop();
    });

    it('refuses a revision older than the kept history', async () => {
      const { store } = await createWidgetStore(create, { historyLimit: 10 });
      const { resourceVersion } = await store.list('Widget');
      await store.create(aWidget());
      for (let index = 0; index < 300; index++) {
        await store.patchStatus(widgetKey(), { index });
      }
      await expect(
        WatchRecorder.start(store, { resourceVersion }).take(1),
      ).rejects.toMatchObject({ name: 'GoneError' });

      const { resourceVersion: recent } = await store.list('Widget');
      await store.patchStatus(widgetKey(), { index: 'last' });
      const recorder = WatchRecorder.start(store, { resourceVersion: recent });
      expect(await recorder.take(1)).toEqual(['MODIFIED w']);
      await recorder.stop();
    });

    it.each([
      ['a revision of another store', '999999', 'GoneError'],
      ['text that is no revision', 'yesterday', 'InputError'],
    ])('refuses %s', async (_, resourceVersion, name) => {
      const { store } = await createWidgetStore(create);
      await expect(
        WatchRecorder.start(store, { resourceVersion }).take(1),
      ).rejects.toMatchObject({ name });
    });

    it('lets a slow reader catch up from where it was', async () => {
      const { store } = await createWidgetStore(create);
      await store.create(aWidget());
      const abort = new AbortController();
      const watch = store
        .watch('Widget', { signal: abort.signal })
        [Symbol.asyncIterator]();
      await watch.next();
      // More than any window in memory holds.
      for (let index = 1; index <= 700; index++) {
        await store.patchStatus(widgetKey(), { index });
      }
      for (let index = 1; index <= 700; index++) {
        const { value } = await watch.next();
        expect(value.object.status).toEqual({ index });
      }
      abort.abort();
      expect(await watch.next()).toMatchObject({ done: true });
    });

    it('ends when its signal has fired already', async () => {
      const { store } = await createWidgetStore(create);
      await store.create(aWidget());
      const signal = AbortSignal.abort();
      const watch = store.watch('Widget', { signal })[Symbol.asyncIterator]();
      expect(await watch.next()).toMatchObject({ done: true });
    });
  });
}
