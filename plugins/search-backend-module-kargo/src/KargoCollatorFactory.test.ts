import { createServer, IncomingMessage, Server } from 'node:http';
import { AddressInfo } from 'node:net';
import { mockCredentials, mockServices } from '@backstage/backend-test-utils';
import { TestPipeline } from '@backstage/plugin-search-backend-node';
import { Resource } from 'backstage-plugin-kargo-common';
import { KargoCollatorFactory } from './KargoCollatorFactory';
import { aProject, aStage, aWarehouse, someFreight } from './testing/builders';

jest.setTimeout(60_000);

/** What Kargo answers to a path with its query; 404 to all else. */
type Answers = (path: string, request: IncomingMessage) => object | undefined;

function page(items: Resource[], next?: string) {
  return { items, metadata: { resourceVersion: '1', continue: next } };
}

const EMPTY: Record<string, object> = {
  '/stages?limit=100': page([]),
  '/warehouses?limit=100': page([]),
  '/freight?newest=5': { groups: { '': { items: [] } } },
};

/** A project of that name without anything in it. */
function emptyProject(name: string): Record<string, object> {
  return Object.fromEntries(
    Object.entries(EMPTY).map(([path, answer]) => [
      `/projects/${name}${path}`,
      answer,
    ]),
  );
}

describe('KargoCollatorFactory', () => {
  let server: Server;
  let answers: Answers;
  let asked: string[];

  beforeEach(async () => {
    asked = [];
    server = createServer((request, response) => {
      const path = (request.url ?? '').replace('/api/kargo/v1beta1', '');
      asked.push(path);
      const answer = answers(path, request);
      response.statusCode = answer ? 200 : 404;
      response.end(JSON.stringify(answer ?? { error: 'not there' }));
    });
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  });

  afterEach(
    () =>
      new Promise(resolve => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  );

  function create() {
    const { port } = server.address() as AddressInfo;
    return KargoCollatorFactory.create({
      auth: mockServices.auth({ pluginId: 'search' }),
      discovery: mockServices.discovery.mock({
        getBaseUrl: async id => `http://127.0.0.1:${port}/api/${id}`,
      }),
      newestFreight: 5,
      pagePath: '/kargo',
    });
  }

  async function collate() {
    const collator = await create().getCollator();
    const { documents, error } = await TestPipeline.fromCollator(
      collator,
    ).execute();
    return { titles: documents.map(({ title }) => title), error };
  }

  it('reads all projects and what is in them, page by page', async () => {
    const all: Record<string, object> = {
      '/projects?pageSize=100&page=0': {
        items: [aProject('shop')],
        total: 101,
      },
      '/projects?pageSize=100&page=1': {
        items: [aProject('docs')],
        total: 101,
      },
      ...emptyProject('docs'),
      '/projects/shop/stages?limit=100': page([aStage('test')], 'bQ'),
      '/projects/shop/stages?limit=100&continue=bQ': page([aStage('prod')]),
      '/projects/shop/warehouses?limit=100': page([aWarehouse('web')]),
      '/projects/shop/freight?newest=5': {
        groups: {
          '': { items: [someFreight('f1', { alias: 'brisk-otter' })] },
        },
      },
    };
    answers = path => all[path];
    expect(await collate()).toEqual({
      titles: ['shop', 'test', 'prod', 'web', 'brisk-otter', 'docs'],
    });
    expect(asked.sort()).toEqual(Object.keys(all).sort());
  });

  it('asks as the portal, for Kargo alone', async () => {
    const asking = new Set<string | undefined>();
    answers = (_, { headers }) => {
      asking.add(headers.authorization);
      return { items: [], total: 0 };
    };
    await collate();
    expect([...asking]).toEqual([
      mockCredentials.service.header({
        onBehalfOf: mockCredentials.service('plugin:search'),
        targetPluginId: 'kargo',
      }),
    ]);
  });

  it('goes on when a project is deleted meanwhile', async () => {
    const all: Record<string, object> = {
      '/projects?pageSize=100&page=0': {
        items: [aProject('gone'), aProject('docs')],
        total: 2,
      },
      ...emptyProject('docs'),
    };
    answers = path => all[path];
    expect(await collate()).toEqual({ titles: ['gone', 'docs'] });
  });

  it('fails when Kargo does, so that what is known is kept', async () => {
    answers = () => undefined;
    expect(await collate()).toMatchObject({
      titles: [],
      error: { name: 'KargoRequestError', status: 404 },
    });
  });
});
