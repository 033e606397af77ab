import {
  FreightReference,
  HealthCheck,
  JsonObject,
  PromotionStep,
} from 'backstage-plugin-kargo-common';
import {
  AnyStep,
  isTerminalError,
  listTextFields,
  StepFacts,
  StepOutcome,
} from 'backstage-plugin-kargo-node';
import { builtinSteps } from '../builtins/steps';
import {
  Found,
  Lookup,
  LookupNeeded,
  LookupTable,
} from '../expressions/lookups';
import { atOnce } from '../expressions/Paced';
import { evaluateStepConfig } from '../expressions/promotionScope';
import { aPromotion, aStage } from './resourceBuilders';
import { StepHarness } from './StepHarness';
import { CaseWorld, ForeignPush } from './StepWorld';
import { mkdir, symlink } from 'node:fs/promises';
import { dirname } from 'node:path';

/** What a file holds: a text, bytes in base64, or the target of a link. */
export type CaseFile = string | { base64: string } | { link: string };

/** How a step ended, in the words of the corpus; see `RESULTS`. */
export type StepResult = 'OK' | 'SKIP' | 'RUN' | 'F!' | 'F' | 'E!' | 'E';

/** What happened before a step: another one that succeeded, or a push of somebody else. */
export type CaseEvent =
  | { uses: string; as?: string; config: JsonObject }
  | ForeignPush;

/** One attempt of a step and what must come of it. */
export interface StepCase {
  id: string;
  step: string;
  config: JsonObject;
  files: Record<string, CaseFile>;
  /** Freight being promoted, and what the Stage keeps from other origins. */
  freight: FreightReference[];
  vars: { name: string; value: string }[];
  /** Images that the requested Warehouses subscribe to; those of the Freight unless told. */
  requestedImages?: string[];
  /** What is around the step; `StepWorld` says under which variables it is found. */
  world?: CaseWorld;
  before?: CaseEvent[];
  /** What it is told beside all that: who promotes, its output of an earlier attempt, … */
  facts?: Pick<Partial<StepFacts>, 'actor' | 'previousOutput' | 'uiBaseURL'>;
  expect: {
    /** Any of these is right. */
    results: readonly StepResult[];
    /** Exactly this; null for none. */
    output?: JsonObject | null;
    /** Parts of the output. */
    like?: JsonObject;
    /** Parts of the check by which the Stage asks for health from then on. */
    healthCheck?: JsonObject;
    /** Of files that are named; null where there must be none. */
    files: Record<string, CaseFile | null>;
    /** A part of the message. */
    message?: string;
    /** Of files of the world's repositories, by repository and branch. */
    git?: Record<string, Record<string, Record<string, string | null>>>;
    /** Subjects of commits, newest first, by repository and branch. */
    commits?: Record<string, Record<string, string[]>>;
    /** Parts of Applications, by name. */
    applications?: Record<string, JsonObject>;
    /** Parts of all pull requests. */
    pulls?: JsonObject[];
    /** What the server of the world was asked, as `GET /a?b=c`. */
    requests?: string[];
  };
}

/** What came of a case. */
export interface CaseOutcome {
  result: StepResult;
  output: JsonObject | null;
  message: string;
  healthCheck?: HealthCheck;
}

const NOW_MS = Date.UTC(2026, 0, 1);
const PROMOTION = aPromotion('p1', { project: 'proj', stage: 'dev' });
const STEPS = new Map(builtinSteps.map(step => [step.id, step]));

/**
 * Runs a case in an empty folder of the harness: its expressions are evaluated and its
 * step is run as the engine does.
 *
 * @throws Error for a step that does not exist.
 */
export async function runCase(
  harness: StepHarness,
  stepCase: StepCase,
): Promise<CaseOutcome> {
  const runner = runnerOf(stepCase.step);
  await harness.reset();
  await writeFiles(harness, stepCase.files);
  const { freight } = stepCase;
  harness.controlPlane = {
    setMetadata: async () => {},
    setFreightAlias: async () => {},
    listRequestedImages: async () =>
      stepCase.requestedImages ?? imagesOf(freight),
  };
  try {
    const prepared = await prepare(harness, stepCase);
    return describe(await attempt(harness, runner, prepared));
  } catch (error) {
    return {
      result: isTerminalError(error) ? 'E!' : 'E',
      output: null,
      message: (error as Error).message,
    };
  }
}

/** A case whose world is there and whose steps before have run. */
interface PreparedCase extends StepCase {
  outputs: JsonObject;
}

