/* eslint-disable jest/no-export -- a contract is run by the tests of each adapter */
import type { CreateStore } from './StoreFixture';
import { FirstOptions, IndexedListOptions } from '../../ports/ResourceIndex';
import { anyKind } from '../../ports/kinds';
import { createWidgetStore } from './createWidgetStore';
import {
  aWidget,
  Widget,
  widgetKey,
  WidgetKinds,
  WidgetParts,
  WidgetStore,
} from './widgets';

const WIDGETS: WidgetParts[] = [
  {
    name: 'a',
    spec: { colors: ['red'], size: '3' },
    metadata: { labels: { env: 'test', tier: 'web' } },
  },
  {
    name: 'a-b',
    spec: { colors: ['red', 'blue'], size: '1' },
    metadata: { labels: { env: 'prod' } },
  },
  { name: 'ab', spec: { colors: ['blue'], size: '2' } },
  {
    name: 'a.c',
    spec: { size: '1' },
    metadata: { labels: { env: 'test' } },
  },
  {
    name: 'a',
    spec: { colors: ['red'], size: '1' },
    metadata: { namespace: 'q', labels: { env: 'test' } },
  },
];

async function createWidgets(create: CreateStore): Promise<WidgetStore> {
  const { store } = await createWidgetStore(create);
  for (const widget of WIDGETS) {
    await store.create(aWidget(widget));
  }
  return store;
}

async function listNames(
  store: WidgetStore,
  options?: IndexedListOptions,
): Promise<string> {
  const { items } = await store.list('Widget', options);
  return items.map(toShortName).join(' ');
}

function toShortName({ metadata }: Widget): string {
  return `${metadata.namespace}/${metadata.name}`;
}

