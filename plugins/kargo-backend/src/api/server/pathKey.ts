import { KindName, ResourceKey } from 'backstage-plugin-kargo-common';

/** The key of what a part of a path names, in the project that the path names. */
export function pathKey<K extends KindName>(
  params: Record<string, string>,
  kind: K,
  part = 'name',
): ResourceKey<K> {
  return { kind, namespace: params.project, name: params[part] };
}
