import { MessageChannel } from 'node:worker_threads';
import { Json } from '../jsonValue';
import { Limits } from '../limits';
import { runInThread } from './runInThread';
import { takeOver } from './takeOver';
import { evaluateForPort, ExpressionTask } from './worker';

/** What an expression came to in a thread, and how many steps it took. */
export type Evaluated = { value: Json; steps: number } | { problem: string };

/**
 * Evaluates an expression over a text of somebody else in a thread of its own, which reads the
 * text for that. What it comes to is taken over in pieces.
 *
 * @throws ForeignInputError when it takes too long or too much memory, ThreadsBusyError when
 * there is no thread for it in time.
 */
export async function evaluateInThread(
  task: Omit<ExpressionTask, 'port' | 'limits'>,
  limits: Limits,
  signal?: AbortSignal,
): Promise<Evaluated> {
  const { port1: here, port2: port } = new MessageChannel();
  try {
    const answer = await runInThread(
      evaluateForPort,
      { ...task, limits, port },
      { limits, signal, transferList: [port] },
    );
    return 'problem' in answer
      ? answer
      : {
          value: (await takeOver(here, answer.pieces)) as Json,
          steps: answer.steps,
        };
  } finally {
    here.close();
  }
}
