import { MetricsService } from '@backstage/backend-plugin-api/alpha';
import { IndexedStore } from '../ports/ResourceIndex';

/**
 * Tells, whenever metrics are collected, how many Stages of each project are ready, and why
 * others are not. What no Stage says is not told.
 *
 * @returns stops it
 */
export function observeStages(
  metrics: MetricsService,
  store: Pick<IndexedStore, 'listCrowds'>,
): () => void {
  const gauge = metrics.createObservableGauge('kargo.stages.by_ready_reason', {
    description: 'Stages by the reason of their condition Ready',
  });
  const observe: Parameters<typeof gauge.addCallback>[0] = async result => {
    const crowds = await store.listCrowds('Stage', 'readyReason', {
      moreThan: 0,
    });
    for (const { namespace, value, count } of crowds) {
      result.observe(count, { project: namespace, reason: value });
    }
  };
  gauge.addCallback(observe);
  return () => gauge.removeCallback(observe);
}
