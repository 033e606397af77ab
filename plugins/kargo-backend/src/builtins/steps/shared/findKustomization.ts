import { StepFiles } from 'backstage-plugin-kargo-node';

const NAMES = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];

/**
 * The kustomization of a folder, as a path in the user's words.
 *
 * @throws Error when there is none or more than one.
 */
export async function findKustomization(
  files: StepFiles,
  folder: string,
): Promise<string> {
  const found = (await files.list(folder))
    .filter(({ kind, name }) => kind === 'file' && NAMES.includes(name))
    .map(({ name }) => name);
  if (found.length === 0) {
    throw new Error(
      `no kustomization in "${folder}"; expected one of ${NAMES.join(', ')}`,
    );
  }
  if (found.length > 1) {
    throw new Error(
      `ambiguous kustomization in "${folder}": ${found.join(', ')}`,
    );
  }
  return `${folder.replace(/\/+$/, '')}/${found[0]}`;
}
