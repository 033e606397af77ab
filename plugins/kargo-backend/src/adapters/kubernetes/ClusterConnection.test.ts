import { CoreV1Api } from '@kubernetes/client-node';
import { LoopbackServer, Reply, startLoopbackServer } from 'kargo-test';
import { gzipSync } from 'node:zlib';
import { createKubeConfig } from '../../wiring/createKubeConfig';
import { ClusterConnection } from './ClusterConnection';

jest.setTimeout(60_000);

const JSON_TYPE = { 'content-type': 'application/json' };

describe('ClusterConnection', () => {
  let server: LoopbackServer;
  let reply: Reply;
  const { signal } = new AbortController();

  beforeAll(async () => {
    server = await startLoopbackServer({
      route: ({ url }) => url.pathname,
      handle: async () => reply,
    });
  });
  afterAll(() => server.close());

  function readNamespace() {
    const kubeConfig = createKubeConfig(
      {
        name: 'main',
        access: {
          kind: 'url',
          url: server.url,
          token: 't',
          skipTLSVerify: false,
        },
      },
      'kargo.argocd',
    );
    const api = kubeConfig.makeApiClient(CoreV1Api);
    return ClusterConnection.create({
      name: 'main',
      kubeConfig,
      settings: 'kargo.argocd',
      unknownKind: 'knows none',
      maxAnswerBytes: 1_000,
    }).ask('get namespace "a"', signal, options =>
      api.readNamespace({ name: 'a' }, options),
    );
  }

  const namespace = (padding: number) =>
    JSON.stringify({
      kind: 'Namespace',
      metadata: { name: 'a', annotations: { note: 'ä'.repeat(padding) } },
    });

  it('reads what an API server answers', async () => {
    reply = { status: 200, headers: JSON_TYPE, body: namespace(100) };
    await expect(readNamespace()).resolves.toMatchObject({
      metadata: { annotations: { note: 'ä'.repeat(100) } },
    });
  });

  it.each<[string, Reply]>([
    [
      'an answer that is too large',
      { status: 200, headers: JSON_TYPE, body: namespace(1_000) },
    ],
    [
      'one that is too large once it is unpacked',
      {
        status: 200,
        headers: { ...JSON_TYPE, 'content-encoding': 'gzip' },
        body: gzipSync(namespace(1_000)),
      },
    ],
    [
      'a refusal that is too large',
      { status: 500, headers: JSON_TYPE, body: namespace(1_000) },
    ],
  ])('breaks off %s', async (_, answer) => {
    reply = answer;
    await expect(readNamespace()).rejects.toMatchObject({
      name: 'UpstreamUnavailableError',
      message: expect.stringContaining(
        'cluster "main" could not be asked to get namespace "a": its answer has more than 1000 bytes',
      ),
    });
  });
});