/** What list and count promise. */
export function describeLists(create: CreateStore): void {
  describe('list', () => {
    // Names compare byte by byte, on every database: "-" < "." < letters.
    it.each<{ name: string; options: IndexedListOptions; expected: string }>([
      {
        name: 'everything by name, then namespace',
        options: {},
        expected: 'p/a q/a p/a-b p/a.c p/ab',
      },
      {
        name: 'backwards',
        options: { descending: true },
        expected: 'p/ab p/a.c p/a-b q/a p/a',
      },
      {
        name: 'a namespace',
        options: { namespace: 'p' },
        expected: 'p/a p/a-b p/a.c p/ab',
      },
      { name: 'no such namespace', options: { namespace: 'x' }, expected: '' },
      {
        name: 'names, unknown ones left out',
        options: { names: ['ab', 'nobody', 'a'] },
        expected: 'p/a q/a p/ab',
      },
      { name: 'no names', options: { names: [] }, expected: '' },
      {
        name: 'names in a namespace with an index',
        options: {
          names: ['ab', 'a'],
          namespace: 'p',
          index: { name: 'color', value: 'red' },
        },
        expected: 'p/a',
      },
      {
        name: 'an index value',
        options: { index: { name: 'color', value: 'red' } },
        expected: 'p/a q/a p/a-b',
      },
      {
        name: 'an index value in a namespace',
        options: { namespace: 'p', index: { name: 'color', value: 'blue' } },
        expected: 'p/a-b p/ab',
      },
      {
        name: 'by sort key, ties by name and namespace',
        options: { orderBy: 'size' },
        expected: 'q/a p/a-b p/a.c p/ab p/a',
      },
      {
        name: 'by sort key backwards in a namespace',
        options: { orderBy: 'size', descending: true, namespace: 'p' },
        expected: 'p/a p/ab p/a.c p/a-b',
      },
      {
        name: 'an index value by sort key',
        options: { orderBy: 'size', index: { name: 'color', value: 'red' } },
        expected: 'q/a p/a-b p/a',
      },
      {
        name: 'index values, a resource that has several once',
        options: { index: { name: 'color', value: ['blue', 'red'] } },
        expected: 'p/a q/a p/a-b p/ab',
      },
      {
        name: 'index values in a namespace by sort key',
        options: {
          index: { name: 'color', value: ['blue', 'red'] },
          namespace: 'p',
          orderBy: 'size',
        },
        expected: 'p/a-b p/ab p/a',
      },
      {
        name: 'label In',
        options: {
          labels: [{ key: 'env', operator: 'In', values: ['test', 'x'] }],
        },
        expected: 'p/a q/a p/a.c',
      },
      {
        name: 'label NotIn, which those without the label meet',
        options: {
          labels: [{ key: 'env', operator: 'NotIn', values: ['test'] }],
        },
        expected: 'p/a-b p/ab',
      },
      {
        name: 'label Exists',
        options: { labels: [{ key: 'tier', operator: 'Exists' }] },
        expected: 'p/a',
      },
      {
        name: 'label DoesNotExist',
        options: { labels: [{ key: 'env', operator: 'DoesNotExist' }] },
        expected: 'p/ab',
      },
      {
        name: 'several requirements with an index and an ordering',
        options: {
          labels: [
            { key: 'env', operator: 'In', values: ['test'] },
            { key: 'tier', operator: 'DoesNotExist' },
          ],
          index: { name: 'color', value: 'red' },
          orderBy: 'size',
        },
        expected: 'q/a',
      },
    ])('$name', async ({ options, expected }) => {
      const store = await createWidgets(create);
      expect(await listNames(store, options)).toBe(expected);
      expect(await listPaged(store, options)).toBe(expected);
    });

    async function listPaged(store: WidgetStore, options: IndexedListOptions) {
      const names: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await store.list('Widget', {
          ...options,
          limit: 2,
          cursor,
        });
        expect(page.items.length).toBeLessThanOrEqual(2);
        names.push(...page.items.map(toShortName));
        cursor = page.nextCursor;
      } while (cursor);
      return names.join(' ');
    }

    it('refuses a kind that does not exist, and names those that do', async () => {
      const { store } = await createWidgetStore(create);
      const refused = {
        message: /^There is no kind 'Widgett'; there are Widget/,
      };
      const mistyped = anyKind<WidgetKinds>('Widgett');
      const calls = [
        // @ts-expect-error -- one that is written down must be a kind of the store
        () => store.list('Widgett'),
        () => store.list(mistyped),
        () => store.find({ kind: mistyped, namespace: 'p', name: 'w' }),
        () => store.count(mistyped),
        () => store.create({ ...aWidget(), kind: mistyped }),
        () => store.patch({ ...widgetKey(), kind: mistyped }, {}),
        () => store.delete({ ...widgetKey(), kind: mistyped }),
      ];
      for (const call of calls) {
        await expect(call()).rejects.toMatchObject({
          name: 'InputError',
          message: expect.stringMatching(refused.message),
        });
      }
    });

    it('follows changes of labels and index values', async () => {
      const store = await createWidgets(create);
      await store.patch(widgetKey('ab'), {
        metadata: { labels: { env: 'test' } },
        spec: { colors: ['red', 'green'] },
      });
      await store.patch(widgetKey('a'), {
        metadata: { labels: { env: null } },
      });
      const red = { name: 'color', value: 'red' };
      const blue = { name: 'color', value: 'blue' };
      expect(await listNames(store, { index: red })).toBe('p/a q/a p/a-b p/ab');
      expect(await listNames(store, { index: blue })).toBe('p/a-b');
      expect(
        await listNames(store, {
          labels: [{ key: 'env', operator: 'In', values: ['test'] }],
        }),
      ).toBe('q/a p/a.c p/ab');
    });

    it('neither repeats nor skips what stays while others come and go', async () => {
      const store = await createWidgets(create);
      const first = await store.list('Widget', {
        namespace: 'p',
        limit: 2,
      });
      await store.delete(widgetKey('a'));
      await store.create(aWidget({ name: '0' }));
      const { nextCursor: cursor } = first;
      expect(await listNames(store, { namespace: 'p', cursor })).toBe(
        'p/a.c p/ab',
      );
    });

    it('offers no next page when the last one is full', async () => {
      const store = await createWidgets(create);
      const page = await store.list('Widget', { namespace: 'q', limit: 1 });
      expect(page.items).toHaveLength(1);
      expect(page.nextCursor).toBeUndefined();
    });

    it('shares what it lists, frozen and as it is now', async () => {
      const store = await createWidgets(create);
      const listBoth = async () => {
        const [shared, own] = await Promise.all([
          store.list('Widget', { shared: true }),
          store.list('Widget'),
        ]);
        expect(shared).toEqual(own);
        return { shared: shared.items, own: own.items };
      };
      const { shared, own } = await listBoth();
      expect(Object.isFrozen(shared[0].metadata)).toBe(true);
      expect(own[0]).toBe(shared[0]);

      await store.patchStatus(widgetKey('a-b'), { phase: 'Running' });
      const changed = (await listBoth()).shared;
      expect(changed.map(({ status }) => status?.phase)).toEqual(
        shared.map(({ metadata }) =>
          metadata.name === 'a-b' ? 'Running' : undefined,
        ),
      );
    });

    it('finds what is only to be shown, frozen and as whichever replica has just written it', async () => {
      const { store, replica } = await createWidgetStore(create);
      const key = widgetKey();
      const revision = async () => (await store.list('Widget')).resourceVersion;
      expect(await replica.findShared(key)).toEqual({
        resource: undefined,
        resourceVersion: await revision(),
      });
      await store.create(aWidget());
      const first = await replica.findShared(key);
      expect(first.resource).toEqual(await store.find(key));
      expect(Object.isFrozen(first.resource?.metadata)).toBe(true);
      await replica.create(aWidget({ name: 'other' }));
      expect(await replica.findShared(key)).toEqual({
        ...first,
        resourceVersion: await revision(),
      });

      await store.patchStatus(key, { phase: 'Running' });
      // Time stands still, and nobody watches.
      const changed = await replica.findShared(key);
      expect(changed.resource?.status).toEqual({ phase: 'Running' });
      expect(changed.resourceVersion).toBe(await revision());
      expect(first.resource?.status).toBeUndefined();
      await store.delete(key);
      expect((await replica.findShared(key)).resource).toBeUndefined();
    });

    it('lists the beginnings of many selections, of each in its own order', async () => {
      const store = await createWidgets(create);
      const of = (namespace: string, value: string) => ({
        namespace,
        index: { name: 'color', value },
      });
      const selections = [
        of('q', 'red'),
        of('p', 'red'),
        of('p', 'green'),
        of('p', 'blue'),
        of('x', 'red'),
        of('p', 'red'),
      ];
      const beginnings = async (options: FirstOptions) =>
        (await store.listFirst('Widget', selections, options)).map(items =>
          items.map(toShortName).join(' '),
        );
      expect(await beginnings({ limit: 2 })).toEqual([
        ...['q/a', 'p/a p/a-b', '', 'p/a-b p/ab', '', 'p/a p/a-b'],
      ]);
      const backwards = { orderBy: 'size', descending: true };
      expect(await beginnings({ ...backwards, limit: 2 })).toEqual([
        ...['q/a', 'p/a p/a-b', '', 'p/ab p/a-b', '', 'p/a p/a-b'],
      ]);
      expect(await beginnings({ ...backwards, limit: 1 })).toEqual([
        ...['q/a', 'p/a', '', 'p/ab', '', 'p/a'],
      ]);
      expect(await store.listFirst('Widget', [], { limit: 1 })).toEqual([]);
    });

    it('shares the beginnings of selections as they are now', async () => {
      const store = await createWidgets(create);
      const blue = [
        { namespace: 'p', index: { name: 'color', value: 'blue' } },
      ];
      const [before] = await store.listFirst('Widget', blue, { limit: 9 });
      expect(before).toEqual(
        (await store.list('Widget', { names: ['a-b', 'ab'] })).items,
      );
      expect(Object.isFrozen(before[0].metadata)).toBe(true);
      await store.patchStatus(widgetKey('a-b'), { phase: 'Running' });
      const [after] = await store.listFirst('Widget', blue, { limit: 9 });
      expect(after.map(({ status }) => status?.phase)).toEqual([
        'Running',
        undefined,
      ]);
    });

    it('refuses beginnings by what is not declared, and of no length', async () => {
      const store = await createWidgets(create);
      const of = (name: string) => [
        { namespace: 'p', index: { name, value: 'red' } },
      ];
      await expect(
        store.listFirst('Widget', of('shape'), { limit: 1 }),
      ).rejects.toThrow('Widget has no index "shape"');
      await expect(
        store.listFirst('Widget', of('color'), { limit: 1, orderBy: 'age' }),
      ).rejects.toThrow('Widget cannot be ordered by "age"');
      await expect(
        store.listFirst('Widget', of('color'), { limit: 0 }),
      ).rejects.toThrow('must be a positive integer');
    });

    it('names the revision at which it is exact', async () => {
      const { store } = await createWidgetStore(create);
      const empty = await store.list('Widget');
      const widget = await store.create(aWidget());
      const full = await store.list('Widget');
      expect(full.resourceVersion).toBe(widget.metadata.resourceVersion);
      expect(Number(empty.resourceVersion)).toBeGreaterThan(0);
      expect(Number(full.resourceVersion)).toBeGreaterThan(
        Number(empty.resourceVersion),
      );
    });

    it('finds values longer than a database index takes', async () => {
      const { store } = await createWidgetStore(create);
      const long = 'x'.repeat(5000);
      const spec = { colors: [`${long}1`], size: `${long}1` };
      await store.create(aWidget({ name: 'one', spec }));
      await store.create(aWidget({ name: 'two', spec: { size: `${long}2` } }));
      const index = { name: 'color', value: `${long}1` };
      const other = { name: 'color', value: `${long}2` };
      expect(await listNames(store, { index, orderBy: 'size' })).toBe('p/one');
      expect(await listNames(store, { index: other })).toBe('');
    });

    it.each<[string, IndexedListOptions]>([
      ['an unknown index', { index: { name: 'shape', value: 'x' } }],
      ['an unknown sort key', { orderBy: 'weight' }],
      ['a cursor that is none', { cursor: 'nonsense' }],
      ['a limit of zero', { limit: 0 }],
      ['a broken limit', { limit: 1.5 }],
      ['In without values', { labels: [{ key: 'a', operator: 'In' }] }],
    ])('refuses %s', async (_, options) => {
      const store = await createWidgets(create);
      await expect(store.list('Widget', options)).rejects.toMatchObject({
        name: 'InputError',
      });
    });

    it('refuses the cursor of another ordering', async () => {
      const store = await createWidgets(create);
      const { nextCursor } = await store.list('Widget', { limit: 1 });
      await expect(
        store.list('Widget', { cursor: nextCursor, orderBy: 'size' }),
      ).rejects.toMatchObject({ name: 'InputError' });
    });
  });

  it('counts by kind, namespace and index', async () => {
    const store = await createWidgets(create);
    const index = { name: 'color', value: 'red' };
    expect(await store.count('Widget')).toBe(5);
    expect(await store.count('Widget', { namespace: 'p' })).toBe(4);
    expect(await store.count('Widget', { index })).toBe(3);
    expect(await store.count('Widget', { index, namespace: 'q' })).toBe(1);
    expect(await store.count('Gadget')).toBe(0);
    await expect(
      store.count('Widget', { index: { name: 'shape', value: '' } }),
    ).rejects.toMatchObject({ name: 'InputError' });
  });
}
