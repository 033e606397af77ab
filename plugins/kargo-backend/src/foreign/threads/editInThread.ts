import { EditError } from '../../edits/EditError';
import { Limits } from '../limits';
import { runInThread } from './runInThread';
import { editForCaller, EditTask } from './worker';

/**
 * Edits a text in a thread of its own, which is ended when it takes too long.
 *
 * @throws EditError when the edit is refused; else as reading in a thread does.
 */
export async function editInThread(
  task: EditTask,
  limits: Limits,
  signal?: AbortSignal,
): Promise<unknown> {
  const answer = await runInThread(editForCaller, task, { limits, signal });
  if ('refusal' in answer) {
    const { code, message, offset } = answer.refusal;
    throw new EditError(code, message, offset);
  }
  return answer.edited;
}
