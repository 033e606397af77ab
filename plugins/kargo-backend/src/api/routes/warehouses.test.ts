import { Warehouse } from 'backstage-plugin-kargo-common';
import { ApiHarness, denying } from '../../testing/ApiHarness';
import { pipelineManifests } from '../../testing/pipelineManifests';

jest.setTimeout(60_000);

const manifest = (project: string) => `
apiVersion: kargo.akuity.io/v1alpha1
kind: Warehouse
metadata: {name: web, namespace: ${project}}
spec:
  subscriptions:
  - image: {repoURL: ghcr.io/acme/web}
`;

const HIDDEN = /^Project '(new|shop)' does not exist$/;

describe('/warehouses/dry-run', () => {
  let api: ApiHarness;
  let looked: Warehouse[];

  beforeAll(async () => {
    api = await ApiHarness.start();
    await api.apply(pipelineManifests('shop'));
  });

  beforeEach(() => {
    api.reset();
    looked = [];
    api.world.dryRunDiscovery = async warehouse => {
      looked.push(warehouse);
      return {
        discoveredArtifacts: { discoveredAt: '2026-05-01T10:00:00Z' },
        explanation: { reasons: [] },
      };
    };
  });

  const look = (body: string, as?: string) =>
    api.send('POST', '/warehouses/dry-run', { body, as });

  it('looks with what admission makes of the manifest', async () => {
    expect((await look(manifest('shop'))).status).toBe(200);
    expect(looked).toMatchObject([
      {
        metadata: { name: 'web', namespace: 'shop' },
        spec: {
          interval: '5m0s',
          subscriptions: [{ image: { imageSelectionStrategy: 'SemVer' } }],
        },
      },
    ]);
    expect(api.audits).toMatchObject([
      { eventId: 'warehouse-dry-run', outcome: 'succeeded' },
    ]);
  });

  it('looks in a project that is still to be made, and makes nothing', async () => {
    expect((await look(manifest('new'))).status).toBe(200);
    expect(looked).toHaveLength(1);
    expect((await api.send('GET', '/projects/new')).status).toBe(404);
  });

  it.each([
    ['may not make projects', 'kargo.project.create', 'new', 404, HIDDEN],
    [
      'may not manage the project',
      'kargo.project.manage',
      'shop',
      403,
      /^You may not/,
    ],
    ['may not read the project', 'kargo.project.read', 'shop', 404, HIDDEN],
  ])(
    'does not look for somebody who %s',
    async (_, denied, project, status, message) => {
      api.world.policy = denying(denied);
      const answer = await look(manifest(project));
      expect(answer.status).toBe(status);
      expect(looked).toEqual([]);
      expect(answer.body.error).toMatch(message);
    },
  );

  it.each([
    ['nothing', '', 'The body: expected the manifest of one Warehouse'],
    [
      'another kind',
      'kind: Project\nmetadata: {name: shop}',
      'The body: expected the manifest of one Warehouse',
    ],
    [
      'several manifests',
      `${manifest('shop')}---${manifest('shop')}`,
      'The body: expected the manifest of one Warehouse',
    ],
    [
      'no project',
      manifest('shop').replace(', namespace: shop', ''),
      'metadata.namespace: found nothing, expected the name of the Project',
    ],
    [
      'what no schema has',
      manifest('shop').replace('image', 'nothing'),
      /nothing/,
    ],
    ['a name that no project may have', manifest('kargo'), /kargo/],
  ])('refuses %s', async (_, body, message) => {
    const answer = await look(body);
    expect([400, 422]).toContain(answer.status);
    expect(answer.body.error).toMatch(message);
    expect(looked).toEqual([]);
  });
});
