import { Promotion } from 'backstage-plugin-kargo-common';
import { AnyStep } from 'backstage-plugin-kargo-node';
import { gitMergePrStep } from '../../builtins/steps/git-merge-pr/runner';
import { gitOpenPrStep } from '../../builtins/steps/git-open-pr/runner';
import { gitWaitForPrStep } from '../../builtins/steps/git-wait-for-pr/runner';
import { EngineHarness } from '../EngineHarness';
import { ForgeHarness } from '../ForgeHarness';
import { githubForge } from '../forges/github';
import {
  demoProject,
  demoStage,
  demoWarehouse,
  imageOf,
} from '../scenarioManifests';

jest.setTimeout(120_000);

const PAGE = 'https://github.example.com/acme/shop/pull/7';
const REPO = `repoURL: '${githubForge.repoURL}'`;
const OPEN = `{uses: git-open-pr, as: open-pr, config: {${REPO}, sourceBranch: stage/dev, targetBranch: main}}`;
const NUMBER = `prNumber: "\${{ outputs['open-pr'].pr.id }}"`;
const GUARD = `if: "\${{ status('open-pr') == 'Succeeded' }}"`;
const WAIT = `{uses: git-wait-for-pr, as: wait, ${GUARD}, config: {${REPO}, ${NUMBER}}}`;
const MERGE = `{uses: git-merge-pr, as: merge, config: {${REPO}, ${NUMBER}, wait: true, deleteSourceBranch: true}}`;

describe('a Stage that is promoted to by pull request', () => {
  let h: EngineHarness;
  let hosts: ForgeHarness;

  beforeEach(async () => {
    hosts = await ForgeHarness.start();
    hosts.choose(githubForge);
    h = await EngineHarness.create({
      steps: [gitOpenPrStep, gitWaitForPrStep, gitMergePrStep] as AnyStep[],
      capabilities: hosts.capabilities(),
    });
  });
  afterEach(async () => {
    await h.stop();
    await hosts.close();
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
  const promotion = async (): Promise<Promotion> =>
    (await h.list('Promotion'))[0];
  const steps = async () =>
    (await promotion()).status?.stepExecutionMetadata?.map(
      ({ alias, status }) => `${alias} ${status}`,
    );

  it('opens it, waits for people, and goes on when they have merged it', async () => {
    await promote(`${OPEN}, ${WAIT}`);
    const [pull] = hosts.forge.pulls;
    expect(await steps()).toEqual(['open-pr Succeeded', 'wait Running']);
    await h.advance(30_000);
    expect(await steps()).toEqual(['open-pr Succeeded', 'wait Running']);
    hosts.forge.merge(pull);
    await h.advance(30_000);
    expect((await promotion()).status).toMatchObject({
      phase: 'Succeeded',
      state: {
        'open-pr': { pr: { id: pull.number } },
        wait: { commit: pull.mergeCommit, pr: { merged: true } },
      },
    });
  });

  it('tells on the Stage which one it waits for and why, until it does not', async () => {
    const current = async () =>
      (await h.get('Stage', 'test')).status?.currentPromotion;
    await promote(`${OPEN}, ${WAIT}`);
    const [pull] = hosts.forge.pulls;
    expect((await current())?.status).toEqual({
      phase: 'Running',
      currentStep: 1,
      stepExecutionMetadata: [
        {
          alias: 'wait',
          status: 'Running',
          message: expect.stringMatching(/^pull request 7 is open/),
          startedAt: expect.any(String),
        },
      ],
      state: {
        wait: { pr: { id: 7, url: PAGE, open: true } },
      },
    });
    const { resourceVersion } = (await h.get('Stage', 'test')).metadata;
    await h.advance(30_000);
    expect((await h.get('Stage', 'test')).metadata).toMatchObject({
      resourceVersion,
    });
    hosts.forge.merge(pull);
    await h.advance(30_000);
    expect(await current()).toBeUndefined();
  });

  it('tells once of each that it waits for, and at the end which one that was', async () => {
    await promote(`${OPEN}, ${WAIT}`);
    const told = async () =>
      (await h.list('Event'))
        .filter(({ involvedObject }) => involvedObject.kind === 'Promotion')
        .map(({ reason, message, metadata: { annotations = {} } }) => ({
          reason,
          message,
          page: annotations['event.kargo.akuity.io/pull-request-url'],
        }));
    await h.advance(30_000);
    const waits = {
      reason: 'PromotionWaiting',
      message: expect.stringMatching(
        /^Promotion waits: pull request 7 is open/,
      ),
      page: PAGE,
    };
    expect(await told()).toEqual([
      expect.objectContaining({ reason: 'PromotionCreated' }),
      waits,
    ]);
    hosts.forge.merge(hosts.forge.pulls[0]);
    await h.advance(30_000);
    expect(await told()).toEqual([
      expect.objectContaining({ reason: 'PromotionCreated' }),
      waits,
      expect.objectContaining({ reason: 'PromotionSucceeded', page: PAGE }),
    ]);
  });

  it('tells on the Stage which one cannot be merged yet', async () => {
    await promote(OPEN);
    const [pull] = hosts.forge.pulls;
    pull.isDraft = true;
    await promote(`${OPEN}, ${MERGE}`);
    const [freight] = await h.list('Freight');
    await h.promote('test', freight.metadata.name);
    await h.settle();
    expect(
      (await h.get('Stage', 'test')).status?.currentPromotion?.status,
    ).toMatchObject({
      stepExecutionMetadata: [
        {
          alias: 'merge',
          message: expect.stringMatching(/^pull request 7 cannot be merged/),
        },
      ],
      state: {
        merge: { pr: { id: 7, url: PAGE, open: true } },
      },
    });
  });

  it('merges it by itself when it can be', async () => {
    await promote(`${OPEN}, ${MERGE}`);
    const [pull] = hosts.forge.pulls;
    expect(pull.state).toBe('merged');
    expect(await steps()).toEqual(['open-pr Succeeded', 'merge Succeeded']);
    expect([...hosts.forge.branches]).toEqual(['main']);
  });

  it('ends failed when somebody closes it', async () => {
    await promote(`${OPEN}, ${WAIT}`);
    hosts.forge.pulls[0].state = 'closed';
    await h.advance(30_000);
    expect((await promotion()).status).toMatchObject({
      phase: 'Failed',
      message: 'step "wait": pull request 7 was closed without being merged',
    });
  });

  it('has nothing to wait for where there is nothing to propose', async () => {
    hosts.heads.main = {
      ...hosts.heads.main,
      tree: hosts.heads['stage/dev'].tree,
    };
    await promote(`${OPEN}, ${WAIT}`);
    expect(await steps()).toEqual(['open-pr Skipped', 'wait Skipped']);
    expect((await promotion()).status?.phase).toBe('Succeeded');
    expect(hosts.forge.pulls).toEqual([]);
  });

  it('outlives a day on which the host answers nothing but errors', async () => {
    await promote(`${OPEN}, ${WAIT}`);
    hosts.forge.fault = () => ({ status: 503 });
    for (let hour = 0; hour < 24; hour++) {
      await h.advance(3_600_000);
    }
    hosts.forge.fault = undefined;
    hosts.forge.merge(hosts.forge.pulls[0]);
    await h.advance(30_000);
    expect((await promotion()).status?.phase).toBe('Succeeded');
  });
});
