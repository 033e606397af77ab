import { ungroupedFreight } from '../api/answers';
import { KargoClient } from './KargoClient';
import { isKargoRequestError, isOutOfRangeError } from './KargoRequestError';

interface Call {
  url: string;
  init: RequestInit;
}

function clientAnswering(
  status: number,
  body: string,
  baseUrl?: string,
): { client: KargoClient; calls: Call[] } {
  const calls: Call[] = [];
  const client = KargoClient.create({
    ...(baseUrl && { baseUrl }),
    fetch: async (url, init = {}) => {
      calls.push({ url, init });
      return new Response(status === 204 ? undefined : body, { status });
    },
  });
  return { client, calls };
}

const LIST = '{"items":[],"metadata":{"resourceVersion":"7"}}';

describe('KargoClient', () => {
  it.each<
    [string, (client: KargoClient) => Promise<unknown>, string, string, unknown]
  >([
    [
      'lists projects by page',
      c => c.listProjects({ filter: 'a b', mine: true, pageSize: 10, page: 0 }),
      'GET /projects?filter=a+b&mine=true&pageSize=10&page=0',
      '{"items":[],"total":0}',
      undefined,
    ],
    [
      'lists Stages',
      c => c.listStages({ project: 'shop' }),
      'GET /projects/shop/stages',
      LIST,
      undefined,
    ],
    [
      'escapes names',
      c => c.getStage({ project: 'shop', stage: 'a/b?c' }),
      'GET /projects/shop/stages/a%2Fb%3Fc',
      '{}',
      undefined,
    ],
    [
      'queries Freight for a Stage',
      c =>
        c.queryFreight({ project: 'shop', stage: 'prod', origins: ['a', 'b'] }),
      'GET /projects/shop/freight?stage=prod&origins=a&origins=b',
      '{"groups":{}}',
      undefined,
    ],
    [
      'promotes Freight',
      c =>
        c.promoteToStage({
          project: 'shop',
          stage: 'prod',
          body: { freight: 'f1' },
        }),
      'POST /projects/shop/stages/prod/promotions',
      '{}',
      { freight: 'f1' },
    ],
    [
      'promotes downstream',
      c =>
        c.promoteDownstream({
          project: 'shop',
          stage: 'test',
          body: { freightAlias: 'x' },
        }),
      'POST /projects/shop/stages/test/promotions/downstream',
      '{"promotions":[]}',
      { freightAlias: 'x' },
    ],
    [
      'approves Freight',
      c => c.approveFreight({ project: 'shop', freight: 'f1', stage: 'prod' }),
      'POST /projects/shop/freight/f1/approve?stage=prod',
      '',
      undefined,
    ],
    [
      'renames Freight',
      c =>
        c.patchFreightAlias({
          project: 'shop',
          freight: 'f1',
          newAlias: 'brisk-otter',
        }),
      'PATCH /projects/shop/freight/f1/alias?newAlias=brisk-otter',
      '',
      undefined,
    ],
    [
      'aborts a Promotion',
      c => c.abortPromotion({ project: 'shop', name: 'p1' }),
      'POST /projects/shop/promotions/p1/abort',
      '',
      undefined,
    ],
    [
      'refreshes a Warehouse',
      c => c.refreshWarehouse({ project: 'shop', name: 'web' }),
      'POST /projects/shop/warehouses/web/refresh',
      '',
      undefined,
    ],
    [
      'asks what the caller may do',
      c => c.getProjectAccess({ project: 'shop' }),
      'GET /projects/shop/access',
      '{"project":{"manage":{"allowed":true}},"stages":{}}',
      undefined,
    ],
  ])('%s', async (_, call, request, answer, body) => {
    const { client, calls } = clientAnswering(200, answer);
    await call(client);
    expect(`${calls[0].init.method} ${calls[0].url}`).toBe(
      request.replace(' ', ' plugin://kargo/v1beta1'),
    );
    expect(calls[0].init.body).toBe(body && JSON.stringify(body));
  });

  it('reads ungrouped Freight', async () => {
    const { client } = clientAnswering(
      200,
      '{"groups":{"":{"items":[{"kind":"Freight"}]}},"resourceVersion":"9"}',
    );
    const groups = await client.queryFreight({ project: 'shop' });
    expect(ungroupedFreight(groups)).toEqual([{ kind: 'Freight' }]);
    expect(groups.resourceVersion).toBe('9');
    expect(ungroupedFreight({ groups: {}, resourceVersion: '' })).toEqual([]);
  });

  it('sends manifests as YAML text and returns what became of each', async () => {
    const { client, calls } = clientAnswering(
      200,
      '{"results":[{"error":"no"}]}',
      'https://portal.example/api/kargo/',
    );
    expect(
      await client.updateResources({ upsert: true, body: 'kind: Stage' }),
    ).toEqual({ results: [{ error: 'no' }] });
    expect(calls[0].url).toBe(
      'https://portal.example/api/kargo/v1beta1/resources?upsert=true',
    );
    expect(calls[0].init.body).toBe('kind: Stage');
    expect(calls[0].init.headers).toMatchObject({
      'Content-Type': 'application/yaml',
    });
  });

  it('says of a body that it is JSON, and of none nothing', async () => {
    const { client, calls } = clientAnswering(200, '{}');
    await client.promoteToStage({
      project: 'shop',
      stage: 'prod',
      body: { freight: 'f1' },
    });
    await client.getProject({ project: 'shop' });
    expect(calls[0].init.headers).toMatchObject({
      'Content-Type': 'application/json',
    });
    expect(JSON.parse(String(calls[0].init.body))).toEqual({ freight: 'f1' });
    expect(calls[1].init.headers).not.toHaveProperty(['Content-Type']);
    expect(calls[1].init).not.toHaveProperty('body');
  });

  it.each<[string, number, string, string]>([
    [
      "Kargo's own error body",
      400,
      '{"error":"not available"}',
      'not available',
    ],
    [
      "the portal's error body",
      403,
      '{"error":{"name":"NotAllowedError","message":"nope"}}',
      'nope',
    ],
    ["a proxy's page", 502, '<html>', '502'],
    ['JSON that says nothing', 500, '{"error":{}}', '500'],
    ['JSON that is no object', 500, 'null', '500'],
    ['no body at all', 404, '', '404'],
  ])('rejects with the text of %s', async (_, status, body, message) => {
    const { client } = clientAnswering(status, body);
    const error = await client.getProject({ project: 'shop' }).catch(e => e);
    expect(isKargoRequestError(error, status)).toBe(true);
    expect(error.message).toBe(message);
  });

  it.each<[string, (client: KargoClient) => Promise<unknown>]>([
    ['an operation', c => c.deleteWarehouse({ project: 'shop', name: '..' })],
    ['a request', c => c.request(['projects', 'shop', '.'])],
    ['half a character', c => c.request(['projects', '\ud800'])],
    [
      'what is read to be watched',
      c => c.read('getStage', { project: '', stage: 'test' }),
    ],
    [
      'a watch',
      async c => {
        for await (const _ of c.watch({
          project: 'shop',
          kind: 'stages',
          name: '..',
        })) {
          // Nothing comes.
        }
      },
    ],
  ])('sends %s nowhere whose name leads to another path', async (_, ask) => {
    const { client, calls } = clientAnswering(200, '{}');
    await expect(ask(client)).rejects.toMatchObject({
      name: 'KargoRequestError',
      status: 400,
      message: expect.stringMatching(
        /^'(\.{0,2}|\p{Surrogate})' is no name of anything$/u,
      ),
    });
    expect(calls).toEqual([]);
  });

  it('watches from a resource version', async () => {
    const { client, calls } = clientAnswering(
      200,
      ': keepalive\n\ndata: {"type":"ADDED","object":{"kind":"Stage"}}\n\n',
    );
    const opened = jest.fn();
    const events = [];
    for await (const event of client.watch(
      { project: 'shop', kind: 'stages', resourceVersion: '7' },
      { onOpen: opened },
    )) {
      events.push(event);
    }
    expect(events).toEqual([{ type: 'ADDED', object: { kind: 'Stage' } }]);
    expect(opened).toHaveBeenCalledTimes(1);
    expect(calls[0].url).toBe(
      'plugin://kargo/v1beta1/projects/shop/stages?watch=true&resourceVersion=7',
    );
  });

  it.each([
    [
      'a server that tells it',
      '{"type":"ADDED","resourceVersion":"8","object":{"metadata":{"resourceVersion":"7"}}}',
      '8',
    ],
    ['a bookmark', '{"type":"BOOKMARK","resourceVersion":"9"}', '9'],
    [
      'an older server, which tells it of the event alone',
      '{"type":"ADDED","object":{"metadata":{"resourceVersion":"7"}}}',
      '7',
    ],
  ])('knows where to go on with events after %s', async (_, data, reached) => {
    const { client } = clientAnswering(200, `data: ${data}\n\n`);
    const changes = [];
    for await (const change of client.watchEvents()) {
      changes.push(change);
    }
    expect(changes).toEqual([
      { ...JSON.parse(data), resourceVersion: reached },
    ]);
  });

  it('tells an expired starting point from other stream errors', async () => {
    const { client } = clientAnswering(
      200,
      'event: error\ndata: {"code":"out_of_range","message":"too old"}\n\n',
    );
    const error = await client
      .watch({ project: 'shop', kind: 'freight' })
      [Symbol.asyncIterator]()
      .next()
      .catch(e => e);
    expect(isOutOfRangeError(error)).toBe(true);
    expect(error.message).toBe('too old');
  });

  it.each([
    ['{"code":"unavailable","message":"later"}', 'later'],
    ['{"code":"unavailable"}', 'The server ended the stream'],
    ['gone', 'The server ended the stream'],
  ])('ends a watch with what %s says', async (data, message) => {
    const { client } = clientAnswering(200, `event: error\ndata: ${data}\n\n`);
    const error = await client
      .watch({ project: 'shop', kind: 'freight' })
      [Symbol.asyncIterator]()
      .next()
      .catch(e => e);
    expect(isKargoRequestError(error, 0)).toBe(true);
    expect(isOutOfRangeError(error)).toBe(false);
    expect(error.message).toBe(message);
  });

  it('takes an answer that says so for an expired starting point, too', async () => {
    const { client } = clientAnswering(410, '{"error":"too old"}');
    const error = await client.getProject({ project: 'shop' }).catch(e => e);
    expect(isOutOfRangeError(error)).toBe(true);
    expect(isOutOfRangeError(new Error('too old'))).toBe(false);
  });
});
