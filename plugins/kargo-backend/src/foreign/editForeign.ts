import { edit, EditArguments, EditKind, EditResult } from './edits';
import { Limits } from './limits';
import { isQuick, ReadOptions } from './quick';
import { editInThread } from './threads/editInThread';
import type { Language } from './threads/worker';

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
  const size = kind === 'yamlMerge' ? JSON.stringify([text, args]) : text;
  if (isQuick(languageOf(kind), size)) {
    return edit(kind, text, args);
  }
  const task = { kind, text, args };
  return (await editInThread(task, limits, signal)) as EditResult<K>;
}

function languageOf(kind: EditKind): Language {
  return kind === 'json' || kind === 'toml' ? kind : 'yaml';
}
