import {
  AnalysisJob,
  AnalysisJobStatus,
  Draft,
  FINALIZER,
  KARGO_API_VERSION,
  keyOf,
  ROLLOUTS_API_VERSION,
} from 'backstage-plugin-kargo-common';
import { isConflictError, isNotFoundError } from 'backstage-plugin-kargo-node';
import { analysisJobName } from '../../logic/analysis/jobName';
import { AnalysisJobRequest, AnalysisJobs } from '../../ports/AnalysisJobs';
import { IndexedStore } from '../../ports/ResourceIndex';

/** Jobs as resources, which a controller of their own runs. */
export class StoreAnalysisJobs implements AnalysisJobs {
  static create(store: IndexedStore): StoreAnalysisJobs {
    return new StoreAnalysisJobs(store);
  }

  private constructor(private readonly store: IndexedStore) {}

  async ensure(request: AnalysisJobRequest): Promise<string> {
    const job = buildJob(request);
    try {
      await this.store.create(job);
    } catch (error) {
      // Its name is of this measurement alone: it was made before a crash.
      if (!isConflictError(error)) {
        throw error;
      }
    }
    return job.metadata.name;
  }

  async find(
    namespace: string,
    name: string,
  ): Promise<AnalysisJobStatus | undefined> {
    const job = await this.store.find({ kind: 'AnalysisJob', namespace, name });
    return job && (job.status ?? {});
  }

  async trim(
    { project, analysisRun, metric }: Omit<AnalysisJobRequest, 'number'>,
    limit: number,
  ): Promise<void> {
    const { items } = await this.store.list('AnalysisJob', {
      namespace: project,
      index: { name: 'analysisRun', value: analysisRun.name },
    });
    const oldest = items
      .filter(({ spec }) => spec.metric === metric)
      .sort((a, b) => b.spec.number - a.spec.number)
      .slice(limit);
    for (const job of oldest) {
      try {
        await this.store.delete(keyOf(job));
      } catch (error) {
        if (!isNotFoundError(error)) {
          throw error;
        }
      }
    }
  }
}

function buildJob({
  project,
  analysisRun,
  metric,
  number,
}: AnalysisJobRequest): Draft<AnalysisJob> {
  return {
    apiVersion: KARGO_API_VERSION,
    kind: 'AnalysisJob',
    metadata: {
      name: analysisJobName(analysisRun.uid, metric, number),
      namespace: project,
      finalizers: [FINALIZER],
      ownerReferences: [
        {
          apiVersion: ROLLOUTS_API_VERSION,
          kind: 'AnalysisRun',
          name: analysisRun.name,
          uid: analysisRun.uid,
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
    },
    spec: { analysisRun: analysisRun.name, metric, number },
  };
}
