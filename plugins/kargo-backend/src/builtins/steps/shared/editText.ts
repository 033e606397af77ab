import { StepFiles } from 'backstage-plugin-kargo-node';
import { editForeign } from '../../../foreign/editForeign';
import { EditArguments, EditKind, EditResult } from '../../../foreign/edits';
import { DATA_LIMITS } from '../../../foreign/limits';
import { editing } from './editing';

/**
 * Edits a text file; one that the edit leaves as it is, is not written.
 *
 * @throws Error that names the file when it cannot be read or the edit is refused.
 */
export async function editText<K extends EditKind>(
  { files, signal }: { files: StepFiles; signal: AbortSignal },
  path: string,
  kind: K,
  ...args: EditArguments<K>
): Promise<EditResult<K>> {
  const text = await files.readText(path);
  const result = await editing(path, () =>
    editForeign(kind, text, args, { limits: DATA_LIMITS, signal }),
  );
  const edited = typeof result === 'string' ? result : result.text;
  if (edited !== text) {
    await files.write(path, edited);
  }
  return result;
}
