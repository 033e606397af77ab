import {
  actionsRegistryServiceFactory,
  actionsServiceFactory,
} from '@backstage/backend-defaults/alpha';
import {
  createMockDirectory,
  mockCredentials,
  mockServices,
  startTestBackend,
} from '@backstage/backend-test-utils';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import mcpPlugin from '@backstage/plugin-mcp-actions-backend';
import { kargoPlugin } from '../../plugin';

jest.setTimeout(120_000);

/** The last message of a stream of events, which is the answer. */
function answerOf(text: string) {
  const [, data = text] = /^data: ?(.*)$/m.exec(text) ?? [];
  return JSON.parse(data);
}

describe('a client of the Model Context Protocol', () => {
  const directory = createMockDirectory();

  it('finds the actions of this plugin as tools, and calls them', async () => {
    const { server } = await startTestBackend({
      features: [
        kargoPlugin,
        mcpPlugin,
        actionsRegistryServiceFactory,
        actionsServiceFactory,
        catalogServiceMock.factory(),
        mockServices.database.factory(),
        mockServices.rootConfig.factory({
          data: {
            backend: { actions: { pluginSources: ['kargo'] } },
            kargo: { workingDirectory: directory.path },
          },
        }),
      ],
    });
    const send = async (method: string, params: object) => {
      const response = await fetch(
        `http://localhost:${server.port()}/api/mcp-actions/v1`,
        {
          method: 'POST',
          headers: {
            authorization: mockCredentials.user.header(),
            accept: 'application/json, text/event-stream',
            'content-type': 'application/json',
          },
          body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
        },
      );
      const { error, result } = answerOf(await response.text());
      expect([response.status, error]).toEqual([200, undefined]);
      return result;
    };

    const { tools } = await send('tools/list', {});
    const promote = tools.find(({ name }: { name: string }) =>
      name.endsWith('promote-freight'),
    );
    expect(promote).toMatchObject({
      annotations: { destructiveHint: true, readOnlyHint: false },
      inputSchema: { required: ['project', 'stage', 'freight'] },
    });
    const call = async (name: string, input: object) =>
      send('tools/call', {
        name: promote.name.replace('promote-freight', name),
        arguments: input,
      });
    const listed = await call('list-projects', {});
    expect(listed.content[0].text).toContain('"total":0');
    expect(
      await call('promote-freight', {
        ...{ project: 'none', stage: 'test', freight: 'x' },
      }),
    ).toMatchObject({
      isError: true,
      content: [
        { text: expect.stringContaining("Project 'none' does not exist") },
      ],
    });
  });
});
