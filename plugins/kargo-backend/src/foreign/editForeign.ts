import { edit, EditArguments, EditKind, EditResult } from './edits';
import { Limits } from './limits';
import { isQuick, ReadOptions } from './quick';
import { editInThread } from './threads/editInThread';

/**
 * Edits a text, a large one in a thread of its own.
 *
 * @throws EditError when the edit is refused, ForeignInputError when it is too much.
 */
export async function editForeign<K extends EditKind>(
  kind: K,
  text: string,
  args: EditArguments<K>,
  { limits, signal }: ReadOptions & { limits: Limits },
): Promise<EditResult<K>> {
  if (isQuick(kind === 'json' ? 'json' : 'yaml', text)) {
    return edit(kind, text, args);
  }
  const task = { kind, text, args };
  return (await editInThread(task, limits, signal)) as EditResult<K>;
}
