import { StepFiles } from 'backstage-plugin-kargo-node';
import { editing } from './editFailure';

/**
 * Edits a text file; one that the edit leaves as it is, is not written.
 *
 * @throws Error that names the file when it cannot be read or the edit is refused.
 */
export async function editText(
  files: StepFiles,
  path: string,
  edit: (text: string) => string,
): Promise<void> {
  const text = await files.readText(path);
  const edited = editing(path, () => edit(text));
  if (edited !== text) {
    await files.write(path, edited);
  }
}
