import { ANNOTATIONS, Promotion, Stage } from 'backstage-plugin-kargo-common';
import { AnyStep } from 'backstage-plugin-kargo-node';
import { argocdUpdateStep } from '../../builtins/steps/argocd-update/runner';
import { argocdWaitStep } from '../../builtins/steps/argocd-wait/runner';
import { ArgoCdHarness } from '../ArgoCdHarness';
import { EngineHarness } from '../EngineHarness';
import {
  demoProject,
  demoStage,
  demoWarehouse,
  imageOf,
} from '../scenarioManifests';

jest.setTimeout(120_000);

const TAG = '${{ imageFrom("ghcr.io/acme/web").Tag }}';
const SOURCE = `{repoURL: 'https://github.com/o/r', desiredRevision: '${TAG}', updateTargetRevision: true}`;
const UPDATE = `{uses: argocd-update, as: sync, config: {apps: [{name: web, sources: [${SOURCE}]}]}}`;
const WAIT = `{uses: argocd-wait, config: {apps: [{name: web}]}}`;

/** The clock stands still: whatever goes on does so because a change of an Application woke it. */
describe('a Stage with an Application of Argo CD', () => {
  let h: EngineHarness;
  let argo: ArgoCdHarness;

  beforeEach(async () => {
    argo = await ArgoCdHarness.start();
    h = await EngineHarness.create({
      steps: [argocdUpdateStep, argocdWaitStep] as AnyStep[],
      argoCds: argo.argoCds,
    });
    argo.onWake = keys => h.queue.markDue(keys.map(key => ({ key })));
    argo.argoCds.start();
    await argo.server.waitForRequests('watch');
    argo.application('web', {
      metadata: {
        annotations: { [ANNOTATIONS.authorizedStage]: 'demo:test' },
      },
    });
  });
  afterEach(async () => {
    await h.stop();
    await argo.close();
  });

  async function promote(steps: string): Promise<void> {
    h.publish(imageOf('web'), '1.2.3');
    await h.apply(
      demoProject('test') +
        demoWarehouse('web') +
        demoStage('test', { web: '{direct: true}' }, `[${steps}]`),
    );
    await h.settle();
  }

  const stage = (): Promise<Stage> => h.get('Stage', 'test');
  const promotion = async (): Promise<Promotion> =>
    (await h.list('Promotion'))[0];
  const untilPhase = (phase: string) =>
    h.until(async () => (await promotion()).status?.phase === phase);
  const untilHealth = (health: string) =>
    h.until(async () => (await stage()).status?.health?.status === health);

  it('waits for the sync, goes on at once when it ends, and has the health of the Application from then on', async () => {
    await promote(`${UPDATE}, ${WAIT}`);
    expect(argo.get('web').spec.source.targetRevision).toBe('1.2.3');
    expect(
      (await promotion()).status?.stepExecutionMetadata?.[0]?.message,
    ).toMatch(
      /^Application "argocd\/web": (it is asked to sync|its sync has not begun)$/,
    );
    argo.controller.begin('web');
    argo.controller.finish('web', { health: 'Progressing' });
    await h.until(async () => (await promotion()).status?.currentStep === 1);
    argo.controller.finish('web', { health: 'Healthy' });
    await untilPhase('Succeeded');
    await untilHealth('Healthy');
    await h.settle();
    expect((await stage()).metadata.annotations).toMatchObject({
      [ANNOTATIONS.argocdContext]: '[{"name":"web","namespace":"argocd"}]',
    });
    argo.controller.finish('web', { health: 'Degraded' });
    await untilHealth('Unhealthy');
    argo.controller.finish('web', { health: 'Healthy' });
    await untilHealth('Healthy');
  });

  it('is Unhealthy when somebody brings the Application to another revision', async () => {
    argo.controller.isAutomatic = true;
    await promote(UPDATE);
    await untilPhase('Succeeded');
    await untilHealth('Healthy');
    argo.controller.isAutomatic = false;
    argo.controller.finish('web', { revisions: ['0.9.0'] });
    await untilHealth('Unhealthy');
    expect((await stage()).status?.health?.issues).toEqual([
      'Application "argocd/web" is at revision "0.9.0" instead of "1.2.3"',
    ]);
  });

  it('is about all Applications that a selector found, also when they are only waited for', async () => {
    const labels = { shop: 'yes' };
    const status = {
      health: { status: 'Healthy' },
      sync: { status: 'Synced', revision: 'abc' },
    };
    for (const name of ['a', 'b']) {
      argo.application(name, { metadata: { labels }, status });
    }
    await promote(
      '{uses: argocd-wait, config: {apps: [{selector: {matchLabels: {shop: "yes"}}}]}}',
    );
    await untilPhase('Succeeded');
    await h.settle();
    const { annotations = {} } = (await stage()).metadata;
    expect(JSON.parse(annotations[ANNOTATIONS.argocdContext])).toEqual([
      { name: 'a', namespace: 'argocd' },
      { name: 'b', namespace: 'argocd' },
    ]);
  });

  it('is no more about an Application when its next Promotion has none', async () => {
    argo.controller.isAutomatic = true;
    await promote(UPDATE);
    await untilPhase('Succeeded');
    await untilHealth('Healthy');
    await h.apply(demoStage('test', { web: '{direct: true}' }));
    h.publish(imageOf('web'), '1.2.4');
    await h.refresh('Warehouse', 'web');
    const context = async () =>
      (await stage()).metadata.annotations?.[ANNOTATIONS.argocdContext];
    await h.until(async () => (await context()) === undefined);
    expect(await context()).toBeUndefined();
  });

  it('ends its Promotion with one sentence where no Argo CD is configured', async () => {
    const none = argo.connect([]);
    await h.stop();
    h = await EngineHarness.create({
      steps: [argocdUpdateStep, argocdWaitStep] as AnyStep[],
      argoCds: none,
    });
    await promote(UPDATE);
    await untilPhase('Errored');
    expect((await promotion()).status?.message).toBe(
      'an unrecoverable error occurred: error running step "sync": no Argo CD is configured: name the cluster it runs in under kargo.argocd.clusters in the portal\'s app-config',
    );
  });
});
