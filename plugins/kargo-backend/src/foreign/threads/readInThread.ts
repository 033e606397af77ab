import { setImmediate } from 'node:timers/promises';
import {
  MessageChannel,
  MessagePort,
  receiveMessageOnPort,
} from 'node:worker_threads';
import { resolvePackagePath } from '@backstage/backend-plugin-api';
import { ServiceUnavailableError } from '@backstage/errors';
import { Piscina } from 'piscina';
import { ForeignInputError } from '../ForeignInputError';
import { Json } from '../jsonValue';
import { Limits } from '../limits';
import { Row, TreeOfRows } from './rows';
import { Language, readForPort } from './worker';

const MOST_THREADS = 2;
/** Texts being read and waiting; each may have megabytes. */
const MOST_TEXTS = 64;
const IDLE_MS = 30_000;
const MEMORY_MIB = 512;

/**
 * The threads of this process, started when they are first needed. They do not keep the
 * process alive, and end when they have had nothing to do for a while.
 */
let threads: Piscina | undefined;
let texts = 0;

function startThreads(): Piscina {
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

/** Ends the threads; what they read is given up. */
export async function stopThreads(): Promise<void> {
  const stopping = threads;
  threads = undefined;
  await stopping?.destroy();
}

/**
 * Calls a function of the worker in a thread of its own, which is ended when it takes too
 * long.
 *
 * @throws ForeignInputError when it takes too long or too much memory,
 * ServiceUnavailableError when too many texts wait.
 */
export async function runInThread<TTask, TAnswer>(
  // By reference, so that a build keeps what only threads call.
  work: (task: TTask) => TAnswer,
  task: TTask,
  options: {
    limits: Limits;
    signal?: AbortSignal | undefined;
    transferList?: MessagePort[];
  },
): Promise<TAnswer> {
  const { limits, signal, transferList = [] } = options;
  if (texts >= MOST_TEXTS) {
    throw new ServiceUnavailableError(
      'Too many texts are being read; try again in a moment',
    );
  }
  threads ??= startThreads();
  texts += 1;
  const tooLong = AbortSignal.timeout(limits.milliseconds);
  try {
    return await threads.run(task, {
      name: work.name,
      signal: signal ? AbortSignal.any([signal, tooLong]) : tooLong,
      transferList,
    });
  } catch (error) {
    throw explain(error, tooLong, limits);
  } finally {
    texts -= 1;
  }
}

/**
 * Reads a text in a thread of its own, which is ended when it takes too long. What it found
 * is taken over in pieces, so that this thread goes on with other work meanwhile.
 *
 * @throws ForeignInputError when the text cannot be read or is too much,
 * ServiceUnavailableError when too many texts wait to be read.
 */
export async function readInThread(
  language: Language,
  source: string | Uint8Array,
  limits: Limits,
  signal?: AbortSignal,
): Promise<Json> {
  const { port1: here, port2: port } = new MessageChannel();
  try {
    const task = { language, source, limits, port };
    const answer = await runInThread(readForPort, task, {
      limits,
      signal,
      transferList: [port],
    });
    if ('problem' in answer) {
      throw new ForeignInputError(answer.problem);
    }
    return await takeOver(here, answer.pieces);
  } finally {
    here.close();
  }
}

async function takeOver(
  port: Parameters<typeof receiveMessageOnPort>[0],
  pieces: number,
): Promise<Json> {
  const tree = new TreeOfRows();
  for (let piece = 0; piece < pieces; piece += 1) {
    if (piece > 0) await setImmediate();
    tree.add((receiveMessageOnPort(port) as { message: Row[] }).message);
  }
  return tree.root;
}

function explain(
  error: unknown,
  tooLong: AbortSignal,
  limits: Limits,
): unknown {
  const { code, name } = error as { code?: string; name?: string };
  if (tooLong.aborted && name === 'AbortError') {
    return new ForeignInputError(
      `reading it took longer than ${limits.milliseconds / 1000} seconds`,
    );
  }
  if (code === 'ERR_WORKER_OUT_OF_MEMORY') {
    return new ForeignInputError('reading it takes too much memory');
  }
  return error;
}
