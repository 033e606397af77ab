import { JsonObject, Promotion } from 'backstage-plugin-kargo-common';
import { Found, Lookup, LookupTable } from '../../expressions/lookups';
import { Paced } from '../../expressions/Paced';
import {
  evaluateStepCondition,
  evaluateStepConfig,
  StepEvaluationInput,
} from '../../expressions/promotionScope';
import { Clock } from '../../ports/Clock';
import { driveEvaluation, MAX_LOOKUPS } from '../expressions/driveEvaluation';
import { fetchLookup, LookupSource } from '../expressions/fetchLookup';
import { maskError } from '../expressions/maskError';
import { StepExpressions, StepScope } from './StepExpressions';

/** What evaluating the expressions of steps needs. */
export interface StoreStepExpressionsOptions extends LookupSource {
  clock: Clock;
}

/**
 * Evaluates the expressions of steps and fetches what they ask for from the store.
 *
 * @remarks
 * The evaluation is pure: it stops at what it does not know, which is fetched, and goes on
 * with the expression that asked for it. A look-up happens at most once per step, and one of
 * a Warehouse once per pass of a Promotion: nothing that its steps do changes what a
 * Warehouse subscribes to.
 */
export class StoreStepExpressions implements StepExpressions {
  /** Warehouses by name, per pass: each has its own object of the Promotion. */
  private readonly warehouses = new WeakMap<
    Promotion,
    Map<string, Found | undefined>
  >();

  static create(options: StoreStepExpressionsOptions): StoreStepExpressions {
    return new StoreStepExpressions(options);
  }

  private constructor(private readonly options: StoreStepExpressionsOptions) {}

  async shouldRun(scope: StepScope, signal: AbortSignal): Promise<boolean> {
    return (await this.evaluate(evaluateStepCondition, scope, signal)).result;
  }

  async evaluateConfig(
    scope: StepScope,
    signal: AbortSignal,
  ): Promise<{ config: JsonObject; secrets: string[] }> {
    const { result, lookups } = await this.evaluate(
      evaluateStepConfig,
      scope,
      signal,
    );
    return { config: result, secrets: lookups.secretValues() };
  }

  private async evaluate<T>(
    evaluation: (input: StepEvaluationInput) => Paced<T>,
    scope: StepScope,
    signal: AbortSignal,
  ): Promise<{ result: T; lookups: LookupTable }> {
    const lookups = new LookupTable();
    const { promotion } = scope;
    const project = promotion.metadata.namespace ?? '';
    const nowMs = this.options.clock.now();
    try {
      const result = await driveEvaluation(
        evaluation({ ...scope, lookups, nowMs }),
        {
          lookups,
          fetch: lookup => this.fetchOnce(promotion, project, lookup, signal),
          tooMany: () =>
            new Error(
              `the expressions of the step look up more than ${MAX_LOOKUPS} resources`,
            ),
          signal,
        },
      );
      return { result, lookups };
    } catch (error) {
      throw maskError(error, lookups.secretValues());
    }
  }

  private async fetchOnce(
    promotion: Promotion,
    project: string,
    lookup: Lookup,
    signal: AbortSignal,
  ): Promise<Found | undefined> {
    if (lookup.kind !== 'Warehouse') {
      return fetchLookup(this.options, project, lookup, signal);
    }
    const known = this.warehouses.get(promotion) ?? new Map();
    this.warehouses.set(promotion, known);
    if (!known.has(lookup.name)) {
      known.set(lookup.name, await fetchLookup(this.options, project, lookup));
    }
    return known.get(lookup.name);
  }
}
