import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { FreightReference, JsonObject } from 'backstage-plugin-kargo-common';
import {
  AnyStep,
  Step,
  StepCapability,
  StepOutcome,
} from 'backstage-plugin-kargo-node';
import {
  FakeStepContextOptions,
  runStep,
} from 'backstage-plugin-kargo-node/testUtils';
import { evaluateConfig } from './StepSimulation';

/** A step as a page shows it. */
export interface ExampleStep {
  uses: string;
  as?: string;
  config?: JsonObject;
}

/** What the examples of a page are run in. */
export interface ExampleWorld {
  /** What steps get. */
  given: Partial<FakeStepContextOptions<StepCapability>>;
  /** Fills the Promotion's folder. */
  fill?(folder: string): Promise<void>;
  /** What people and others do while a step waits. */
  act?(): void;
  /** What is to be seen afterwards, and what it should be. */
  read(): unknown;
  expected: unknown;
}

const FREIGHT: FreightReference[] = [
  {
    name: 'f0',
    origin: { kind: 'Warehouse', name: 'main' },
    images: [{ repoURL: 'ghcr.io/example/web', tag: '1.4.0' }],
  },
];

/**
 * Runs the examples of a page, each with its steps one after the other until they end, and
 * with expressions evaluated as the engine does.
 *
 * @returns what is to be seen afterwards
 * @throws Error when a step does not succeed
 */
export async function runExamples(
  examples: readonly ExampleStep[][],
  steps: readonly AnyStep[],
  world: ExampleWorld,
): Promise<unknown> {
  const base = await mkdtemp(path.join(tmpdir(), 'kargo-example-'));
  const folder = path.join(base, 'files');
  try {
    await mkdir(folder);
    await world.fill?.(folder);
    for (const example of examples) {
      await runExample(example, steps, { world, folder });
    }
    return await world.read();
  } finally {
    await rm(base, { recursive: true });
  }
}

interface Surroundings {
  world: ExampleWorld;
  folder: string;
}

async function runExample(
  example: readonly ExampleStep[],
  steps: readonly AnyStep[],
  surroundings: Surroundings,
): Promise<void> {
  const outputs: JsonObject = {};
  for (const [index, step] of example.entries()) {
    const { uses, as = `step-${index + 1}`, config = {} } = step;
    const runner = steps.find(({ id }) => id === uses);
    if (!runner) throw new Error(`there is no step "${uses}"`);
    const evaluated = evaluateConfig(
      runner,
      { config, freight: FREIGHT, step: uses, vars: [], outputs },
      as,
    );
    const outcome = await untilEnded(runner, evaluated, as, surroundings);
    if (outcome.kind !== 'succeeded') {
      throw new Error(`step "${as}" ${JSON.stringify(outcome)}`);
    }
    outputs[as] = outcome.output ?? {};
  }
}

/** Others act once while it waits. */
async function untilEnded(
  runner: AnyStep,
  config: JsonObject,
  as: string,
  { world: { given, act }, folder }: Surroundings,
): Promise<StepOutcome> {
  const attempt = (previousOutput?: JsonObject) =>
    runStep(runner as unknown as Step<Step['config'], StepCapability>, config, {
      ...given,
      alias: as,
      folder,
      previousOutput,
    });
  const first = await attempt();
  if (first.kind !== 'waiting' || !act) {
    return first;
  }
  act();
  return attempt(first.output);
}
