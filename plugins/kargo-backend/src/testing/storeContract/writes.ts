/* eslint-disable jest/no-export -- a contract is run by the tests of each adapter */
import type { CreateStore } from './StoreFixture';
import { createWidgetStore } from './createWidgetStore';
import {
  aWidget,
  Widget,
  widgetKey,
  WidgetParts,
  WidgetStore,
} from './widgets';

/** What create, replace, patch and patchStatus promise. */
export function describeWrites(create: CreateStore): void {
  describe('what a write answers', () => {
    const key = widgetKey();
    it.each<[string, (store: WidgetStore) => Promise<Widget>]>([
      [
        'create',
        store =>
          store.create(
            aWidget({ name: 'new', spec: { colors: undefined, size: 'l' } }),
          ),
      ],
      [
        'replace',
        store =>
          store.replace(
            aWidget({ spec: { size: undefined, colors: ['red'] } }),
          ),
      ],
      ['patch', store => store.patch(key, { spec: { size: null } })],
      [
        'patchStatus',
        store => store.patchStatus(key, { phase: 'Ready', a: undefined }),
      ],
    ])(
      'of %s is what each replica reads then, and nobody can change',
      async (_, write) => {
        const { store, replica } = await createWidgetStore(create);
        await store.create(aWidget({ spec: { size: 'm' } }));
        const written = await write(store);
        const { name } = written.metadata;
        const read = await replica.get(widgetKey(name));
        expect(read).toStrictEqual(written);
        expect(await store.get(widgetKey(name))).toStrictEqual(written);
        for (const widget of [written, read]) {
          expect(() => {
            widget.spec.size = 'another';
          }).toThrow(TypeError);
        }
      },
    );
  });

  describe('a value that one of a namespace alone may have', () => {
    const gold = { badge: 'gold' };
    it.each<[string, boolean, (store: WidgetStore) => Promise<unknown>]>([
      ['is not made', false, s => s.create(aWidget({ name: 'b', spec: gold }))],
      ['is not given', false, s => s.patch(widgetKey('a'), { spec: gold })],
      [
        'is not replaced',
        false,
        s => s.replace(aWidget({ name: 'a', spec: gold })),
      ],
      [
        'is not given twice in one write',
        false,
        s =>
          s.write([
            { create: aWidget({ name: 'b', spec: { badge: 'tin' } }) },
            { create: aWidget({ name: 'c', spec: { badge: 'tin' } }) },
          ]),
      ],
      [
        'stays with who has it',
        true,
        s => s.patch(widgetKey(), { spec: { size: 'l' } }),
      ],
      [
        'is had in another namespace',
        true,
        s => s.create(aWidget({ metadata: { namespace: 'q' }, spec: gold })),
      ],
      [
        'is free again when its holder is gone',
        true,
        async s => {
          await s.delete(widgetKey());
          return s.patch(widgetKey('a'), { spec: gold });
        },
      ],
    ])('%s', async (_, isDone, write) => {
      const { store } = await createWidgetStore(create);
      await store.create(aWidget({ spec: gold }));
      await store.create(aWidget({ name: 'a' }));
      const error = await write(store).then(
        () => undefined,
        reason => reason,
      );
      expect(error?.name).toBe(isDone ? undefined : 'ConflictError');
    });
  });

  describe('create', () => {
    it('sets what the store owns and keeps a given status', async () => {
      const { store } = await createWidgetStore(create);

      const created = await store.create(
        aWidget({
          spec: { size: 'm' },
          status: { phase: 'Ready' },
          metadata: {
            labels: { a: 'b' },
            uid: 'mine',
            generation: 7,
            resourceVersion: '99',
            creationTimestamp: '1999-01-01T00:00:00Z',
          },
        }),
      );

      expect(created).toEqual({
        apiVersion: 'example.com/v1',
        kind: 'Widget',
        metadata: {
          name: 'w',
          namespace: 'p',
          labels: { a: 'b' },
          uid: expect.not.stringMatching(/^mine$/),
          generation: 1,
          resourceVersion: expect.stringMatching(/^[1-9]\d*$/),
          creationTimestamp: '2026-01-01T00:00:00Z',
        },
        spec: { size: 'm' },
        status: { phase: 'Ready' },
      });
      expect(await store.get(widgetKey())).toEqual(created);
    });

    it('refuses a key that exists', async () => {
      const { store } = await createWidgetStore(create);
      await store.create(aWidget());
      await expect(store.create(aWidget())).rejects.toMatchObject({
        name: 'ConflictError',
        message: 'Widget p/w already exists',
      });
    });

    it('keeps the same name apart by kind and namespace', async () => {
      const { store } = await createWidgetStore(create);
      await store.create(aWidget());
      await store.create(aWidget({ metadata: { namespace: 'q' } }));
      await store.create({ ...aWidget(), kind: 'Gadget' as const });
      expect(await store.count('Widget')).toBe(2);
      expect(await store.count('Gadget')).toBe(1);
      expect(await store.find(widgetKey('w', 'r'))).toBeUndefined();
    });

    it('keeps resources without a namespace', async () => {
      const { store } = await createWidgetStore(create);
      const metadata = { namespace: undefined };
      const created = await store.create(aWidget({ metadata }));
      expect(created.metadata).not.toHaveProperty('namespace');
      expect(await store.get(widgetKey('w', ''))).toEqual(created);
      expect((await store.list('Widget', { namespace: '' })).items).toEqual([
        created,
      ]);
    });

    it('refuses a resource without a name', async () => {
      const { store } = await createWidgetStore(create);
      await expect(store.create(aWidget({ name: '' }))).rejects.toMatchObject({
        name: 'InputError',
      });
    });
  });

  it('finds nothing or throws, as asked', async () => {
    const { store } = await createWidgetStore(create);
    expect(await store.find(widgetKey())).toBeUndefined();
    await expect(store.get(widgetKey())).rejects.toMatchObject({
      name: 'NotFoundError',
      message: 'Widget p/w does not exist',
    });
  });

  describe('generation and revision', () => {
    const before: WidgetParts = {
      spec: { size: 'm', nested: { a: 1, b: [1, 2] } },
      status: { x: 1 },
      metadata: { labels: { a: 'b' } },
    };
    it.each<{
      name: string;
      patch: object;
      generation: number;
      isWritten: boolean;
    }>([
      {
        name: 'a change of the spec grows the generation',
        patch: { spec: { size: 'l' } },
        generation: 2,
        isWritten: true,
      },
      {
        name: 'a new top-level member grows the generation',
        patch: { alias: 'x' },
        generation: 2,
        isWritten: true,
      },
      {
        name: 'a label does not',
        patch: { metadata: { labels: { c: 'd' } } },
        generation: 1,
        isWritten: true,
      },
      {
        name: 'an annotation does not',
        patch: { metadata: { annotations: { c: 'd' } } },
        generation: 1,
        isWritten: true,
      },
      {
        name: 'what is there already writes nothing',
        patch: { spec: { nested: { b: [1, 2] } } },
        generation: 1,
        isWritten: false,
      },
      {
        name: 'status is not touched',
        patch: { status: { x: 2 } },
        generation: 1,
        isWritten: false,
      },
      {
        name: 'what the store owns is not touched',
        patch: {
          kind: 'Other',
          metadata: {
            name: 'other',
            namespace: 'other',
            uid: 'other',
            generation: 9,
            creationTimestamp: null,
            deletionTimestamp: '2026-01-01T00:00:00Z',
          },
        },
        generation: 1,
        isWritten: false,
      },
    ])('patch: $name', async ({ patch, generation, isWritten }) => {
      const { store } = await createWidgetStore(create);
      const created = await store.create(aWidget(before));
      const patched = await store.patch(widgetKey(), patch);
      expect(patched.metadata.generation).toBe(generation);
      expect(
        Number(patched.metadata.resourceVersion) >
          Number(created.metadata.resourceVersion),
      ).toBe(isWritten);
      expect(patched.status).toEqual({ x: 1 });
      expect(await store.get(widgetKey())).toEqual(patched);
    });
  });

  // RFC 7396, appendix A, in the parts that apply to objects.
  it.each<[string, object, object, object]>([
    ['replaces a value', { a: 'b' }, { a: 'c' }, { a: 'c' }],
    ['adds a value', { a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
    ['removes a value', { a: 'b', c: 'd' }, { a: null }, { c: 'd' }],
    ['replaces arrays whole', { a: ['b', 'c'] }, { a: ['d'] }, { a: ['d'] }],
    [
      'merges deeply',
      { a: { b: 1, c: 2 } },
      { a: { c: 3 } },
      { a: { b: 1, c: 3 } },
    ],
    [
      'drops nulls of new objects',
      {},
      { a: { bb: { ccc: null } } },
      { a: { bb: {} } },
    ],
    [
      'replaces a value by an object',
      { a: 'x' },
      { a: { b: 1 } },
      { a: { b: 1 } },
    ],
  ])('patchStatus %s', async (_, status, patch, expected) => {
    const { store } = await createWidgetStore(create);
    await store.create(aWidget({ status: { ...status } }));
    const patched = await store.patchStatus(widgetKey(), patch);
    expect(patched.status).toEqual(expected);
    expect(patched.metadata.generation).toBe(1);
    expect((await store.get(widgetKey())).status).toEqual(expected);
  });

  it.each<[string, object, object, string[][], object]>([
    ['a new member', { a: 1 }, { b: null }, [['b']], { a: 1, b: null }],
    [
      'members of what is new',
      {},
      { a: { x: { y: null }, z: null } },
      [
        ['a', 'x', 'y'],
        ['a', 'z'],
      ],
      { a: { x: { y: null }, z: null } },
    ],
    ['one in place of a value', { a: 'x' }, {}, [['a']], { a: null }],
    [
      'one with the name of what every object has',
      {},
      {},
      [['a', '__proto__']],
      JSON.parse('{"a":{"__proto__":null}}'),
    ],
  ])('patchStatus leaves null: %s', async (_, status, patch, nulls, left) => {
    const { store } = await createWidgetStore(create);
    await store.create(aWidget({ status: { ...status } }));
    await store.patchStatus(widgetKey(), patch, { nulls });
    const stored = (await store.get(widgetKey())).status;
    expect(JSON.stringify(stored)).toBe(JSON.stringify(left));
    await store.patchStatus(widgetKey(), { other: 1 });
    const later = (await store.get(widgetKey())).status;
    expect(later).toEqual({ ...left, other: 1 });
  });

  describe('patchStatus', () => {
    it('starts a status and keeps the revision when nothing changes', async () => {
      const { store } = await createWidgetStore(create);
      await store.create(aWidget({ spec: { size: 'm' } }));
      const first = await store.patchStatus(widgetKey(), { a: 1 });
      const second = await store.patchStatus(widgetKey(), { a: 1 });
      expect(second).toEqual(first);
      expect(first.spec).toEqual({ size: 'm' });
    });

    it('begins no status with nothing', async () => {
      const { store } = await createWidgetStore(create);
      const created = await store.create(aWidget());
      expect(await store.patchStatus(widgetKey(), {})).toEqual(created);
    });

    it('keeps an ordinary key named __proto__ ordinary', async () => {
      const { store } = await createWidgetStore(create);
      await store.create(aWidget());
      await store.patchStatus(
        widgetKey(),
        JSON.parse('{"a":{"__proto__":{"polluted":true}}}'),
      );
      const { status } = await store.get(widgetKey());
      expect(JSON.stringify(status)).toBe(
        '{"a":{"__proto__":{"polluted":true}}}',
      );
      expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    });
  });

  describe('replace', () => {
    it('replaces content, labels and annotations, and keeps status', async () => {
      const { store } = await createWidgetStore(create);
      await store.create(
        aWidget({
          spec: { size: 'm', colors: ['red'] },
          status: { x: 1 },
          metadata: { labels: { a: 'b' }, annotations: { c: 'd' } },
        }),
      );
      const replaced = await store.replace(
        aWidget({
          spec: { size: 'l' },
          status: { x: 2 },
          metadata: { labels: { e: 'f' } },
        }),
      );
      expect(replaced).toMatchObject({
        metadata: { labels: { e: 'f' }, generation: 2 },
        spec: { size: 'l' },
        status: { x: 1 },
      });
      expect(replaced.metadata).not.toHaveProperty('annotations');
      expect(replaced.spec).not.toHaveProperty('colors');
      expect(await store.get(widgetKey())).toEqual(replaced);
    });

    it('keeps the revision when nothing changes', async () => {
      const { store } = await createWidgetStore(create);
      const created = await store.create(aWidget({ status: { x: 1 } }));
      expect(await store.replace(aWidget())).toEqual(created);
      expect(await store.replace(created)).toEqual(created);
    });

    it('refuses a resource that was deleted and created anew', async () => {
      const { store } = await createWidgetStore(create);
      const old = await store.create(aWidget());
      await store.delete(widgetKey());
      await store.create(aWidget());
      const { uid } = old.metadata;
      await expect(
        store.replace(aWidget({ metadata: { uid }, spec: { size: 'l' } })),
      ).rejects.toMatchObject({ name: 'ConflictError' });
    });
  });

  describe('writes for a revision', () => {
    const writes = {
      replace: aWidget({ spec: { size: 'l' } }),
      patch: { spec: { size: 'l' } },
      patchStatus: { x: 2 },
    };
    it.each(['replace', 'patch', 'patchStatus', 'delete'] as const)(
      '%s passes for the stored revision and is refused for another',
      async verb => {
        const { store } = await createWidgetStore(create);
        const first = await store.create(aWidget());
        const second = await store.patch(widgetKey(), {
          spec: { nested: {} },
        });
        const write = ({ metadata: { resourceVersion } }: Widget) => {
          switch (verb) {
            case 'replace':
              return store.replace({
                ...writes.replace,
                metadata: { ...writes.replace.metadata, resourceVersion },
              });
            case 'delete':
              return store.delete(widgetKey(), { resourceVersion });
            default:
              return store[verb](widgetKey(), writes[verb], {
                resourceVersion,
              });
          }
        };
        await expect(write(first)).rejects.toMatchObject({
          name: 'ConflictError',
        });
        expect(await store.get(widgetKey())).toEqual(second);
        const third = await write(second);
        expect(Number(third.metadata.resourceVersion)).toBeGreaterThan(
          Number(second.metadata.resourceVersion),
        );
      },
    );

    it('writes to what is not there are refused', async () => {
      const { store } = await createWidgetStore(create);
      const notFound = { name: 'NotFoundError' };
      await expect(store.replace(aWidget())).rejects.toMatchObject(notFound);
      await expect(store.patch(widgetKey(), {})).rejects.toMatchObject(
        notFound,
      );
      await expect(store.patchStatus(widgetKey(), {})).rejects.toMatchObject(
        notFound,
      );
      await expect(store.delete(widgetKey())).rejects.toMatchObject(notFound);
    });
  });

  describe('wake-ups', () => {
    it.each([
      ['in its namespace', false, ['red', 'waker']],
      ['everywhere', true, ['red', 'red', 'waker']],
    ])(
      'marks a key and whom a declared index holds %s, with their delays',
      async (_, isHeardEverywhere, woken) => {
        const { store, queue, clock } = await createWidgetStore(create);
        const names = async () =>
          (await queue.claimDue({ limit: 10, leaseForMs: 1 }))
            .map(claim => claim.key.name)
            .sort();
        await store.create(aWidget({ name: 'red', spec: { colors: ['red'] } }));
        await store.create(
          aWidget({ name: 'blue', spec: { colors: ['blue'] } }),
        );
        await store.create(
          aWidget({
            name: 'red',
            spec: { colors: ['red'] },
            metadata: { namespace: 'q' },
          }),
        );
        for (const claim of await queue.claimDue({
          limit: 10,
          leaseForMs: 1,
        })) {
          await queue.settle(claim, 'never');
        }
        const spec = { wakes: 'red', isHeardEverywhere };
        await store.create(aWidget({ name: 'waker', spec }));
        expect(await names()).toEqual(['waker']);
        await clock.advance(1000);
        expect(await names()).toEqual(woken);
      },
    );

    it('leaves nothing behind when the write fails', async () => {
      const { store, queue } = await createWidgetStore(create);
      await expect(
        store.create(aWidget({ spec: { isBroken: true } })),
      ).rejects.toThrow('broken widget');
      expect(await store.find(widgetKey())).toBeUndefined();
      expect(await queue.stats()).toMatchObject({ rows: 0 });
    });

    it('tells the queue after the write, and not for a write that changed nothing', async () => {
      const { store, queue } = await createWidgetStore(create);
      const seen: string[] = [];
      queue.onMarked(() => seen.push('marked'));
      await store.create(aWidget());
      expect(await queue.stats()).toMatchObject({ due: 1 });
      expect(seen).toEqual(['marked']);
      await store.patch(widgetKey(), {});
      expect(seen).toEqual(['marked']);
    });
  });

  describe('what the store does not keep', () => {
    const LARGE = '.'.repeat(1.6 * 1024 * 1024);

    it('is an object of more than 1.5 MiB, and says what to shrink', async () => {
      const { store } = await createWidgetStore(create);
      const created = await store.create(aWidget());
      await expect(
        store.patchStatus(widgetKey(), { output: { log: LARGE } }),
      ).rejects.toMatchObject({
        name: 'ResourceTooLargeError',
        message: expect.stringMatching(
          /^Widget p\/w would take 1\.6 MiB.*shrink status\.output\.log/,
        ),
      });
      await expect(
        store.create(aWidget({ name: 'large', spec: { size: LARGE } })),
      ).rejects.toMatchObject({ name: 'ResourceTooLargeError' });
      expect(await store.get(widgetKey())).toEqual(created);
      expect(await store.find(widgetKey('large'))).toBeUndefined();
    });

    it.each([
      ['a member', { spec: { nested: { text: 'a\0b' } } }],
      ['a member name', { spec: { nested: { 'a\0b': 1 } } }],
      ['an index value', { spec: { colors: ['a\0b'] } }],
      ['a label', { metadata: { labels: { env: 'a\0b' } } }],
      ['a name', { name: 'a\0b' }],
      ['a namespace', { metadata: { namespace: 'a\0b' } }],
    ])('is a NUL character in %s', async (_, parts) => {
      const { store } = await createWidgetStore(create);
      await expect(store.create(aWidget(parts))).rejects.toMatchObject({
        name: 'InputError',
        message: expect.stringContaining('NUL'),
      });
      expect(await store.count('Widget')).toBe(0);
    });

    it('keeps text that only looks like a NUL character', async () => {
      const { store } = await createWidgetStore(create);
      const nested = { text: '\\u0000', path: 'C:\\u0000' };
      const created = await store.create(aWidget({ spec: { nested } }));
      expect(created.spec.nested).toEqual(nested);
    });

    it.each([
      ['find', (store: WidgetStore) => store.find(widgetKey('a\0b'))],
      [
        'list by namespace',
        (store: WidgetStore) => store.list('Widget', { namespace: '\0' }),
      ],
      [
        'list by name',
        (store: WidgetStore) => store.list('Widget', { names: ['\0'] }),
      ],
      [
        'list by label',
        (store: WidgetStore) =>
          store.list('Widget', {
            labels: [{ key: 'env', operator: 'In', values: ['\0'] }],
          }),
      ],
      [
        'list by index',
        (store: WidgetStore) =>
          store.list('Widget', { index: { name: 'color', value: '\0' } }),
      ],
      [
        'count',
        (store: WidgetStore) =>
          store.count('Widget', { index: { name: 'color', value: '\0' } }),
      ],
      [
        'list on behind a page',
        (store: WidgetStore) =>
          store.list('Widget', {
            cursor: Buffer.from(
              JSON.stringify(['name', false, '', '\0', 'p']),
            ).toString('base64url'),
          }),
      ],
      ['delete', (store: WidgetStore) => store.delete(widgetKey('\0'))],
    ])('refuses to %s by a NUL character', async (_, ask) => {
      const { store } = await createWidgetStore(create);
      await expect(ask(store)).rejects.toMatchObject({ name: 'InputError' });
    });
  });

  describe('who keeps what was read', () => {
    it('hears of every write, and of none that was refused or changed nothing', async () => {
      const { store, replica } = await createWidgetStore(create);
      const heard: string[] = [];
      store.onWritten(({ kind, namespace, name }) =>
        heard.push([kind, namespace, name].join('/')),
      );
      const { apiVersion, kind, metadata } = await store.create(aWidget());
      const owner = { apiVersion, kind, name: 'w', uid: metadata.uid };
      const ownerReferences = [{ ...owner, controller: true }];
      await store.create(
        aWidget({ metadata: { name: 'owned', ownerReferences } }),
      );
      await store.patch(widgetKey(), { spec: { size: 'l' } });
      await store.patch(widgetKey(), { spec: { size: 'l' } });
      await expect(store.create(aWidget())).rejects.toThrow('already exists');
      await store.patchStatus(widgetKey(), { phase: 'Ready' });
      await replica.patch(widgetKey('owned'), { spec: { size: 's' } });
      await store.delete(widgetKey());
      expect(heard.splice(4).sort()).toEqual(['Widget/p/owned', 'Widget/p/w']);
      expect(heard).toEqual([
        'Widget/p/w',
        'Widget/p/owned',
        'Widget/p/w',
        'Widget/p/w',
      ]);
    });
  });
}
