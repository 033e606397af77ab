import { InputError, NotFoundError } from '@backstage/errors';
import {
  AnalysisJob,
  AnalysisJobLog,
  AnalysisRun,
  ANNOTATIONS,
  isJobEnded,
  namedMetrics,
  ResourceKey,
} from 'backstage-plugin-kargo-common';
import { isObject } from '../../logic/isObject';
import { IndexedStore } from '../../ports/ResourceIndex';

/** Which log of a run is asked for. */
export interface LogSelection {
  metricName?: string;
  containerName?: string;
}

/**
 * The job whose log is asked for: that of the newest measurement of a metric.
 *
 * @throws NotFoundError; InputError when a metric has to be named
 */
export function findLoggedJob(
  run: AnalysisRun,
  { metricName, containerName }: LogSelection,
): ResourceKey<'AnalysisJob'> {
  const { name, namespace = '', annotations } = run.metadata;
  const cluster = annotations?.[ANNOTATIONS.rolloutsCluster];
  if (cluster !== undefined) {
    throw new NotFoundError(
      `AnalysisRun '${name}' runs in cluster '${cluster}', where the logs of its jobs are`,
    );
  }
  const withJobs = namedMetrics(run.spec).filter(
    ({ provider }) => provider.job !== undefined,
  );
  const metrics = withJobs.map(metric => metric.name);
  if (metricName !== undefined && !metrics.includes(metricName)) {
    throw new NotFoundError(
      `AnalysisRun '${name}' has no metric '${metricName}' that runs a job`,
    );
  }
  if (metrics.length === 0) {
    throw new NotFoundError(
      `AnalysisRun '${name}' runs no job, so it has no log`,
    );
  }
  if (metricName === undefined && metrics.length > 1) {
    throw new InputError(
      `metricName: name one of the metrics that run jobs: ${metrics.join(
        ', ',
      )}`,
    );
  }
  const metric = metricName ?? metrics[0];
  const containers = containersOf(
    withJobs.find(({ name: of }) => of === metric)?.provider.job,
  );
  if (containerName !== undefined && !containers.includes(containerName)) {
    throw new NotFoundError(
      `The job of metric '${metric}' of AnalysisRun '${name}' has no container '${containerName}'; it has: ${containers.join(
        ', ',
      )}`,
    );
  }
  const job = run.status?.metricResults
    ?.find(result => result.name === metric)
    ?.measurements?.at(-1)?.metadata?.['job-name'];
  if (!job) {
    throw new NotFoundError(
      `Metric '${metric}' of AnalysisRun '${name}' has not run a job yet`,
    );
  }
  return { kind: 'AnalysisJob', namespace, name: job };
}

/** The names of the containers that a metric's job declares. */
function containersOf(job: unknown): string[] {
  const pod = ['spec', 'template', 'spec'].reduce(
    (value, member) => (isObject(value) ? value[member] : undefined),
    job,
  );
  return isObject(pod)
    ? [pod.initContainers, pod.containers]
        .flatMap(containers => (Array.isArray(containers) ? containers : []))
        .map(container => (isObject(container) ? String(container.name) : ''))
    : [];
}

/**
 * What a container of a job printed, and what it prints until the job ends: all of it put
 * together is the log, with its line breaks. What else is to be said stands on lines of its
 * own.
 *
 * @throws InputError when a container has to be named
 */
export async function* followLog(
  store: IndexedStore,
  { kind, namespace, name }: ResourceKey<'AnalysisJob'>,
  selection: LogSelection,
  signal: AbortSignal,
): AsyncIterable<string> {
  let seen = 0;
  let told: string | undefined;
  let isLineOpen = false;
  const note = (words: string) => `${isLineOpen ? '\n' : ''}(${words})\n`;
  const events = store.watch(kind, { namespace, names: [name], signal });
  for await (const event of events) {
    if (event.type === 'BOOKMARK') {
      continue;
    }
    const job = event.object;
    const log = findLog(job, selection);
    if (log) {
      const { text, dropped = 0 } = log;
      const news = text.slice(Math.max(seen - dropped, 0));
      if (seen < dropped) {
        yield note(`${dropped - seen} characters are not kept`);
        isLineOpen = false;
      }
      if (news !== '') {
        yield news;
        isLineOpen = !news.endsWith('\n');
      }
      seen = dropped + text.length;
      if (log.message && log.message !== told) {
        yield note(log.message);
        isLineOpen = false;
      }
      told = log.message;
    }
    if (event.type === 'DELETED' || isJobEnded(job.status?.phase)) {
      return;
    }
  }
}

/**
 * The log that is asked for; `undefined` while it has not begun.
 *
 * @throws InputError when a container has to be named
 */
export function findLog(
  { status }: AnalysisJob,
  { containerName }: LogSelection,
): AnalysisJobLog | undefined {
  const logs = status?.logs ?? [];
  if (containerName !== undefined) {
    return logs.find(({ container }) => container === containerName);
  }
  if (logs.length > 1) {
    const names = logs.map(({ container }) => container).join(', ');
    throw new InputError(`containerName: name one of ${names}`);
  }
  return logs.at(0);
}
