import { AnalysisMetric, AnalysisRunSpec } from '../model/Analysis';

const ARGUMENT = /\{\{\s*args\.([^\s{}]+)\s*\}\}/g;

/**
 * The metrics of a run by the names that its results have: placeholders for arguments in the
 * names are replaced, and nothing else of a metric is. An argument that a Secret gives stays a
 * placeholder. Pure.
 *
 * @public
 */
export function namedMetrics({
  metrics = [],
  args = [],
}: Pick<AnalysisRunSpec, 'metrics' | 'args'>): AnalysisMetric[] {
  const values = new Map(
    args.map(({ name, value, valueFrom }) => [
      name,
      valueFrom?.secretKeyRef ? undefined : value,
    ]),
  );
  return metrics.map(metric => ({
    ...metric,
    name: metric.name.replace(
      ARGUMENT,
      (placeholder, name: string) => values.get(name) ?? placeholder,
    ),
  }));
}
