import { ResourceKey } from 'backstage-plugin-kargo-common';
import { ArgoCdHarness } from '../../testing/ArgoCdHarness';
import { buildArgoCds } from '../../wiring/buildArgoCds';
import { KubernetesArgoCds } from './KubernetesArgoCds';

jest.setTimeout(120_000);

const PROMOTION: ResourceKey = {
  kind: 'Promotion',
  namespace: 'proj',
  name: 'p1',
};
const STAGE: ResourceKey = { kind: 'Stage', namespace: 'proj', name: 'dev' };

describe('Applications of a cluster', () => {
  let h: ArgoCdHarness;
  const { signal } = new AbortController();
  const key = { namespace: 'argocd', name: 'a' };

  beforeEach(async () => {
    h = await ArgoCdHarness.start();
  });
  afterEach(() => h.close());

  const look = (who: ResourceKey, name = 'a', argoCds = h.argoCds) =>
    argoCds.get(undefined, who).find({ ...key, name }, { signal });
  const lookAt = (who: ResourceKey, labels: Record<string, string>) =>
    h.argoCds
      .get(undefined, who)
      .list('argocd', { matchLabels: labels }, { signal });

  /** Resolves when somebody is woken whom the condition accepts. */
  const wokenThat = (isWanted: () => boolean) =>
    new Promise<void>(resolve => {
      const check = async () => {
        if (isWanted()) resolve();
      };
      h.onWake = check;
      check();
    });
  const wokenTimes = (count: number) =>
    wokenThat(() => h.woken.length >= count);

  describe('are watched, and wake', () => {
    beforeEach(async () => {
      h.application('a', { metadata: { labels: { app: 'shop' } } });
      h.argoCds.start();
      await h.server.waitForRequests('watch');
    });

    it('who looked at one that changed, once', async () => {
      await look(PROMOTION);
      await look(STAGE, 'b');
      h.controller.begin('a');
      await wokenTimes(1);
      h.controller.finish('a');
      await look(STAGE);
      h.controller.finish('a', { health: 'Degraded' });
      await wokenTimes(2);
      expect(h.woken).toEqual(['Promotion/p1', 'Stage/dev']);
    });

    it('who looked for one that was not there', async () => {
      await look(PROMOTION, 'later');
      h.application('later');
      await wokenTimes(1);
      expect(h.woken).toEqual(['Promotion/p1']);
    });

    it('who looked at one that is removed', async () => {
      await look(PROMOTION);
      h.server.remove('argocd', 'a');
      await wokenTimes(1);
      expect(h.woken).toEqual(['Promotion/p1']);
    });

    it('who looked by labels, when one gets them, loses them or changes', async () => {
      await lookAt(PROMOTION, { app: 'shop' });
      h.application('b', { metadata: { labels: { app: 'other' } } });
      h.application('c', { metadata: { labels: { app: 'shop' } } });
      await wokenTimes(1);
      await lookAt(STAGE, { app: 'shop' });
      h.application('c', { metadata: { labels: {} } });
      await wokenTimes(2);
      expect(h.woken).toEqual(['Promotion/p1', 'Stage/dev']);
    });

    it('nobody when Argo CD only wrote that it looked', async () => {
      await look(PROMOTION);
      h.controller.reconcile('a');
      await look(STAGE, 'b');
      h.application('b');
      await wokenTimes(1);
      expect(h.woken).toEqual(['Stage/dev']);
    });

    it('also after the server has ended the watch', async () => {
      await look(PROMOTION);
      h.server.dropWatches();
      h.controller.begin('a');
      await wokenTimes(1);
      expect(h.woken).toEqual(['Promotion/p1']);
    });

    it('also of what changed while the server forgot where the watch was', async () => {
      await look(PROMOTION);
      await look(STAGE, 'b');
      h.application('b');
      await wokenTimes(1);
      h.server.faults.add({ kind: 'status', status: 500 }, { route: 'watch' });
      h.server.dropWatches();
      h.server.remove('argocd', 'a');
      h.server.compact();
      await wokenTimes(2);
      expect(h.woken).toEqual(['Stage/dev', 'Promotion/p1']);
    });
  });

  it('are watched in their own namespace where the credentials allow no more', async () => {
    await h.close();
    h = await ArgoCdHarness.start({ onlyNamespaces: ['argocd'] });
    await look(PROMOTION);
    h.argoCds.start();
    await h.server.waitForRequests('watch');
    h.application('a');
    await wokenTimes(1);
    expect(
      h.server.stats().log.find(({ route }) => route === 'watch')?.path,
    ).toContain('/namespaces/argocd/applications');
  });

  it('that cannot be watched are complained about, and tried again', async () => {
    h.server.faults.add({ kind: 'status', status: 500 }, { route: 'list' });
    await look(PROMOTION);
    h.application('a');
    h.argoCds.start();
    await wokenTimes(1);
    expect(h.warnings).toEqual([
      expect.stringContaining('could not list Applications: status 500'),
    ]);
  });

  it('are listed page by page', async () => {
    for (let index = 0; index < 260; index++) {
      h.application(`a${index}`, { metadata: { labels: { app: 'x' } } });
    }
    await expect(lookAt(PROMOTION, { app: 'x' })).resolves.toHaveLength(260);
    expect(h.server.stats().byRoute.list).toBe(2);
  });

  it('that cannot be read are left out of a list', async () => {
    h.application('a', { metadata: { labels: { app: 'x' } } });
    h.application('b', {
      metadata: { labels: { app: 'x' } },
      status: { health: 'not an object' },
    });
    const listed = await lookAt(PROMOTION, { app: 'x' });
    expect(listed.map(({ metadata }) => metadata.name)).toEqual(['a']);
  });

  describe('and what keeps them from being read', () => {
    it.each([
      [
        401,
        'CredentialsRejectedError',
        'cluster "main" did not accept its credentials; see kargo.argocd.clusters',
      ],
      [
        403,
        'CredentialsRejectedError',
        'the credentials of cluster "main" may not get Application "argocd/a"; see kargo.argocd.clusters',
      ],
      [
        404,
        'UpstreamUnavailableError',
        'cluster "main" knows no Applications: Argo CD is not installed there',
      ],
      [
        503,
        'UpstreamUnavailableError',
        'cluster "main" could not get Application "argocd/a": status 503',
      ],
      [
        400,
        'Error',
        'cluster "main" refused to get Application "argocd/a": status 400',
      ],
    ])('is told: status %d', async (status, name, message) => {
      h.server.faults.add({ kind: 'status', status });
      await expect(look(PROMOTION)).rejects.toMatchObject({ name, message });
    });

    it('is told: a connection that breaks', async () => {
      h.server.faults.add({ kind: 'reset' });
      await expect(look(PROMOTION)).rejects.toMatchObject({
        name: 'UpstreamUnavailableError',
        message: expect.stringMatching(
          /^cluster "main" could not be asked to get Application "argocd\/a": ./,
        ),
      });
    });

    it('is no reason to wait when the step is told to stop', async () => {
      h.server.faults.add({ kind: 'hang' });
      const stop = new AbortController();
      const reading = h.argoCds
        .get(undefined, PROMOTION)
        .find(key, { signal: stop.signal });
      await h.server.waitForRequests('get');
      stop.abort(new Error('stopped'));
      await expect(reading).rejects.toThrow('stopped');
    });
  });

  it('do not need a new connection for every request', async () => {
    const ports = new Set<number | undefined>();
    const { argoCds } = h;
    h.application('a');
    for (let times = 0; times < 10; times++) {
      await look(PROMOTION, 'a', argoCds);
      const { log } = h.server.stats();
      ports.add(log.at(-1)?.clientPort);
    }
    // Two while the first is still busy giving its body away.
    expect(ports.size).toBeLessThanOrEqual(2);
  });

  it('stop being watched while the server hangs', async () => {
    h.server.faults.always({ kind: 'hang' });
    h.argoCds.start();
    await h.server.waitForRequests('list');
    await expect(h.argoCds.stop()).resolves.toBeUndefined();
  });
});

