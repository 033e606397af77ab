import { EngineHarness } from '../EngineHarness';
import {
  demoProject,
  demoStage,
  demoWarehouse,
  imageOf,
} from '../scenarioManifests';

jest.setTimeout(120_000);

const stageOf = (task: string) =>
  demoStage('test', { guestbook: '{direct: true}' }, `[{task: ${task}}]`);

describe('a Stage whose task nobody has made yet', () => {
  let harness: EngineHarness;

  afterEach(() => harness.stop());

  it.each([
    ['PromotionTask', 'namespace: demo', '{name: deploy}'],
    ['ClusterPromotionTask', '', '{name: deploy, kind: ClusterPromotionTask}'],
  ])(
    'is promoted to as soon as the %s is there',
    async (kind, place, reference) => {
      harness = await EngineHarness.create();
      harness.publish(imageOf('guestbook'), '1.0.0');
      await harness.apply(
        demoProject('test') + demoWarehouse('guestbook') + stageOf(reference),
      );
      // The first errors follow each other closely, the next are a pause apart.
      await harness.advance(60_000);
      const failed = await harness.get('Stage', 'test');
      expect(failed.status?.conditions).toContainEqual(
        expect.objectContaining({ type: 'Ready', reason: 'ReconcileError' }),
      );
      await harness.apply(`
apiVersion: kargo.akuity.io/v1alpha1
kind: ${kind}
metadata: {name: deploy, ${place}}
spec: {steps: [{uses: noop}]}
`);
      await harness.settle();
      const [promotion] = await harness.list('Promotion');
      expect(promotion?.status?.phase).toBe('Succeeded');
    },
  );
});
