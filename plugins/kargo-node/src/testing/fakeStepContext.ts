import { LoggerService } from '@backstage/backend-plugin-api';
import {
  StepCapabilities,
  StepCapability,
  StepContext,
  StepFacts,
} from '../contracts/step';
import { Workspace } from '../workspace/Workspace';

const FREIGHT_NAME = 'f5f87aa23c9e97f43eb83dd63768ee41f5ba3766';

const silentLogger: LoggerService = {
  error() {},
  warn() {},
  info() {},
  debug() {},
  child: () => silentLogger,
};

/** What a test says about the surroundings of a step. @public */
export type FakeStepContextOptions<TNeeds extends StepCapability> =
  Partial<StepFacts> &
    Partial<Pick<StepCapabilities, TNeeds>> & {
      /**
       * The Promotion's folder, for the capability `files`: absolute, made and removed by
       * the test. What is being written is kept in the folder `.kargo` of it.
       */
      folder?: string;
    };

/**
 * A context for running a step alone: an empty piece of Freight on its way to Stage `dev`
 * of project `proj` in Promotion `p1`, and a logger that stays silent.
 *
 * @remarks
 * Holds exactly the capabilities that are asked for. `files` is the real thing over
 * `folder`, with all its rules; the others are what the test gives, and using one that it
 * did not give throws and names it.
 *
 * @public
 */
export async function fakeStepContext<TNeeds extends StepCapability = never>(
  needs: readonly TNeeds[],
  options: FakeStepContextOptions<TNeeds> = {},
): Promise<StepContext<TNeeds>> {
  const { folder, ...given } = options;
  const origin = { kind: 'Warehouse' as const, name: 'main' };
  const freight = { name: FREIGHT_NAME, origin };
  const signal = options.signal ?? new AbortController().signal;
  const facts: StepFacts = {
    project: 'proj',
    stage: 'dev',
    promotion: 'p1',
    promotionUid: 'b6a1e1d2-3c4d-4e5f-8a9b-0c1d2e3f4a5b',
    alias: 'step-1',
    signal,
    logger: silentLogger,
    now: () => Date.UTC(2026, 0, 1),
    startedAt: Date.UTC(2026, 0, 1),
    isRepeated: false,
    mayFindOwnFiles: false,
    outputs: {},
    targetFreight: freight,
    freight: { id: 'c1', items: { 'Warehouse/main': freight } },
    freightRequests: [],
  };
  const context = { ...facts, ...given };
  const files =
    folder === undefined
      ? undefined
      : await Workspace.create({
          root: folder,
          scratch: `${folder}/.kargo/tmp`,
          signal,
        });
  for (const name of needs) {
    provide(context, name, name === 'files' ? files : undefined);
  }
  return context as unknown as StepContext<TNeeds>;
}

function provide(
  context: object,
  name: StepCapability,
  real: StepCapabilities[StepCapability] | undefined,
): void {
  if (Reflect.get(context, name) !== undefined) {
    return;
  }
  const wanted = name === 'files' ? 'folder' : name;
  Object.defineProperty(context, name, {
    enumerable: true,
    get() {
      if (real === undefined) {
        throw new Error(
          `The test gave no capability '${name}'; pass it as '${wanted}'`,
        );
      }
      return real;
    },
  });
}