describe('the Argo CD of a Stage', () => {
  let h: ArgoCdHarness;
  let argoCds: KubernetesArgoCds;

  beforeAll(async () => {
    h = await ArgoCdHarness.start();
    argoCds = h.connect([h.cluster('main'), h.cluster('west')]);
  });
  afterAll(() => h.close());

  it.each([
    [undefined, 'main'],
    ['main', 'main'],
    ['west', 'west'],
  ])('of shard %s is %s', (shard, expected) => {
    expect(argoCds.get(shard, STAGE).name).toBe(expected);
  });

  it('of a shard that nobody configured is told to be missing', () => {
    expect(() => argoCds.get('east', STAGE)).toThrow(
      'no Argo CD is configured for shard "east": kargo.argocd.clusters in the portal\'s app-config has "main", "west"',
    );
  });

  it('is told to be missing where none is configured, for good', () => {
    const none = h.connect([]);
    expect(() => none.get(undefined, STAGE)).toThrow(
      "no Argo CD is configured: name the cluster it runs in under kargo.argocd.clusters in the portal's app-config",
    );
    expect(() => none.get(undefined, STAGE)).toThrow(
      expect.objectContaining({ name: 'TerminalError' }),
    );
  });

  it('cannot be reached by a kubeconfig that is not there', () => {
    expect(() =>
      buildArgoCds({
        ...({} as Parameters<typeof buildArgoCds>[0]),
        clusters: [
          {
            name: 'x',
            namespace: 'argocd',
            access: { kind: 'kubeconfig', path: '/nowhere/config' },
          },
        ],
      }),
    ).toThrow(
      "the kubeconfig of cluster 'x' in kargo.argocd.clusters cannot be read from '/nowhere/config'",
    );
  });
});
