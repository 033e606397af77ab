import { LoggerService } from '@backstage/backend-plugin-api';
import { StepCapabilities, StepContext } from '../contracts/step';

const FREIGHT_NAME = 'f5f87aa23c9e97f43eb83dd63768ee41f5ba3766';

const silentLogger: LoggerService = {
  error() {},
  warn() {},
  info() {},
  debug() {},
  child: () => silentLogger,
};

/** What a test says about the surroundings of a step; only the folder is needed. @public */
export type FakeStepContextOptions<TNeeds extends keyof StepCapabilities> =
  Partial<Omit<StepContext<TNeeds>, 'workDir'>> &
    Pick<StepContext<TNeeds>, 'workDir'>;

/**
 * A context for running a step alone: an empty piece of Freight on its way to Stage
 * `dev` of project `proj` in Promotion `p1`, and a logger that stays silent.
 *
 * @remarks
 * Asking for a capability that the test did not give throws and names it.
 *
 * @public
 */
export function fakeStepContext<TNeeds extends keyof StepCapabilities = never>(
  options: FakeStepContextOptions<TNeeds>,
): StepContext<TNeeds> {
  const origin = { kind: 'Warehouse' as const, name: 'main' };
  const freight = { name: FREIGHT_NAME, origin };
  return {
    project: 'proj',
    stage: 'dev',
    promotion: 'p1',
    alias: 'step-1',
    signal: new AbortController().signal,
    logger: silentLogger,
    now: () => Date.UTC(2026, 0, 1),
    startedAt: Date.UTC(2026, 0, 1),
    outputs: {},
    targetFreight: freight,
    freight: { id: 'c1', items: { 'Warehouse/main': freight } },
    freightRequests: [],
    ...options,
    capabilities: namedCapabilities(options.capabilities),
  };
}

function namedCapabilities<TNeeds extends keyof StepCapabilities>(
  given: Partial<Pick<StepCapabilities, TNeeds>> = {},
): Pick<StepCapabilities, TNeeds> {
  return new Proxy(given, {
    get(target, name) {
      const value = Reflect.get(target, name);
      if (value === undefined && typeof name === 'string') {
        throw new Error(
          `The test gave no capability '${name}'; pass it in 'capabilities'`,
        );
      }
      return value;
    },
  }) as Pick<StepCapabilities, TNeeds>;
}
