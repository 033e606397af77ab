import { AuthorizeResult } from '@backstage/plugin-permission-common';
import {
  isOutOfRangeError,
  kargoProjectReadPermission,
  KargoEvent,
} from 'backstage-plugin-kargo-common';
import {
  createKargoProjectConditionalDecision,
  kargoProjectConditions,
} from 'backstage-plugin-kargo-node';
import { ApiHarness, denying } from '../../testing/ApiHarness';
import { pipelineManifests } from '../../testing/pipelineManifests';
import { RECHECK_MS } from '../server/whileAllowed';

jest.setTimeout(60_000);

describe('the events of all projects', () => {
  let api: ApiHarness;
  const ended = new AbortController();

  beforeAll(async () => {
    api = await ApiHarness.start({ historyLimit: 40 });
    await api.apply(pipelineManifests('shop'));
    await api.apply(pipelineManifests('store'));
    for (const [project, name, day] of [
      ['shop', 'e1', 1],
      ['store', 'e2', 2],
      ['shop', 'e3', 3],
    ] as const) {
      await record(project, name, day);
    }
  });
  beforeEach(() => api.reset());
  afterAll(() => ended.abort());

  function record(project: string, name: string, day: number) {
    return api.store.create({
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name, namespace: project },
      ...{ type: 'Normal', reason: 'FreightCreated', message: name },
      involvedObject: { apiVersion: 'v1', kind: 'Freight', name: 'f' },
      lastTimestamp: `2026-04-0${day}T00:00:00Z`,
    });
  }

  const names = (events: KargoEvent[]) =>
    events.map(({ metadata }) => metadata.name);
  const list = async (query = '', as?: string) => {
    const { status, body } = await api.send('GET', `/events${query}`, { as });
    expect(status).toBe(200);
    return names(body.items);
  };

  /** Reads that many events of a stream. */
  async function read(
    count: number,
    resourceVersion: string | undefined,
    as?: string,
  ): Promise<string[]> {
    const found: string[] = [];
    const stream = api
      .client(as)
      .watchEvents(
        { ...(resourceVersion && { resourceVersion }) },
        { signal: ended.signal },
      );
    for await (const change of stream) {
      if (change.type === 'BOOKMARK') continue;
      expect(change.type).toBe('ADDED');
      expect(change.resourceVersion).toBe(
        change.object.metadata.resourceVersion,
      );
      if (found.push(change.object.metadata.name) === count) break;
    }
    return found;
  }

  const ownersRead = () => {
    api.world.policy = permission =>
      permission.name === kargoProjectReadPermission.name
        ? createKargoProjectConditionalDecision(
            permission as typeof kargoProjectReadPermission,
            kargoProjectConditions.isEntityOwner({
              claims: ['group:default/web'],
            }),
          )
        : { result: AuthorizeResult.ALLOW };
    api.world.owners = { store: ['group:default/web'] };
  };

  it.each([
    ['', ['e3', 'e2', 'e1']],
    ['?newest=2', ['e3', 'e2']],
    ['?newest=0', ['e3', 'e2', 'e1']],
    ['?newest=9999', ['e3', 'e2', 'e1']],
  ])('are listed, the newest first%s', async (query, expected) => {
    expect(await list(query)).toEqual(expected);
  });

  it('are left out where the caller may not read the project', async () => {
    api.world.policy = denying(kargoProjectReadPermission.name);
    expect(await list()).toEqual([]);
    ownersRead();
    expect(await list()).toEqual(['e2']);
    // Of those that may be read, as many as are asked for.
    expect(await list('?newest=1')).toEqual(['e2']);
  });

  it('are told with where to go on from the first page, whatever comes meanwhile', async () => {
    const readStore = api.store.list.bind(api.store);
    const revisions: Array<string | undefined> = [];
    const spy = jest
      .spyOn(api.store, 'list')
      .mockImplementation(async (kind, options) => {
        const page = await readStore(kind, options);
        if (kind === 'Event') {
          revisions.push(page.resourceVersion);
          await record('store', `late${revisions.length}`, 1);
        }
        return page;
      });
    try {
      ownersRead();
      const { body } = await api.send('GET', '/events?newest=1');
      expect(revisions.length).toBeGreaterThan(1);
      expect(body.metadata.resourceVersion).toBe(revisions[0]);
    } finally {
      spy.mockRestore();
      for (const at of revisions.keys()) {
        await api.store.delete({
          ...{ kind: 'Event', namespace: 'store', name: `late${at + 1}` },
        });
      }
    }
  });

  it('are read by the page where most may not be read', async () => {
    await api.apply(pipelineManifests('busy'));
    for (let at = 0; at < 600; at++) {
      await record('busy', `b${at}`, 9);
    }
    try {
      ownersRead();
      api.statements.length = 0;
      expect(await list('?newest=1')).toEqual(['e2']);
      const pages = api.statements.filter(sql => /\blimit\b/.test(sql));
      expect(pages.length).toBeGreaterThan(1);
      expect(api.statements.length).toBeLessThan(10);
    } finally {
      for (let at = 0; at < 600; at++) {
        await api.store.delete({
          ...{ kind: 'Event', namespace: 'busy', name: `b${at}` },
        });
      }
    }
  });

  it.each([
    ['events', ['e3', 'e1']],
    ['stages', []],
  ])(
    'are told to a role of a project that may list %s as that project tells them',
    async (resource, expected) => {
      const role = `lists-${resource}`;
      await api.send('POST', '/projects/shop/roles', {
        body: {
          metadata: { name: role },
          rules: [{ resources: [resource], verbs: ['list'] }],
        },
      });
      const { body: token } = await api.send(
        'POST',
        `/projects/shop/roles/${role}/api-tokens`,
        { body: { name: role } },
      );
      const as = `token:${Buffer.from(token.data.token, 'base64')}`;
      // That a token was made is an event, too.
      const told = (await list('', as)).filter(name => /^e\d$/.test(name));
      expect(told).toEqual(expected);
    },
  );

  it('are streamed from a revision on, as they are recorded', async () => {
    const { body } = await api.send('GET', '/events?newest=1');
    const { resourceVersion } = body.metadata;
    const reading = read(2, resourceVersion);
    await record('store', 'e4', 4);
    await record('shop', 'e5', 5);
    expect(await reading).toEqual(['e4', 'e5']);
    ownersRead();
    await record('store', 'e6', 6);
    expect(await read(2, resourceVersion)).toEqual(['e4', 'e6']);
  });

  it('are streamed no longer than until it is asked again who may see them', async () => {
    const { body } = await api.send('GET', '/events?newest=1');
    const { resourceVersion } = body.metadata;
    const stream = api
      .client()
      .watchEvents({ resourceVersion }, { signal: ended.signal });
    const first = stream[Symbol.asyncIterator]().next();
    let isOver = false;
    const over = first.then(({ done }) => {
      isOver = true;
      return done;
    });
    while (!isOver) {
      await api.clock.advance(RECHECK_MS);
      await new Promise(setImmediate);
    }
    expect(await over).toBe(true);
  });

  it('tell whoever may not read them how far they have come', async () => {
    const { body } = await api.send('GET', '/events?newest=1');
    const { resourceVersion } = body.metadata;
    ownersRead();
    const stream = api
      .client()
      .watchEvents({ resourceVersion }, { signal: ended.signal });
    const changes = stream[Symbol.asyncIterator]();
    const next = changes.next();
    await record('store', 'e7', 7);
    expect((await next).value.object.metadata.name).toBe('e7');
    await api.clock.advance(5_000);
    const hidden = await record('shop', 'h7', 7);
    // At once, not when nothing has happened for a while.
    await record('shop', 'h8', 7);
    expect((await changes.next()).value).toEqual({
      type: 'BOOKMARK',
      resourceVersion: hidden.metadata.resourceVersion,
    });
    await changes.return?.();
  });

  it('say so when the history does not reach back so far', async () => {
    // The store forgets in strides of a few hundred changes.
    for (let at = 0; at < 330; at++) {
      await api.store.patch(
        { kind: 'Project', namespace: '', name: 'shop' },
        { metadata: { labels: { at: String(at) } } },
      );
    }
    const error = await read(1, '2').catch(refused => refused);
    expect(isOutOfRangeError(error)).toBe(true);
  });
});
