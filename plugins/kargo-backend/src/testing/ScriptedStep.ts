import {
  AnyStep,
  createStep,
  StepContext,
  StepOutcome,
} from 'backstage-plugin-kargo-node';
import { z } from 'zod';

/** What one attempt does: gives an outcome, throws, or waits for something first. */
export type Attempt = (
  context: StepContext,
) => StepOutcome | Promise<StepOutcome>;

/**
 * The steps `scripted`, which fills the folder, and `acting`, which acts on the world. A
 * test plays their attempts: each takes the next of those planned for the `name` in its
 * config, and succeeds when none is left.
 */
export class ScriptedStep {
  /** Names in the order of their attempts. */
  readonly attempts: string[] = [];
  private readonly planned = new Map<string, Attempt[]>();

  /** Plans attempts of a name, after those planned already. */
  plan(name: string, ...attempts: Attempt[]): void {
    this.planned.set(name, [...(this.planned.get(name) ?? []), ...attempts]);
  }

  get step(): AnyStep {
    return this.stepOf('scripted', 'writes');
  }

  get acting(): AnyStep {
    return this.stepOf('acting', 'reads');
  }

  private stepOf(id: string, workspace: 'writes' | 'reads'): AnyStep {
    return createStep({
      id,
      description: 'Does what the test says.',
      config: z.looseObject({ name: z.string() }),
      needs: ['files'],
      workspace,
      run: async ({ name }, context) => {
        this.attempts.push(name);
        const next = this.planned.get(name)?.shift();
        return next ? next(context as StepContext) : { kind: 'succeeded' };
      },
    }) as AnyStep;
  }
}

/** An attempt that throws. */
export function throwing(message: string): Attempt {
  return () => {
    throw new Error(message);
  };
}

/** An attempt that lasts until it is told to stop. */
export const hanging: Attempt = ({ signal }) =>
  new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), {
      once: true,
    });
  });
