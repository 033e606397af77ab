import {
  AnalysisRun,
  AnalysisRunStatus,
  keyOf,
} from 'backstage-plugin-kargo-common';
import { isConflictError, isNotFoundError } from 'backstage-plugin-kargo-node';
import { isEqualJson } from '../../logic/mergePatch';
import { ResourceTooLargeError } from '../../logic/resourceSize';
import { ResourceStore } from '../../ports/ResourceStore';
import { writeStatus } from '../writeStatus';

/**
 * Writes what a run has come to, and ends one for which there is no room: measuring again
 * would come to the same.
 *
 * @param options.now - RFC 3339
 * @param options.ifTooLarge - what is noted of it besides when it is ended
 * @returns `undefined` when somebody else has written of the run meanwhile, or it is gone
 */
export async function writeRunStatus(
  store: ResourceStore,
  run: AnalysisRun,
  status: AnalysisRunStatus,
  { now, ifTooLarge }: { now: string; ifTooLarge?: AnalysisRunStatus },
): Promise<AnalysisRun | undefined> {
  try {
    return await tryWrite(store, run, status);
  } catch (error) {
    if (!(error instanceof ResourceTooLargeError)) {
      throw error;
    }
    return tryWrite(store, run, {
      ...status,
      ...ifTooLarge,
      phase: 'Error',
      message: error.message,
      completedAt: now,
      metricResults: status.metricResults?.map(
        ({ measurements: _, ...result }) => result,
      ),
    });
  }
}

/**
 * Somebody else may have asked for something meanwhile, which is no reason to look again;
 * only what changes the status is.
 */
async function tryWrite(
  store: ResourceStore,
  run: AnalysisRun,
  status: AnalysisRunStatus,
): Promise<AnalysisRun | undefined> {
  let base = run;
  for (;;) {
    try {
      return await writeStatus(store, base, status, { guarded: true });
    } catch (error) {
      if (isNotFoundError(error)) {
        return undefined;
      }
      if (!isConflictError(error)) {
        throw error;
      }
    }
    const latest = await store.find(keyOf(run));
    const isOurs =
      latest?.metadata.uid === run.metadata.uid &&
      isEqualJson(latest.status ?? {}, run.status ?? {});
    if (!latest || !isOurs) {
      return undefined;
    }
    base = latest;
  }
}
