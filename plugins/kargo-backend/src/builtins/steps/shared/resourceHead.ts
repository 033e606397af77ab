import { JsonValue } from 'backstage-plugin-kargo-common';
import { DATA_LIMITS } from '../../../foreign/limits';
import { readYamlTexts } from '../../../foreign/yaml';
import { reading } from './reading';

/** What names a Kubernetes resource; empty where the manifest does not say. */
export interface ResourceHead {
  group: string;
  version: string;
  kind: string;
  namespace: string;
  name: string;
}

/**
 * Reads what a manifest says of its resource.
 *
 * @param what - Names the manifest in the error.
 * @throws Error when it is not YAML.
 */
export async function readResourceHead(
  text: string,
  what: string,
  signal: AbortSignal,
): Promise<ResourceHead> {
  const manifest = await reading(what, () =>
    readYamlTexts(text, DATA_LIMITS, { signal }),
  );
  return headOf(manifest);
}

/** For messages. */
export function describeResource(head: ResourceHead, source?: string): string {
  const { kind, namespace, name } = head;
  const where = source ? ` of ${source}` : '';
  return `${kind} ${namespace && `${namespace}/`}${name}${where}`;
}

function headOf(manifest: JsonValue): ResourceHead {
  const apiVersion = textAt(manifest, 'apiVersion');
  const slash = apiVersion.indexOf('/');
  const metadata = memberOf(manifest, 'metadata');
  return {
    group: slash < 0 ? '' : apiVersion.slice(0, slash),
    version: apiVersion.slice(slash + 1),
    kind: textAt(manifest, 'kind'),
    namespace: textAt(metadata, 'namespace'),
    name: textAt(metadata, 'name'),
  };
}

function textAt(value: JsonValue | undefined, key: string): string {
  const member = memberOf(value, key);
  return typeof member === 'string' ? member : '';
}

function memberOf(
  value: JsonValue | undefined,
  key: string,
): JsonValue | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? value[key]
    : undefined;
}
