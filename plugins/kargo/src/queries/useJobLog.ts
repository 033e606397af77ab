import { useApi } from '@backstage/frontend-plugin-api';
import { useCallback, useEffect, useState } from 'react';
import { kargoApiRef } from '../kargoApiRef';
import { appendLog, LogBlocks, NO_LOG } from '../verification/logBlocks';

/** Which log is read. */
export interface JobLogPlace {
  project: string;
  run: string;
  metric: string;
  /** Absent where the job has one alone. */
  container?: string | undefined;
}

/** What a job has printed so far. */
export interface JobLog extends LogBlocks {
  state: 'reading' | 'ended' | 'failed';
  error?: Error;
}

const NOTHING: JobLog = { ...NO_LOG, state: 'reading' };

/** Reads what a job prints, as it prints it, as long as somebody looks. */
export function useJobLog(place: JobLogPlace): JobLog & { retry: () => void } {
  const api = useApi(kargoApiRef);
  const { project, run, metric, container } = place;
  const [log, setLog] = useState(NOTHING);
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    const { signal, stop } = stoppable();
    const update = (change: (log: JobLog) => JobLog) => {
      if (!signal.aborted) {
        setLog(change);
      }
    };
    const read = async () => {
      setLog(NOTHING);
      const texts = api.streamLogs(
        {
          project,
          name: run,
          metricName: metric,
          ...(container !== undefined && { containerName: container }),
        },
        { signal },
      );
      for await (const text of texts) {
        update(before => ({ ...before, ...appendLog(before, text) }));
      }
    };
    read().then(
      () => update(before => ({ ...before, state: 'ended' })),
      error => update(before => ({ ...before, state: 'failed', error })),
    );
    return stop;
  }, [api, project, run, metric, container, attempt]);
  const retry = useCallback(() => setAttempt(count => count + 1), []);
  return { ...log, retry };
}

function stoppable() {
  const controller = new AbortController();
  return { signal: controller.signal, stop: () => controller.abort() };
}
