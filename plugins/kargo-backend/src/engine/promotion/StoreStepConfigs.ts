import { toError } from '@backstage/errors';
import {
  Promotion,
  PromotionConfigs,
  StepConfig,
} from 'backstage-plugin-kargo-common';
import { StepBudget } from 'backstage-plugin-kargo-expr';
import { AnyStep, listTextFields } from 'backstage-plugin-kargo-node';
import { MAX_STEPS } from '../../expressions/Evaluation';
import { IndexedStore } from '../../ports/ResourceIndex';
import { StepConfigs } from '../../ports/StepConfigs';
import { StepExpressions, StepScope } from './StepExpressions';

/** What reading the configuration of steps needs. */
export interface StoreStepConfigsOptions {
  store: IndexedStore;
  expressions: StepExpressions;
  steps: ReadonlyMap<string, AnyStep>;
  uiBaseURL?: string;
}

/** Evaluates configurations as the steps' own runs do. */
export class StoreStepConfigs implements StepConfigs {
  static create(options: StoreStepConfigsOptions): StoreStepConfigs {
    return new StoreStepConfigs(options);
  }

  private constructor(private readonly options: StoreStepConfigsOptions) {}

  async read(
    promotion: Promotion,
    signal: AbortSignal,
  ): Promise<PromotionConfigs> {
    const { metadata, spec, status } = promotion;
    const stage = await this.options.store.get({
      kind: 'Stage',
      namespace: metadata.namespace ?? '',
      name: spec.stage,
    });
    const begun = new Set(
      (status?.stepExecutionMetadata ?? []).flatMap(entry =>
        entry.status === 'Skipped' ? [] : entry.alias,
      ),
    );
    // For somebody who reads, all steps may take what one may in a run.
    const budget = new StepBudget(MAX_STEPS);
    const steps: StepConfig[] = [];
    for (const [index, step] of (spec.steps ?? []).entries()) {
      const alias = step.as || `step-${index + 1}`;
      if (step.config && begun.has(alias)) {
        const read = await this.evaluate(
          { promotion, stage, step, budget },
          signal,
        );
        steps.push({ alias, ...read });
      }
    }
    return { steps };
  }

  private async evaluate(
    about: Required<Pick<StepScope, 'promotion' | 'stage' | 'step' | 'budget'>>,
    signal: AbortSignal,
  ): Promise<Omit<StepConfig, 'alias'>> {
    const { promotion, step } = about;
    const { expressions, steps, store, uiBaseURL } = this.options;
    const runner = steps.get(step.uses ?? '');
    const freight = await store.find({
      kind: 'Freight',
      namespace: promotion.metadata.namespace ?? '',
      name: promotion.status?.freight?.name ?? '',
    });
    try {
      const { config, secrets } = await expressions.evaluateConfig(
        {
          ...about,
          status: promotion.status ?? {},
          ...(freight?.alias && { freightAlias: freight.alias }),
          ...(uiBaseURL && { uiBaseURL }),
          ...(runner && {
            listTextFields: found => listTextFields(runner, found),
          }),
        },
        signal,
      );
      // What an expression made of a secret nobody would find in order to mask it.
      return secrets.length > 0
        ? { unknown: 'It holds secrets, which are not shown' }
        : { config };
    } catch (error) {
      signal.throwIfAborted();
      return { unknown: toError(error).message };
    }
  }
}
