import { DirectProcesses } from './DirectProcesses';
import { ProcessHelper } from './helper/ProcessHelper';
import { ProcessCall, ProcessStarter, RunningProcess } from './ProcessStarter';

const PAUSE_MS = 60_000;

/** What starting programs through a helper needs. */
export interface HelperProcessesOptions {
  readonly logger: { warn(message: string, meta: Error): void };
  /** Milliseconds that only go forward. */
  readonly monotonic: () => number;
  /** Starts a helper; as {@link ProcessHelper.start} unless told. */
  readonly startHelper?: () => Promise<ProcessHelper>;
}

/**
 * Starts programs through a helper process, which is started with the first of them and
 * again when it is gone.
 *
 * @remarks
 * Where no helper can be started, programs are started directly, and a helper is tried
 * again after a minute.
 */
export class HelperProcesses implements ProcessStarter {
  readonly #direct = new DirectProcesses();
  #helper: Promise<ProcessHelper> | undefined;
  #directUntil = -Infinity;
  #isStopped = false;

  static create(options: HelperProcessesOptions): HelperProcesses {
    return new HelperProcesses(options);
  }

  private constructor(private readonly options: HelperProcessesOptions) {}

  async start(call: ProcessCall): Promise<RunningProcess> {
    call.signal?.throwIfAborted();
    const helper = await waitFor(this.#find(), call.signal);
    return (helper ?? this.#direct).start(call);
  }

  /** Ends the helper and what it runs; later calls are started directly. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    const helper = await this.#helper?.catch(() => undefined);
    await helper?.stop();
  }

  async #find(): Promise<ProcessHelper | undefined> {
    const {
      monotonic,
      logger,
      startHelper = () => ProcessHelper.start(),
    } = this.options;
    const isDirect = this.#isStopped || process.platform === 'win32';
    if (isDirect || monotonic() < this.#directUntil) {
      return undefined;
    }
    this.#helper ??= startHelper();
    const known = this.#helper;
    try {
      const helper = await known;
      if (!helper.isGone) {
        return helper;
      }
      if (this.#helper === known) {
        this.#helper = undefined;
      }
      return await this.#find();
    } catch (error) {
      if (this.#helper === known) {
        this.#helper = undefined;
        this.#directUntil = monotonic() + PAUSE_MS;
        logger.warn(
          'The helper process that runs git, helm and other programs cannot be started; they are started from the portal itself, which takes longer',
          error as Error,
        );
      }
      return this.#find();
    }
  }
}

/** Waits for something that goes on without us when we are told to stop. */
function waitFor<T>(work: Promise<T>, signal?: AbortSignal): Promise<T> {
  if (!signal) {
    return work;
  }
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort);
    work
      .then(resolve, reject)
      .finally(() => signal.removeEventListener('abort', onAbort));
  });
}
