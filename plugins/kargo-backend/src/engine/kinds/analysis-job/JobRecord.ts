import { LoggerService } from '@backstage/backend-plugin-api';
import { ConflictError, toError } from '@backstage/errors';
import { AnalysisJob, AnalysisJobStatus } from 'backstage-plugin-kargo-common';
import { Clock } from '../../../ports/Clock';
import { ResourceStore } from '../../../ports/ResourceStore';
import { untilAnswered } from '../../runtime/untilAnswered';
import { writeOwnStatus } from '../../writeStatus';
import { JobLog } from './JobLog';

/** How often what a job prints is written down, in milliseconds. */
const FLUSH_MS = 2_000;

/** What keeping a job up to date needs. */
export interface JobRecordOptions {
  store: ResourceStore;
  clock: Clock;
  logger: LoggerService;
  signal: AbortSignal;
  /** Everything that must not show in what it prints; may grow. */
  secrets: Iterable<string>;
}

/**
 * Writes what changed of the status of a job.
 *
 * @throws ConflictError when another attempt has written of it since it was read, or it is gone
 */
export async function writeJobStatus(
  store: ResourceStore,
  job: AnalysisJob,
  status: AnalysisJobStatus,
): Promise<AnalysisJob> {
  const written = await writeOwnStatus(store, job, status);
  if (!written) {
    throw new ConflictError(
      `AnalysisJob '${job.metadata.name}' was written meanwhile, or is gone`,
    );
  }
  return written;
}

/**
 * Keeps the status of a job while somebody works on it, and what it prints.
 *
 * @remarks
 * Writes come one after the other, also after one that failed: each is of the revision that
 * the last one made.
 */
export class JobRecord {
  static create(job: AnalysisJob, options: JobRecordOptions): JobRecord {
    return new JobRecord(job, options);
  }

  readonly log: JobLog;
  #job: AnalysisJob;
  #last: Promise<unknown> = Promise.resolve();

  private constructor(
    job: AnalysisJob,
    private readonly options: JobRecordOptions,
  ) {
    this.#job = job;
    this.log = new JobLog(job.status?.logs ?? [], options.secrets);
  }

  /** As it was written last. */
  get job(): AnalysisJob {
    return this.#job;
  }

  /** @param isEnded - whether lines that have not ended are all that there will be of them */
  write(
    change: AnalysisJobStatus,
    { isEnded = false }: { isEnded?: boolean } = {},
  ): Promise<void> {
    const { store, clock, signal } = this.options;
    const writing = this.#last.then(async () => {
      const logs = this.log.read({ isEnded });
      this.#job = await untilAnswered(
        () =>
          writeJobStatus(store, this.#job, {
            ...this.#job.status,
            ...change,
            ...(logs.length > 0 && { logs }),
          }),
        { clock, signal },
      );
    });
    this.#last = writing.catch(() => undefined);
    return writing;
  }

  /** Writes what was printed now and then, until it is stopped. */
  flushRegularly(): { stop(): Promise<void> } {
    const { clock, logger, signal } = this.options;
    const stopping = new AbortController();
    const ended = AbortSignal.any([stopping.signal, signal]);
    const loop = async () => {
      while (!ended.aborted) {
        await clock.sleep(FLUSH_MS, ended).catch(() => undefined);
        if (!ended.aborted && this.log.isChanged) {
          await this.write({}).catch(error =>
            logger.warn('Failed to keep what a job printed', toError(error)),
          );
        }
      }
    };
    const running = loop();
    return {
      stop: async () => {
        stopping.abort();
        await running;
      },
    };
  }
}