async function prepare(
  harness: StepHarness,
  stepCase: StepCase,
): Promise<PreparedCase> {
  const addresses = (await harness.world?.make(stepCase.world ?? {})) ?? {};
  const prepared = {
    ...stepCase,
    vars: [
      ...Object.entries(addresses).map(([name, value]) => ({ name, value })),
      ...stepCase.vars,
    ],
    outputs: {} as JsonObject,
  };
  for (const event of stepCase.before ?? []) {
    if ('push' in event) {
      await harness.world?.push(event);
      continue;
    }
    const { uses, as = uses, config } = event;
    const step = { ...prepared, step: uses, config, facts: undefined };
    const outcome = await attempt(harness, runnerOf(uses), step, as);
    if (outcome.kind !== 'succeeded') {
      const { message } = describe(outcome);
      throw new Error(`step "${as}" before it did not succeed: ${message}`);
    }
    prepared.outputs[as] = outcome.output ?? {};
  }
  return prepared;
}

function runnerOf(uses: string): AnyStep {
  const runner = STEPS.get(uses);
  if (!runner) {
    throw new Error(`there is no step "${uses}"`);
  }
  return runner;
}

async function attempt(
  harness: StepHarness,
  runner: AnyStep,
  prepared: PreparedCase,
  alias = 'step-1',
): Promise<StepOutcome> {
  const { freight, facts } = prepared;
  return harness.run(runner, evaluateConfig(runner, prepared, alias), {
    ...facts,
    alias,
    targetFreight: freight[0],
    freight: { id: 'collection', items: itemsOf(freight) },
  });
}

function describe(outcome: StepOutcome): CaseOutcome {
  const output = outcome.output ?? null;
  switch (outcome.kind) {
    case 'succeeded': {
      const { message = '', healthCheck } = outcome;
      return { result: 'OK', output, message, healthCheck };
    }
    case 'skipped':
      return { result: 'SKIP', output, message: outcome.reason };
    case 'waiting':
      return { result: 'RUN', output, message: outcome.reason };
    case 'broken':
      throw outcome.error;
    default: {
      const result = outcome.final ? 'F!' : 'F';
      return { result, output, message: outcome.reason };
    }
  }
}

async function writeFiles(
  harness: StepHarness,
  files: StepCase['files'],
): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    if (typeof content === 'object' && 'link' in content) {
      await mkdir(dirname(harness.at(path)), { recursive: true });
      await symlink(content.link, harness.at(path));
    } else {
      await harness.write({
        [path]:
          typeof content === 'string'
            ? content
            : Buffer.from(content.base64, 'base64'),
      });
    }
  }
}

/** What the expressions of a configuration come to. */
export function evaluateConfig(
  runner: AnyStep,
  {
    config,
    freight,
    step: uses,
    vars,
    outputs,
  }: Pick<PreparedCase, 'config' | 'freight' | 'step' | 'vars' | 'outputs'>,
  as: string,
): JsonObject {
  const step: PromotionStep = { uses, as, config, vars };
  const lookups = new LookupTable();
  for (;;) {
    try {
      return atOnce(
        evaluateStepConfig({
          promotion: PROMOTION,
          stage: aStage({
            metadata: { name: 'dev', namespace: 'proj' },
            spec: {
              requestedFreight: freight.map(({ origin }) => ({
                origin,
                sources: { direct: true },
              })),
            },
          }),
          status: {
            freight: freight[0],
            freightCollection: { id: 'collection', items: itemsOf(freight) },
            state: outputs,
          },
          step,
          lookups,
          nowMs: NOW_MS,
          listTextFields: found => listTextFields(runner, found),
        }),
      );
    } catch (error) {
      if (!(error instanceof LookupNeeded)) {
        throw error;
      }
      lookups.add(error.lookup, find(error.lookup, freight));
    }
  }
}

/** Warehouses subscribe to what their Freight has; there is nothing else. */
function find(
  lookup: Lookup,
  freight: readonly FreightReference[],
): Found | undefined {
  if (lookup.kind !== 'Warehouse') {
    return undefined;
  }
  const reference = freight.find(({ origin }) => origin.name === lookup.name);
  if (!reference) {
    return undefined;
  }
  const { charts = [], commits = [], images = [] } = reference;
  const subscriptions = [
    ...images.map(({ repoURL }) => ({ image: { repoURL } })),
    ...commits.map(({ repoURL }) => ({ git: { repoURL } })),
    ...charts.map(({ repoURL, name }) => ({ chart: { repoURL, name } })),
  ];
  return { kind: 'Warehouse', subscriptions } as unknown as Found;
}

function itemsOf(
  freight: readonly FreightReference[],
): Record<string, FreightReference> {
  return Object.fromEntries(
    freight.map(reference => [
      `${reference.origin.kind}/${reference.origin.name}`,
      reference,
    ]),
  );
}

function imagesOf(freight: readonly FreightReference[]): string[] {
  return freight.flatMap(({ images = [] }) =>
    images.flatMap(({ repoURL }) => repoURL ?? []),
  );
}
