import { MetricsService } from '@backstage/backend-plugin-api/alpha';
import { EngineProgress } from '../engine/runtime/progress';

/** Turns what the engine does into OpenTelemetry metrics, see the reference page on metrics. */
export function createMetricsProgress(metrics: MetricsService): EngineProgress {
  const reconciles = metrics.createHistogram('kargo.reconcile.duration', {
    description: 'Time of one reconcile',
    unit: 's',
  });
  const delays = metrics.createHistogram('kargo.reconcile.delay', {
    description: 'Time between being due and being taken',
    unit: 's',
  });
  const steps = metrics.createHistogram('kargo.step.duration', {
    description: 'Time of one attempt of a promotion step',
    unit: 's',
  });
  const wholeSteps = metrics.createHistogram('kargo.promotion.step.duration', {
    description: 'Time of a promotion step from its first attempt to its end',
    unit: 's',
  });
  const completed = metrics.createCounter('kargo.promotions.completed', {
    description: 'Promotions that have ended',
  });
  const promotions = metrics.createHistogram('kargo.promotion.duration', {
    description: 'Time from the start to the end of a Promotion',
    unit: 's',
  });
  const discoveries = metrics.createHistogram('kargo.discovery.duration', {
    description: 'Time of one discovery of a Warehouse',
    unit: 's',
  });
  const failures = metrics.createCounter('kargo.discovery.failures', {
    description: 'Subscriptions that could not be read',
  });
  return {
    reconciled({ key, durationMs, delayMs, error }) {
      const attributes = {
        kind: key.kind,
        result: error ? 'error' : 'success',
      };
      reconciles.record(durationMs / 1000, attributes);
      delays.record(delayMs / 1000, { kind: key.kind });
    },
    stepAttempted({ uses, status, durationMs }) {
      steps.record(durationMs / 1000, { uses, status });
    },
    stepEnded({ project, uses, status, durationMs }) {
      wholeSteps.record(durationMs / 1000, {
        project,
        stepKind: uses,
        terminalStatus: status,
      });
    },
    promotionEnded({ project, phase, durationMs }) {
      const attributes = { project, terminalPhase: phase };
      completed.add(1, attributes);
      if (durationMs !== undefined) {
        promotions.record(durationMs / 1000, attributes);
      }
    },
    discovered({ durationMs, failed }) {
      discoveries.record(durationMs / 1000);
      failures.add(failed);
    },
  };
}
