/** As much of a resource as its name takes. */
export interface NamedResource {
  apiVersion?: string;
  kind?: string;
  metadata?: { name?: string };
}

/** A resource in `kubectl`'s notation: `stage.kargo.akuity.io/test`, `secret/gitops`. */
export function resourceName({
  apiVersion = '',
  kind = '',
  metadata,
}: NamedResource): string {
  const [group, version] = apiVersion.split('/');
  const suffix = version === undefined ? '' : `.${group}`;
  return `${kind.toLocaleLowerCase('en-US')}${suffix}/${metadata?.name ?? ''}`;
}
