import { JsonObject, Resource } from 'backstage-plugin-kargo-common';
import { stringify } from 'yaml';

/**
 * Texts that Kubernetes would read as something else, such as `yes`, `0b1` or a date, stand in
 * quotes, so that saving what is shown changes nothing.
 */
export const YAML_STYLE = {
  version: '1.1',
  compat: 'core',
  lineWidth: 0,
} as const;

/** What of the metadata only the engine writes. */
const OWN_METADATA = [
  'uid',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'finalizers',
  'ownerReferences',
];

/** A manifest as YAML, in the order in which it is given. */
export function manifestYaml(manifest: object): string {
  return stringify(manifest, YAML_STYLE);
}

/** A stored resource as YAML, whole. */
export function storedManifest(resource: Resource): string {
  return write(resource);
}

/**
 * A stored resource as a person edits it: without its status and what only the engine
 * writes. Its version stays, so that a change made by somebody else meanwhile is not
 * overwritten.
 */
export function editableManifest(resource: Resource): string {
  const { status: _, ...rest } = resource as Resource & { status?: unknown };
  const metadata = Object.fromEntries(
    Object.entries(resource.metadata).filter(
      ([name]) => !OWN_METADATA.includes(name),
    ),
  );
  return write({ ...rest, metadata });
}

/** What every resource has, and no more is needed to write it. */
type Written = Pick<Resource, 'apiVersion' | 'kind'> & { metadata: object };

/** Begins with what it is and what it is called, as people write it, however it is stored. */
function write({ apiVersion, kind, metadata, ...rest }: Written): string {
  return manifestYaml({ apiVersion, kind, metadata, ...rest });
}

/** What names a resource, and no more. */
export function manifestName(resource: Resource): JsonObject {
  const { name, namespace } = resource.metadata;
  return {
    apiVersion: resource.apiVersion,
    kind: resource.kind,
    metadata: { name, ...(namespace && { namespace }) },
  };
}
