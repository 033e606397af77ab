import { InputError, NotFoundError } from '@backstage/errors';
import {
  AnalysisJob,
  AnalysisJobLog,
  AnalysisRun,
  ANNOTATIONS,
  isJobEnded,
  jobContainers,
  namedMetrics,
  ResourceKey,
} from 'backstage-plugin-kargo-common';
import { IndexedStore } from '../../ports/ResourceIndex';

/** Which log of a run is asked for. */
export interface LogSelection {
  metricName?: string;
  containerName?: string;
}

/** The log of a container of a job. */
export interface JobLogKey {
  job: ResourceKey<'AnalysisJob'>;
  /** Absent where no manifest tells it. */
  containerName?: string;
  /** Whether nobody named the container; when it never began, what was to prepare it tells why. */
  isUnnamed: boolean;
}

/**
 * The log that is asked for: of the job of the newest measurement of a metric, and there of
 * the one container that is not there to prepare something.
 *
 * @throws NotFoundError; InputError when a metric or a container has to be named
 */
export function findJobLog(
  run: AnalysisRun,
  { metricName, containerName }: LogSelection,
): JobLogKey {
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
  const { initial, main } = jobContainers(withJobs[metrics.indexOf(metric)]);
  const containers = [...initial, ...main];
  if (containerName === undefined && main.length > 1) {
    throw new InputError(`containerName: name one of ${containers.join(', ')}`);
  }
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
  const chosen = containerName ?? main.at(0);
  return {
    job: { kind: 'AnalysisJob', namespace, name: job },
    ...(chosen !== undefined && { containerName: chosen }),
    isUnnamed: containerName === undefined,
  };
}

/**
 * What a container of a job printed, and what it prints until the job ends: all of it put
 * together is the log, with its line breaks. What else is to be said stands on lines of its
 * own.
 */
export async function* followLog(
  store: IndexedStore,
  key: JobLogKey,
  signal: AbortSignal,
): AsyncIterable<string> {
  let seen = 0;
  let told: string | undefined;
  let isLineOpen = false;
  const note = (words: string) => `${isLineOpen ? '\n' : ''}(${words})\n`;
  const { kind, namespace, name } = key.job;
  const events = store.watch(kind, { namespace, names: [name], signal });
  for await (const event of events) {
    if (event.type === 'BOOKMARK') {
      continue;
    }
    const job = event.object;
    const log = findLog(job, key);
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

function findLog(
  { status = {} }: AnalysisJob,
  { containerName, isUnnamed }: JobLogKey,
): AnalysisJobLog | undefined {
  const { logs = [], phase } = status;
  const found = logs.find(({ container }) => container === containerName);
  const takesAny = isUnnamed && (!containerName || isJobEnded(phase));
  return found ?? (takesAny ? logs.at(-1) : undefined);
}
