import { AnalysisRun, AnalysisRunStatus } from 'backstage-plugin-kargo-common';
import { ResourceTooLargeError } from '../../logic/resourceSize';
import { ResourceStore } from '../../ports/ResourceStore';
import { writeOwnStatus } from '../writeStatus';

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
    return await writeOwnStatus(store, run, status);
  } catch (error) {
    if (!(error instanceof ResourceTooLargeError)) {
      throw error;
    }
    return writeOwnStatus(store, run, {
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
