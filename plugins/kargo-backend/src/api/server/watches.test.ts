import { connect } from 'node:net';
import { text as textOf } from 'node:stream/consumers';
import { mockCredentials } from '@backstage/backend-test-utils';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import {
  KargoClient,
  KargoRequestError,
  KindName,
  NamedWatches,
  Resource,
  WatchedKinds,
  WatchEvent,
  WatchRequest,
} from 'backstage-plugin-kargo-common';
import { ApiHarness, denying } from '../../testing/ApiHarness';
import {
  freightManifest,
  pipelineManifests,
} from '../../testing/pipelineManifests';
import { KEEPALIVE_MS } from './streamChanges';
import { RECHECK_MS } from './whileAllowed';

jest.setTimeout(60_000);

/** Reads a watch like a client that keeps up; ends it when the test is over. */
class Reader<K extends keyof WatchedKinds> {
  readonly #stop = new AbortController();
  readonly #events: AsyncIterator<WatchEvent<WatchedKinds[K] & Resource>>;
  readonly opened: Promise<void>;
  activity = 0;

  constructor(client: KargoClient, request: WatchRequest<K>) {
    let open = () => {};
    this.opened = new Promise(resolve => {
      open = resolve;
    });
    this.#events = client
      .watch(request, {
        signal: this.#stop.signal,
        onOpen: () => open(),
        onActivity: () => {
          this.activity += 1;
        },
      })
      [Symbol.asyncIterator]();
  }

  async next(): Promise<[string, string] | 'end'> {
    const { done, value } = await this.#events.next();
    return done ? 'end' : [value.type, value.object.metadata.name];
  }

  async take(count: number) {
    const events = [];
    for (let index = 0; index < count; index++) {
      events.push(await this.next());
    }
    return events;
  }

  /** Leaves as a browser does that is closed. */
  stop(): void {
    this.#stop.abort();
  }
}

