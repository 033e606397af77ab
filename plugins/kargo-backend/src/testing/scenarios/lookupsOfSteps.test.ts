import { AnyStep } from 'backstage-plugin-kargo-node';
import { composeOutputStep } from '../../builtins/steps/compose-output/runner';
import { EngineHarness } from '../EngineHarness';
import {
  demoProject,
  demoStage,
  demoWarehouse,
  imageOf,
} from '../scenarioManifests';
import { createMemoryDatabase } from '../memoryDatabase';

jest.setTimeout(120_000);

describe('what the expressions of steps look up', () => {
  it('reads a Warehouse once per pass of a Promotion, and anew in the next', async () => {
    const knex = createMemoryDatabase();
    const harness = await EngineHarness.create({
      knex,
      steps: [composeOutputStep as AnyStep],
    });
    try {
      harness.publish(imageOf('guestbook'), '1.0.0');
      const step = `{uses: compose-output, config: {tag: "\${{ imageFrom('${imageOf(
        'guestbook',
      )}').Tag }}"}}`;
      await harness.apply(
        demoProject('none') +
          demoWarehouse('guestbook') +
          demoStage(
            'test',
            { guestbook: '{direct: true}' },
            `[${Array(5).fill(step).join(', ')}]`,
          ),
      );
      await harness.settle();
      const [freight] = await harness.list('Freight');
      let reads = 0;
      knex.on('query', ({ bindings = [] }: { bindings?: unknown[] }) => {
        if (bindings.includes('Warehouse') && bindings.includes('guestbook')) {
          reads += 1;
        }
      });
      for (const expected of [1, 2]) {
        const { metadata } = await harness.promote(
          'test',
          freight.metadata.name,
        );
        await harness.settle();
        const { status } = await harness.get('Promotion', metadata.name);
        expect(status?.phase).toBe('Succeeded');
        expect(Object.values(status?.state ?? {})).toEqual(
          Array(5).fill({ tag: '1.0.0' }),
        );
        expect(reads).toBe(expected);
      }
    } finally {
      await harness.stop();
    }
  });
});
