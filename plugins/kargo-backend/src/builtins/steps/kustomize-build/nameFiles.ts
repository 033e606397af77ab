import { assertPlainName } from '../shared/outputFiles';
import { ResourceHead } from '../shared/resourceHead';

/** How the files of a folder are named. */
export type OutputFormat = 'kargo' | 'kustomize';

/**
 * Names for the files of resources, in the order of these.
 *
 * @remarks
 * `kustomize` puts the namespace in front where the resources are of several. One without
 * is then taken to be of `default`, as Kustomize does, and yet, unlike there, gets no
 * namespace in front.
 *
 * @throws Error for a name that would be a path.
 */
export function nameFiles(
  heads: readonly ResourceHead[],
  format: OutputFormat,
): string[] {
  const namespaces = new Set(heads.map(head => head.namespace || 'default'));
  return heads.map(head => {
    const { group, version, kind, namespace, name } = head;
    const own =
      format === 'kargo'
        ? join('-', [namespace, kind, name])
        : join('_', [
            namespaces.size > 1 ? namespace : '',
            group,
            version,
            kind,
            name,
          ]);
    const file = `${own}.yaml`.toLowerCase();
    assertPlainName(file);
    return file;
  });
}

function join(separator: string, parts: readonly string[]): string {
  return parts.filter(part => part !== '').join(separator);
}
