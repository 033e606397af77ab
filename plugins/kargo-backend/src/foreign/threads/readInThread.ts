import { MessageChannel } from 'node:worker_threads';
import { ForeignInputError } from '../ForeignInputError';
import { Data, Json } from '../jsonValue';
import { Limits } from '../limits';
import { runInThread } from './runInThread';
import { takeOver } from './takeOver';
import { Language, readForPort } from './worker';

/**
 * Reads a text in a thread of its own, which is ended when it takes too long. What it found
 * is taken over in pieces, so that this thread goes on with other work meanwhile.
 *
 * @throws ForeignInputError when the text cannot be read or is too much, ThreadsBusyError
 * when there is no thread for it in time.
 */
export async function readInThread<T extends Data = Json>(
  language: Language,
  source: string | Uint8Array,
  limits: Limits,
  signal?: AbortSignal,
): Promise<T> {
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
    return (await takeOver(here, answer.pieces)) as T;
  } finally {
    here.close();
  }
}