describe('watches', () => {
  let api: ApiHarness;
  let project: string;
  let count = 0;
  const readers: Array<{ stop(): void }> = [];

  beforeAll(async () => {
    api = await ApiHarness.start({ historyLimit: 60 });
  });

  beforeEach(async () => {
    count += 1;
    project = `shop-${count}`;
    await api.apply(pipelineManifests(project));
  });

  afterEach(() => readers.splice(0).forEach(reader => reader.stop()));

  function open<K extends keyof WatchedKinds>(request: WatchRequest<K>) {
    const reader = new Reader(api.client(), request);
    readers.push(reader);
    return reader;
  }

  function label(name: string, text: string, kind: KindName = 'Stage') {
    return api.store.patch(
      { kind, namespace: project, name },
      { metadata: { labels: { text } } },
    );
  }

  it('start with what exists and go on with what changes', async () => {
    const reader = open({ project, kind: 'stages' });
    expect(await reader.take(4)).toEqual([
      ['ADDED', 'gate'],
      ['ADDED', 'prod'],
      ['ADDED', 'qa'],
      ['ADDED', 'test'],
    ]);
    await label('qa', 'changed');
    expect(await reader.next()).toEqual(['MODIFIED', 'qa']);
    const gate = { kind: 'Stage' as const, namespace: project, name: 'gate' };
    await api.store.delete(gate);
    expect(await reader.next()).toEqual(['MODIFIED', 'gate']);
    await api.cleanUp(gate);
    expect(await reader.next()).toEqual(['DELETED', 'gate']);
  });

  it('tell that a project goes, and that it is gone', async () => {
    const reader = open({ project, kind: 'projects' });
    expect(await reader.next()).toEqual(['ADDED', project]);
    const key = { kind: 'Project' as const, namespace: '', name: project };
    await api.store.delete(key);
    expect(await reader.next()).toEqual(['MODIFIED', project]);
    await api.cleanUp(key);
    expect(await reader.next()).toEqual(['DELETED', project]);
  });

  it('miss nothing between a list and the watch from its revision', async () => {
    const { metadata } = await api.client().listStages({ project });
    await label('prod', 'between');
    const { resourceVersion } = metadata;
    const reader = open({ project, kind: 'stages', resourceVersion });
    expect(await reader.next()).toEqual(['MODIFIED', 'prod']);
  });

  it('show one object alone', async () => {
    const reader = open({ project, kind: 'warehouses', name: 'web' });
    expect(await reader.next()).toEqual(['ADDED', 'web']);
    await label('docs', 'other', 'Warehouse');
    await label('web', 'this', 'Warehouse');
    expect(await reader.next()).toEqual(['MODIFIED', 'web']);
  });

  it('show the Promotions of one Stage alone', async () => {
    await api.apply(freightManifest(project, '1.0.0', 'brisk-otter'));
    const reader = open({ project, kind: 'promotions', stage: 'test' });
    const [first, second] = await Promise.all([
      reader.next(),
      api.client().promoteToStage({
        project,
        stage: 'test',
        body: { freightAlias: 'brisk-otter' },
      }),
    ]);
    expect(first).toEqual(['ADDED', second.metadata.name]);
  });

  it('show one piece of Freight alone, by its alias', async () => {
    await api.apply(freightManifest(project, '1.0.0', 'brisk-otter'));
    await api.apply(freightManifest(project, '2.0.0', 'calm-heron'));
    const [other, own] = ['brisk-otter', 'calm-heron'].map(alias =>
      api.client().getFreight({ project, freight: alias }),
    );
    const stop = new AbortController();
    readers.push({ stop: () => stop.abort() });
    const { body } = await fetch(
      `${api.baseUrl}/v1beta1/projects/${project}/freight/calm-heron?watch=true`,
      { headers: authorization(), signal: stop.signal },
    );
    const told: string[] = [];
    for await (const chunk of body!.pipeThrough(new TextDecoderStream())) {
      told.push(...(chunk.match(/"alias":"[^"]+"/g) ?? []));
      if (told.length === 1) {
        await label((await other).metadata.name, 'changed', 'Freight');
        await label((await own).metadata.name, 'changed', 'Freight');
      } else if (told.length > 1) {
        break;
      }
    }
    expect(told).toEqual(['"alias":"calm-heron"', '"alias":"calm-heron"']);
  });

  it.each([
    ['one Warehouse', ['web']],
    ['several Warehouses', ['web', 'other']],
  ])('show Freight of %s alone', async (_, origins) => {
    const reader = open({ project, kind: 'freight', origins });
    const docs = freightManifest(project, '2.0.0', 'docs-only')
      .replace('name: web', 'name: docs')
      .replace(
        /images:[^]*/,
        'commits: [{repoURL: https://git.example/docs.git, id: abc}]\n',
      );
    await api.apply(docs);
    await api.apply(freightManifest(project, '1.0.0', 'brisk-otter'));
    const [web] = (await api.freight(project)).filter(
      freight => freight.origin.name === 'web',
    );
    expect(await reader.next()).toEqual(['ADDED', web.metadata.name]);
  });

  it('tell of nothing else when they start with what exists by revision 0', async () => {
    const origin = { kind: 'Warehouse', name: 'docs' };
    await api.store.patch(
      { kind: 'Stage', namespace: project, name: 'gate' },
      { spec: { requestedFreight: [{ origin, sources: { direct: true } }] } },
    );
    const reader = open({
      ...{ project, kind: 'stages', resourceVersion: '0' },
      origins: ['docs', 'other'],
    });
    expect(await reader.next()).toEqual(['ADDED', 'gate']);
    await label('gate', 'x');
    expect(await reader.next()).toEqual(['MODIFIED', 'gate']);
  });

  it('report a Stage as deleted that stops asking for the Warehouses', async () => {
    const reader = open({ project, kind: 'stages', origins: ['web', 'other'] });
    await reader.take(4);
    await api.store.patch(
      { kind: 'Stage', namespace: project, name: 'gate' },
      {
        spec: {
          requestedFreight: [
            {
              origin: { kind: 'Warehouse', name: 'docs' },
              sources: { direct: true },
            },
          ],
        },
      },
    );
    expect(await reader.next()).toEqual(['DELETED', 'gate']);
  });

  it('say so when the revision is too old', async () => {
    // The store forgets in strides of a few hundred changes.
    for (let change = 0; change < 330; change++) {
      await label('qa', `v${change}`);
    }
    const reader = open({ project, kind: 'stages', resourceVersion: '1' });
    const error: unknown = await reader.next().catch(thrown => thrown);
    expect(error).toBeInstanceOf(KargoRequestError);
    expect(error).toMatchObject({ code: 'out_of_range' });
  });

  it('stay alive while nothing happens', async () => {
    const reader = open({ project, kind: 'stages', name: 'qa' });
    await reader.next();
    const before = reader.activity;
    const next = reader.next();
    await api.clock.advance(KEEPALIVE_MS);
    await label('qa', 'after');
    await next;
    expect(reader.activity).toBeGreaterThan(before + 1);
  });

  it('stop reading when the client goes away', async () => {
    const reader = open({ project, kind: 'stages', name: 'qa' });
    await reader.next();
    const sleepers = api.clock.sleepers;
    reader.stop();
    // Its keep-alive and its look at the permission.
    await until(() => api.clock.sleepers < sleepers - 1);
    expect(api.clock.sleepers).toBe(sleepers - 2);
  });

  it.each([
    ['/stages/nope?watch=true', 404],
    ['/stages?watch=true&resourceVersion=x', 400],
  ])('refuse %s', async (path, status) => {
    expect(await api.send('GET', `/projects/${project}${path}`)).toMatchObject({
      status,
    });
  });

  it.each(['/stages', '/stages/qa', '/freight', ''])(
    'are over for who asks for the head of %s alone',
    async path => {
      const { hostname, port, pathname } = new URL(api.baseUrl);
      const { Authorization } = authorization();
      const ask = (method: string, query: string) =>
        `${method} ${pathname}/v1beta1/projects/${project}${path}${query} HTTP/1.1\r\nHost: a\r\nAuthorization: ${Authorization}\r\n`;
      const socket = connect(Number(port), hostname);
      // On one connection a request is answered when the one before it is over.
      socket.write(`${ask('HEAD', '?watch=true')}\r\n`);
      socket.write(`${ask('HEAD', '')}Connection: close\r\n\r\n`);
      expect((await textOf(socket)).match(/^HTTP.*/gm)).toEqual([
        'HTTP/1.1 200 OK',
        'HTTP/1.1 200 OK',
      ]);
    },
  );

  it('are sent as they happen, past caches and compression', async () => {
    const response = await fetch(
      `${api.baseUrl}/v1beta1/projects/${project}/stages?watch=true`,
      { headers: { ...authorization(), 'Accept-Encoding': 'gzip' } },
    );
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': expect.stringMatching(/^text\/event-stream/),
      'cache-control': 'no-cache, no-transform',
    });
    expect(response.headers.get('content-encoding')).toBeNull();
    await response.body?.cancel();
  });

  describe('that share a stream', () => {
    const stops: AbortController[] = [];
    afterEach(() => stops.splice(0).forEach(stop => stop.abort()));

    function openMany<W extends NamedWatches>(watches: W) {
      const stop = new AbortController();
      stops.push(stop);
      const { signal } = stop;
      const events = api.client().watchMany(watches, { signal });
      return events[Symbol.asyncIterator]();
    }

    it('tell each change under the name of its watch', async () => {
      const events = openMany({
        stage: { project, kind: 'stages', name: 'qa' },
        warehouses: { project, kind: 'warehouses' },
      });
      const seen = [];
      for (let index = 0; index < 3; index++) {
        const { value } = await events.next();
        seen.push(`${value.id} ${value.type} ${value.object.metadata.name}`);
      }
      expect(seen.sort()).toEqual([
        'stage ADDED qa',
        'warehouses ADDED docs',
        'warehouses ADDED web',
      ]);
      await label('qa', 'changed');
      const { value } = await events.next();
      expect(value).toMatchObject({
        id: 'stage',
        type: 'MODIFIED',
        object: { metadata: { name: 'qa' } },
      });
      expect(value.resourceVersion).toBe(value.object.metadata.resourceVersion);
    });

    it('go on when one of them fails, which says why', async () => {
      const events = openMany({
        gone: { project, kind: 'stages', name: 'nope' },
        foreign: { project: 'nobodys', kind: 'stages' },
        wrong: { project, kind: 'stages', resourceVersion: 'yesterday' },
        good: { project, kind: 'stages', name: 'qa' },
      });
      const codes = new Map<string, unknown>();
      while (codes.size < 4) {
        const { value } = await events.next();
        codes.set(value.id, value.error?.code ?? value.type);
      }
      expect(Object.fromEntries(codes)).toEqual({
        gone: 'not_found',
        foreign: 'not_found',
        wrong: 'invalid_argument',
        good: 'ADDED',
      });
    });

    it.each([
      ['a path of nothing that can be watched', { a: '/roles' }],
      ['another host', { a: '//evil.example/projects/x/stages' }],
      ['a host that is none', { a: '//[' }],
      ['a path that cannot be decoded', { a: '/projects/%ff/stages' }],
    ])('tell of %s', async (_, watches) => {
      const query = new URLSearchParams(
        Object.entries(watches).map(([id, path]) => [
          'subscribe',
          `${id}=${path}`,
        ]),
      );
      const response = await fetch(`${api.baseUrl}/v1beta1/watches?${query}`, {
        headers: authorization(),
      });
      expect(await response.text()).toMatch(
        /event: error\ndata: \{"id":"a","code":"(not_found|invalid_argument)"/,
      );
    });

    it('tell nothing of a project that the caller may not read', async () => {
      api.world.policy = () => ({ result: AuthorizeResult.DENY });
      const events = openMany({ stages: { project, kind: 'stages' } });
      const { value } = await events.next();
      expect(value).toMatchObject({
        type: 'ERROR',
        error: { code: 'not_found' },
      });
      expect(await events.next()).toMatchObject({ done: true });
      api.reset();
    });

    it.each([
      ['no path', 'subscribe=a'],
      ['no watches', ''],
      ['too many', 'subscribe=a%3D/x&'.repeat(51)],
    ])('are refused with %s', async (_, query) => {
      expect(await api.send('GET', `/watches?${query}`)).toMatchObject({
        status: 400,
      });
    });
  });

  // Last: afterwards the server takes no more watches.
  it('end when the permission to see it is taken away', async () => {
    const reader = open({ project, kind: 'warehouses', name: 'web' });
    expect(await reader.next()).toEqual(['ADDED', 'web']);
    await api.clock.advance(RECHECK_MS);
    await label('web', 'still-there', 'Warehouse');
    expect(await reader.next()).toEqual(['MODIFIED', 'web']);
    api.world.policy = denying('kargo.project.read');
    try {
      await advanceUntilEnd(api, reader.next());
    } finally {
      api.reset();
    }
  });

  it('end when the portal stops', async () => {
    const reader = open({ project, kind: 'stages', name: 'qa' });
    await reader.next();
    const next = reader.next();
    api.shutdown.abort();
    expect(await next).toBe('end');
  });
});

function authorization() {
  return { Authorization: mockCredentials.user.header() };
}

/** Polls, because nothing tells a test that a server noticed a closed connection. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) {
    await new Promise(resolve => setImmediate(resolve));
  }
}

/** Lets the clock go on until the stream has ended. */
async function advanceUntilEnd(
  { clock }: ApiHarness,
  next: Promise<unknown>,
): Promise<void> {
  let isOver = false;
  const over = next.finally(() => {
    isOver = true;
  });
  while (!isOver) {
    await clock.advance(RECHECK_MS);
    await new Promise(resolve => {
      setImmediate(resolve);
    });
  }
  expect(await over).toBe('end');
}
