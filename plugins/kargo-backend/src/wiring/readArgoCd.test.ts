import { ConfigReader } from '@backstage/config';
import { JsonObject } from '@backstage/types';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildArgoCds } from './buildArgoCds';
import { readArgoCdClusters } from './readArgoCd';
import { mockLogger } from '../testing/mockLogger';

function read(...clusters: JsonObject[]) {
  return readArgoCdClusters(new ConfigReader({ argocd: { clusters } }));
}

const URL_ACCESS = { url: 'https://cluster.example.com/' };

describe('the configured clusters of Argo CD', () => {
  it('are none without configuration', () => {
    expect(readArgoCdClusters(undefined)).toEqual([]);
    expect(readArgoCdClusters(new ConfigReader({}))).toEqual([]);
  });

  it.each<[string, JsonObject, object]>([
    [
      'by URL',
      {
        ...URL_ACCESS,
        token: 't',
        caFile: '/ca',
        namespace: 'gitops',
        uiUrl: 'https://argocd.example.com',
      },
      {
        namespace: 'gitops',
        uiUrl: 'https://argocd.example.com',
        access: {
          kind: 'url',
          url: 'https://cluster.example.com',
          token: 't',
          caFile: '/ca',
          skipTLSVerify: false,
        },
      },
    ],
    [
      'by a kubeconfig',
      { kubeconfig: { path: '/k', context: 'c' } },
      {
        namespace: 'argocd',
        access: { kind: 'kubeconfig', path: '/k', context: 'c' },
      },
    ],
    [
      "as the portal's own",
      { inCluster: true },
      { namespace: 'argocd', access: { kind: 'in-cluster' } },
    ],
  ])('are reached %s', (_, given, expected) => {
    expect(read({ name: 'main', ...given })).toEqual([
      { name: 'main', ...expected },
    ]);
  });

  it.each<[string, JsonObject[], string]>([
    ['no way to it', [{ name: 'main' }], "exactly one of 'url'"],
    [
      'two ways to it',
      [{ name: 'main', inCluster: true, ...URL_ACCESS }],
      "kargo.argocd.clusters[0] must have exactly one of 'url', 'kubeconfig.path' and 'inCluster: true'",
    ],
    ['no name', [URL_ACCESS], 'name'],
    [
      'a URL that is none',
      [{ name: 'main', url: 'cluster.example.com' }],
      "kargo.argocd.clusters[0].url must be an http(s) URL, got 'cluster.example.com'",
    ],
    [
      'a name that another has',
      [
        { name: 'main', ...URL_ACCESS },
        { name: 'main', ...URL_ACCESS },
      ],
      "kargo.argocd.clusters has two clusters with the name 'main'",
    ],
  ])('are refused with %s', (_, clusters, message) => {
    expect(() => read(...clusters)).toThrow(message);
  });
});

describe('a kubeconfig', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kargo-kubeconfig-'));
  const path = join(folder, 'config');

  beforeAll(() =>
    writeFileSync(
      path,
      `
apiVersion: v1
kind: Config
current-context: one
clusters: [{ name: c, cluster: { server: 'https://c.example.com' } }]
users: [{ name: u, user: { token: t } }]
contexts: [{ name: one, context: { cluster: c, user: u } }]
`,
    ),
  );
  afterAll(() => rmSync(folder, { recursive: true }));

  const build = (context?: string) =>
    buildArgoCds({
      clusters: read({
        name: 'main',
        kubeconfig: { path, ...(context && { context }) },
      }),
      queue: { markDue: async () => {} },
      clock: { now: () => 0, monotonic: () => 0, sleep: async () => {} },
      random: () => 0,
      logger: mockLogger(),
    });

  it.each([[undefined], ['one']])('is used with context %s', context => {
    const who = { kind: 'Stage', namespace: 'p', name: 's' };
    expect(build(context).get(undefined, who).name).toBe('main');
  });

  it('is refused with a context that it does not have', () => {
    expect(() => build('two')).toThrow(
      "the kubeconfig of cluster 'main' in kargo.argocd.clusters has no cluster for context 'two'",
    );
  });
});
