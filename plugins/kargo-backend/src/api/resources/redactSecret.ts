import { ANNOTATIONS, Resource, Secret } from 'backstage-plugin-kargo-common';

/** Stands for every value that is not shown. */
export const REDACTED = '*** REDACTED ***';

/** Fields of credentials that say what they are for, not what they are. */
const SHOWN = new Set(['repoURL', 'repoURLIsRegex', 'username']);

/**
 * A Secret as it may be shown: values are replaced but for what repository credentials
 * are for, and of the annotations only the description is left. Other kinds pass.
 */
export function redactSecret<T extends Resource>(resource: T): T {
  if (resource.kind !== 'Secret') {
    return resource;
  }
  const { data = {}, metadata, ...rest } = resource as Resource as Secret;
  const description = metadata.annotations?.[ANNOTATIONS.description];
  const { annotations: _, ...kept } = metadata;
  const shown = {
    ...rest,
    metadata: {
      ...kept,
      ...(description !== undefined && {
        annotations: { [ANNOTATIONS.description]: description },
      }),
    },
    stringData: Object.fromEntries(
      Object.entries(data).map(([key, value]) => [
        key,
        SHOWN.has(key)
          ? Buffer.from(value, 'base64').toString('utf8')
          : REDACTED,
      ]),
    ),
  };
  return shown as Resource as T;
}
