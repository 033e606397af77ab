import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import {
  BackendFeature,
  createBackendPlugin,
} from '@backstage/backend-plugin-api';
import { mockServices, startTestBackend } from '@backstage/backend-test-utils';
import { AnyStep, kargoStepsExtensionPoint } from 'backstage-plugin-kargo-node';
import { parse } from 'yaml';
import { z } from 'zod';
import { ExampleStep, ExampleWorld, runExamples } from './testing/runExample';

const ROOT = path.resolve(__dirname, '../../..');
const SETTINGS = {
  acme: { releaseNotes: { baseUrl: 'https://notes.acme.example' } },
};

/** Modules that add something else. */
const WITHOUT_STEPS = ['kargo-backend-module-notifications'];

const modules = [
  'examples/step-module',
  ...readdirSync(path.join(ROOT, 'plugins'))
    .filter(
      name =>
        name.startsWith('kargo-backend-module-') &&
        !WITHOUT_STEPS.includes(name),
    )
    .map(name => `plugins/${name}`),
];

/** The steps that a module adds to a portal. */
async function listSteps(folder: string): Promise<AnyStep[]> {
  const steps: AnyStep[] = [];
  const { default: feature } = jest.requireActual(
    path.join(ROOT, folder, 'src'),
  );
  const collector = createBackendPlugin({
    pluginId: 'kargo',
    register(env) {
      env.registerExtensionPoint(kargoStepsExtensionPoint, {
        addSteps: (...added) => steps.push(...added),
      });
      env.registerInit({ deps: {}, async init() {} });
    },
  });
  const backend = await startTestBackend({
    features: [
      collector,
      feature as BackendFeature,
      mockServices.rootConfig.factory({ data: SETTINGS }),
    ],
  });
  await backend.stop();
  return steps;
}

describe.each(modules)('the page of %s', folder => {
  const page = readFileSync(path.join(ROOT, folder, 'README.md'), 'utf8');
  let steps: AnyStep[];

  beforeAll(async () => {
    steps = await listSteps(folder);
  }, 120_000);

  it('names every step and every field of its configuration', () => {
    expect(steps).not.toEqual([]);
    for (const { id, config } of steps) {
      expect(page).toMatch(new RegExp(`^## .*\\b${id}\\b`, 'm'));
      const { properties = {} } = z.toJSONSchema(config, { io: 'input' });
      const missing = Object.keys(properties).filter(
        field => !new RegExp(`\`${field}(\\[\\]|\\.|\`)`).test(page),
      );
      expect([id, missing]).toEqual([id, []]);
    }
  });

  it('shows examples that do what it says', async () => {
    const { createExampleWorld } = jest.requireActual(
      path.join(ROOT, folder, 'src/testing/exampleWorld'),
    );
    const world: ExampleWorld = createExampleWorld();
    const examples = [...page.matchAll(/^```yaml\n(- uses[^]*?)^```$/gm)].map(
      ([, text]) => parse(text) as ExampleStep[],
    );
    expect(examples).not.toEqual([]);
    await expect(runExamples(examples, steps, world)).resolves.toEqual(
      world.expected,
    );
  }, 60_000);
});
