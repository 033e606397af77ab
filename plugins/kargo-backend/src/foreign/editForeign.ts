import { edit, EditArguments, EditKind, EditResult } from './edits';
import { Limits } from './limits';
import { isQuickEdit, ReadOptions } from './quick';
import { editInThread } from './threads/editInThread';

/**
 * Edits a text; where the text and what the edit is told are large, in a thread of its own.
 *
 * @throws EditError when the edit is refused, ForeignInputError when it is too much.
 */
export async function editForeign<K extends EditKind>(
  kind: K,
  text: string,
  args: EditArguments<K>,
  { limits, signal }: ReadOptions & { limits: Limits },
): Promise<EditResult<K>> {
  if (isQuickEdit(kind, text, args)) {
    return edit(kind, text, args);
  }
  const task = { kind, text, args };
  return (await editInThread(task, limits, signal)) as EditResult<K>;
}
