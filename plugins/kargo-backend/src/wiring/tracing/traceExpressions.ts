import { TracingService } from '@backstage/backend-plugin-api/alpha';
import { keyOf } from 'backstage-plugin-kargo-common';
import {
  StepExpressions,
  StepScope,
} from '../../engine/promotion/StepExpressions';
import { inSpan, subjectOf } from './inSpan';

/** Adds a span to evaluating a step's condition and its config, with what they look up. */
export function traceExpressions(
  expressions: StepExpressions,
  tracing: TracingService,
): StepExpressions {
  const traced = <T>(
    what: 'condition' | 'config',
    { promotion, step }: StepScope,
    evaluate: () => Promise<T>,
  ) =>
    inSpan(
      tracing,
      'kargo.expression',
      {
        ...subjectOf(keyOf(promotion)),
        'kargo.expression.of': what,
        'kargo.step.alias': step.as,
        'kargo.step.uses': step.uses,
      },
      evaluate,
    );
  return {
    shouldRun: (scope, signal) =>
      traced('condition', scope, () => expressions.shouldRun(scope, signal)),
    evaluateConfig: (scope, signal) =>
      traced('config', scope, () => expressions.evaluateConfig(scope, signal)),
  };
}
