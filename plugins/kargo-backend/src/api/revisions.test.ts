import {
  KINDS,
  RESOURCE_VERSION_HEADER,
  WatchEvent,
  Stage,
} from 'backstage-plugin-kargo-common';
import { ApiHarness } from '../testing/ApiHarness';
import {
  freightManifest,
  pipelineManifests,
} from '../testing/pipelineManifests';
import { ROUTES } from './routes';
import { Route } from './server/route';

jest.setTimeout(60_000);

/** One object of every kind that is answered by itself. */
const OTHERS = `
apiVersion: kargo.akuity.io/v1alpha1
kind: ProjectConfig
metadata: { name: shop, namespace: shop }
spec: {}
---
apiVersion: kargo.akuity.io/v1alpha1
kind: ClusterConfig
metadata: { name: cluster }
spec: {}
---
apiVersion: kargo.akuity.io/v1alpha1
kind: PromotionTask
metadata: { name: web, namespace: shop }
spec: { steps: [{ uses: copy, config: { inPath: a, outPath: b } }] }
---
apiVersion: kargo.akuity.io/v1alpha1
kind: ClusterPromotionTask
metadata: { name: web }
spec: { steps: [{ uses: copy, config: { inPath: a, outPath: b } }] }
---
apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata: { name: web, namespace: shop }
spec:
  metrics: [{ name: ok, provider: { web: { url: "https://ci.example/ok" } } }]
---
apiVersion: argoproj.io/v1alpha1
kind: ClusterAnalysisTemplate
metadata: { name: web }
spec:
  metrics: [{ name: ok, provider: { web: { url: "https://ci.example/ok" } } }]
`;

const answersOne = ({ method, answers }: Route) =>
  method === 'get' && answers[200] !== undefined && answers[200] in KINDS;

function pathOf({ path }: Route): string {
  const parts: Record<string, string> = {
    project: 'shop',
    stage: 'test',
    freight: 'brisk-otter',
    name: path.includes('/promotions/') ? 'test.run' : 'web',
  };
  return path.replace(/\{(\w+)\}/g, (_, part) => parts[part]);
}

describe('the revision of a single object', () => {
  let api: ApiHarness;

  beforeAll(async () => {
    api = await ApiHarness.start({ historyLimit: 20 });
    await api.apply(pipelineManifests('shop'));
    await api.apply(OTHERS);
    await api.apply(freightManifest('shop', '1.0.0', 'brisk-otter'));
    await api.store.create({
      apiVersion: 'kargo.akuity.io/v1alpha1',
      kind: 'Promotion',
      metadata: { name: 'test.run', namespace: 'shop' },
      spec: { stage: 'test', freight: 'x', steps: [] },
    });
    await api.store.create({
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'AnalysisRun',
      metadata: { name: 'web', namespace: 'shop' },
      spec: { metrics: [] },
    });
    for (const place of ['/projects/shop', '/shared', '/system']) {
      // The installation has no repository credentials of its own: that one is not found.
      const generic = { name: 'generic', data: { token: 'x' } };
      const git = {
        type: 'git',
        repoUrl: 'https://git.example/a.git',
        username: 'robot',
        password: 'x',
      };
      const data = { a: 'b' };
      await api.send('POST', `${place}/configmaps`, {
        body: { name: 'web', data },
      });
      await api.send('POST', `${place}/generic-credentials`, { body: generic });
      await api.send('POST', `${place}/repo-credentials`, {
        body: { name: 'web', ...git },
      });
    }
    for (const role of [
      '/projects/shop/roles/kargo-viewer',
      '/system/roles/kargo-viewer',
    ]) {
      await api.send('POST', `${role}/api-tokens`, { body: { name: 'web' } });
    }
    // Then every object's own revision is older than the store's.
    await api.send('POST', '/shared/configmaps', {
      body: { name: 'last', data: { a: 'b' } },
    });
  });

  it.each(ROUTES.filter(answersOne).map(route => [route.operationId, route]))(
    'is told by %s, beside an object that is as it was',
    async (id, route) => {
      const path = pathOf(route).replace(
        'generic-credentials/web',
        'generic-credentials/generic',
      );
      const { status, headers, body } = await api.send('GET', path);
      expect({ id, status }).toEqual({ id, status: 200 });
      const { resourceVersion } = await api.store.list('Stage', { limit: 1 });
      expect(headers.get(RESOURCE_VERSION_HEADER)).toBe(resourceVersion);
      expect(headers.get('Access-Control-Expose-Headers')).toContain(
        RESOURCE_VERSION_HEADER,
      );
      expect(body.metadata.resourceVersion).not.toBe(resourceVersion);
    },
  );

  it('is where a watch goes on without losing a change made between the two', async () => {
    const client = api.client();
    const label = (value: string) =>
      api.store.patch(
        { kind: 'Stage', namespace: 'shop', name: 'test' },
        { metadata: { labels: { value } } },
      );
    await label('before');
    // The object's own revision leaves the history of 20 changes.
    for (let index = 0; index < 40; index++) {
      await api.store.patch(
        { kind: 'Stage', namespace: 'shop', name: 'qa' },
        { metadata: { labels: { index: String(index) } } },
      );
    }
    const { object, resourceVersion } = await client.read('getStage', {
      project: 'shop',
      stage: 'test',
    });
    expect(object.metadata.labels?.value).toBe('before');
    await label('between');
    const stop = new AbortController();
    const seen: Array<WatchEvent<Stage>> = [];
    for await (const event of client.watch(
      { project: 'shop', kind: 'stages', name: 'test', resourceVersion },
      { signal: stop.signal },
    )) {
      seen.push(event);
      break;
    }
    stop.abort();
    expect(
      seen.map(({ type, object: { metadata } }) => [
        type,
        metadata.labels?.value,
      ]),
    ).toEqual([['MODIFIED', 'between']]);
  });
});
