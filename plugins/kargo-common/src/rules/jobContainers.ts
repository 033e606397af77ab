import { AnalysisMetric } from '../model/Analysis';

/** Names of the containers of a job. @public */
export interface JobContainers {
  /** Those that prepare, one after the other, before the others. */
  initial: string[];
  /** Those that do the work, side by side. */
  main: string[];
}

/**
 * The containers of the job that a metric of a run runs, by the names that its logs have where
 * the metric is one of `namedMetrics`. Pure.
 *
 * @public
 */
export function jobContainers({ provider }: AnalysisMetric): JobContainers {
  const pod = ['spec', 'template', 'spec'].reduce(memberOf, provider.job);
  return {
    initial: namesOf(memberOf(pod, 'initContainers')),
    main: namesOf(memberOf(pod, 'containers')),
  };
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? (value as Record<string, unknown>)[name]
    : undefined;
}

function namesOf(containers: unknown): string[] {
  return (Array.isArray(containers) ? containers : []).map(container =>
    String(memberOf(container, 'name') ?? ''),
  );
}
