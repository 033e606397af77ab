import { ApiHarness } from '../../testing/ApiHarness';
import { pipelineManifests } from '../../testing/pipelineManifests';

jest.setTimeout(60_000);

const PASSWORD = 'hunter2-and-more';
const MASKED = 'https://jo:[redacted]@git.example/a.git';
const CLEAR = `https://jo:${PASSWORD}@git.example/a.git`;

describe('a password in a repository URL', () => {
  let api: ApiHarness;
  const project = 'shop';

  const warehouse = (name: string, repoURL: string, more: object = {}) => ({
    apiVersion: 'kargo.akuity.io/v1alpha1',
    kind: 'Warehouse',
    metadata: { name, namespace: project },
    spec: { subscriptions: [{ git: { repoURL, ...more } }] },
  });
  const put = (manifest: object) =>
    api.send('PUT', '/resources?upsert=true', { body: manifest });
  const storedURL = async () => {
    const { spec } = await api.get('Warehouse', project, 'w');
    return spec.subscriptions[0].git?.repoURL;
  };

  beforeAll(async () => {
    api = await ApiHarness.start();
    await api.apply(pipelineManifests(project));
  });
  beforeEach(() => put(warehouse('w', CLEAR)));

  it('is told of when it is applied, kept, and not answered', async () => {
    const answer = await put(warehouse('w', CLEAR, { branch: 'main' }));
    expect(answer.status).toBe(200);
    expect(answer.headers.get('Warning')).toContain('a password in a URL');
    expect(JSON.stringify(answer.body)).toContain(MASKED);
    expect(JSON.stringify(answer.body)).not.toContain(PASSWORD);
    expect(await storedURL()).toBe(CLEAR);
  });

  it.each([
    ['in lists', `/projects/${project}/warehouses`],
    ['alone', `/projects/${project}/warehouses/w`],
    [
      'in the reasons of its Warehouse',
      `/projects/${project}/warehouses/w/why`,
    ],
  ])('is masked %s', async (_, path) => {
    await api.store.patchStatus(
      { kind: 'Warehouse', namespace: project, name: 'w' },
      {
        conditions: [
          {
            type: 'Ready',
            status: 'False',
            reason: 'DiscoveryFailure',
            message: `cannot read ${CLEAR}`,
            lastTransitionTime: '2026-01-01T00:00:00Z',
          },
        ],
      },
    );
    const { status, body } = await api.send('GET', path);
    expect(status).toBe(200);
    expect(JSON.stringify(body)).not.toContain(PASSWORD);
  });

  it('is masked in watches', async () => {
    const stop = new AbortController();
    const events = api
      .client()
      .watch({ kind: 'warehouses', project }, { signal: stop.signal });
    let seen = '';
    for await (const { object } of events) {
      seen = JSON.stringify(object);
      if (object.metadata.name === 'w') {
        break;
      }
    }
    stop.abort();
    expect(seen).toContain(MASKED);
    expect(seen).not.toContain(PASSWORD);
  });

  it('is masked in errors', async () => {
    const { status, body } = await api.send(
      'GET',
      `/projects/${project}/warehouses/${encodeURIComponent(CLEAR)}`,
    );
    expect(status).toBe(404);
    expect(body.error).not.toContain(PASSWORD);
  });

  it('stays when the manifest is applied as it was answered', async () => {
    const { body } = await api.send('GET', `/projects/${project}/warehouses/w`);
    body.spec.subscriptions[0].git.branch = 'release';
    expect((await put(body)).status).toBe(200);
    const { spec } = await api.get('Warehouse', project, 'w');
    expect(spec.subscriptions[0].git).toMatchObject({
      repoURL: CLEAR,
      branch: 'release',
    });
  });

  it('is asked for when only the mask of another one is given', async () => {
    const other = MASKED.replace('/a.git', '/b.git');
    for (const name of ['w', 'new']) {
      const { status, body } = await put(warehouse(name, other));
      expect(JSON.stringify([status, body])).toContain(
        'spec.subscriptions[0].git.repoURL',
      );
      expect(JSON.stringify(body)).toContain(
        '[redacted] is what is shown in place of passwords',
      );
    }
    expect(await storedURL()).toBe(CLEAR);
  });
});
