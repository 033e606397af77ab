import {
  ANNOTATIONS,
  LABELS,
  Resource,
  Secret,
} from 'backstage-plugin-kargo-common';

/** Stands for every value that is not shown. */
export const REDACTED = '*** REDACTED ***';

/** Labels of the Secrets that are credentials for repositories. */
const REPOSITORY_TYPES = new Set(['git', 'helm', 'image']);

/** Fields of those that say what they are for, not what they are. */
const SHOWN = new Set(['repoURL', 'repoURLIsRegex', 'username']);

/** Annotations that may be shown; `kubectl` keeps a whole copy of the manifest in another. */
const SHOWN_ANNOTATIONS = [ANNOTATIONS.description, ANNOTATIONS.replicateTo];

/**
 * A Secret as it may be shown: values are replaced but for what repository credentials are
 * for. Other kinds pass.
 *
 * @remarks What other Secrets call `username` may be as secret as the rest.
 */
export function redactSecret<T extends Resource>(resource: T): T {
  if (resource.kind !== 'Secret') {
    return resource;
  }
  const { data = {}, metadata, ...rest } = resource as Resource as Secret;
  const { annotations = {}, generation: _, ...kept } = metadata;
  const told = SHOWN_ANNOTATIONS.flatMap(name =>
    annotations[name] === undefined ? [] : [[name, annotations[name]]],
  );
  const isRepository = REPOSITORY_TYPES.has(
    metadata.labels?.[LABELS.credType] ?? '',
  );
  const shown = {
    type: 'Opaque',
    ...rest,
    metadata: {
      ...kept,
      ...(told.length > 0 && { annotations: Object.fromEntries(told) }),
    },
    stringData: Object.fromEntries(
      Object.entries(data).map(([key, value]) => [
        key,
        isRepository && SHOWN.has(key)
          ? Buffer.from(value, 'base64').toString('utf8')
          : REDACTED,
      ]),
    ),
  };
  return shown as unknown as T;
}
