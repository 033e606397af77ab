import { MessageChannel, MessagePort } from 'node:worker_threads';
import { resolvePackagePath } from '@backstage/backend-plugin-api';
import pLimit from 'p-limit';
import { Piscina } from 'piscina';
import { ForeignInputError } from '../ForeignInputError';
import { Limits, ReadingShare } from '../limits';
import { ThreadsBusyError } from '../ThreadsBusyError';
import type { Beginning } from './worker';

/** One more than a share may have, so that neither takes the last one from the other. */
const MOST_THREADS = 3;
const MOST_OF_SHARE = 2;
/** Texts of a share being read and waiting; each may have megabytes. */
const MOST_TEXTS = 64;
const IDLE_MS = 30_000;
const MEMORY_MIB = 512;

type LimitFunction = ReturnType<typeof pLimit>;

// By reference, so that a build keeps what only threads call.
type Work<TTask, TAnswer> = (task: TTask & Beginning) => TAnswer;

interface RunOptions {
  limits: Limits;
  signal?: AbortSignal | undefined;
  transferList?: MessagePort[];
}

interface CallOptions extends Required<RunOptions> {
  signal: AbortSignal;
  /** Called once, when a thread begins. */
  onBegin: () => void;
}

/**
 * So many threads, and texts that wait for one of them, those of each share in the order in
 * which they came. The threads do not keep the process alive, and end when they have had
 * nothing to do for a while.
 */
class ReadingThreads {
  readonly #pool = startPool();
  /** One text at most waits in the pool itself, and nobody loses time of their own by waiting. */
  readonly #slots: Record<ReadingShare, LimitFunction> = {
    requests: pLimit(MOST_OF_SHARE),
    work: pLimit(MOST_OF_SHARE),
  };
  readonly #stopping = new AbortController();

  async run<TTask extends object, TAnswer>(
    work: Work<TTask, TAnswer>,
    task: TTask,
    { limits, signal, transferList = [] }: RunOptions,
  ): Promise<TAnswer> {
    const slots = this.#slots[limits.share];
    const { activeCount, pendingCount } = slots;
    if (activeCount + pendingCount >= MOST_TEXTS) {
      throw new ThreadsBusyError(
        `${MOST_TEXTS} of them are being read or wait for it`,
      );
    }
    const impatience = new AbortController();
    const patience = setTimeout(
      () => impatience.abort(noneWasFree(limits)),
      limits.waitMilliseconds,
    ).unref();
    const giveUp = anySignal(impatience.signal, this.#stopping.signal, signal);
    try {
      return await inSlot(slots, giveUp, () =>
        this.#call(work, task, {
          limits,
          signal: giveUp,
          transferList,
          onBegin: () => clearTimeout(patience),
        }),
      );
    } finally {
      clearTimeout(patience);
    }
  }

  async stop(): Promise<void> {
    this.#stopping.abort(new Error('The reading threads are stopped'));
    await this.#pool.destroy();
  }

  /** Calls a function of the worker, as soon as there is a thread. */
  async #call<TTask extends object, TAnswer>(
    work: Work<TTask, TAnswer>,
    task: TTask,
    { limits, signal, transferList, onBegin }: CallOptions,
  ): Promise<TAnswer> {
    const { port1: beginning, port2: begun } = new MessageChannel();
    const tooLong = new AbortController();
    let timer: NodeJS.Timeout | undefined;
    beginning.once('message', () => {
      onBegin();
      timer = setTimeout(() => tooLong.abort(), limits.milliseconds).unref();
    });
    beginning.unref();
    try {
      return await this.#pool.run(
        { ...task, begun },
        {
          name: work.name,
          signal: anySignal(tooLong.signal, signal),
          transferList: [...transferList, begun],
        },
      );
    } catch (error) {
      signal.throwIfAborted();
      throw explain(error, tooLong.signal, limits);
    } finally {
      clearTimeout(timer);
      beginning.close();
    }
  }
}

/** Waits for a slot as long as the signal lets it, and does something there. */
function inSlot<T>(
  slots: LimitFunction,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const leave = () => reject(signal.reason);
    signal.addEventListener('abort', leave, { once: true });
    // Who has left keeps their place, and counts, until it is their turn.
    void slots(async () => {
      signal.removeEventListener('abort', leave);
      await (signal.aborted ? leave() : work().then(resolve, reject));
    });
  });
}

/** The threads of this process, started when they are first needed. */
let threads: ReadingThreads | undefined;

/**
 * Calls a function of the worker in a thread of its own, which is ended when it takes too
 * long. What it takes counts from when the thread begins with it, and not while others have
 * the threads.
 *
 * @throws ForeignInputError when it takes too long or too much memory, ThreadsBusyError when
 * there is no thread for it in time.
 */
export async function runInThread<TTask extends object, TAnswer>(
  work: Work<TTask, TAnswer>,
  task: TTask,
  options: RunOptions,
): Promise<TAnswer> {
  threads ??= new ReadingThreads();
  return threads.run(work, task, options);
}

/** Ends the threads; what they read, and what waits for them, is given up. */
export async function stopThreads(): Promise<void> {
  const stopping = threads;
  threads = undefined;
  await stopping?.stop();
}

function startPool(): Piscina {
  // From source, in development and in tests, threads need the same translation as the
  // portal; they do not inherit it everywhere.
  const isSource = __filename.endsWith('.ts');
  return new Piscina({
    filename: resolvePackagePath(
      'backstage-plugin-kargo-backend',
      isSource
        ? 'src/foreign/threads/worker.ts'
        : 'dist/foreign/threads/worker.cjs.js',
    ),
    execArgv: isSource
      ? [
          '--require',
          require.resolve('@backstage/cli/config/nodeTransform.cjs'),
        ]
      : [],
    // Nothing that reads foreign text needs to know the portal's environment.
    env: {},
    minThreads: 0,
    maxThreads: MOST_THREADS,
    idleTimeout: IDLE_MS,
    resourceLimits: { maxOldGenerationSizeMb: MEMORY_MIB },
  });
}

function explain(
  error: unknown,
  tooLong: AbortSignal,
  limits: Limits,
): unknown {
  const { code, name } = error as { code?: string; name?: string };
  if (tooLong.aborted && name === 'AbortError') {
    return new ForeignInputError(
      `reading it took longer than ${inSeconds(limits.milliseconds)}`,
    );
  }
  if (code === 'ERR_WORKER_OUT_OF_MEMORY') {
    return new ForeignInputError('reading it takes too much memory');
  }
  return error;
}

function noneWasFree({ waitMilliseconds }: Limits): ThreadsBusyError {
  return new ThreadsBusyError(
    `no thread was free for ${inSeconds(waitMilliseconds)}`,
  );
}

function inSeconds(milliseconds: number): string {
  return `${milliseconds / 1000} seconds`;
}

function anySignal(...signals: Array<AbortSignal | undefined>): AbortSignal {
  return AbortSignal.any(signals.filter(signal => signal !== undefined));
}
