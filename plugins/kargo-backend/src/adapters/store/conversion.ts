import { Resource, ResourceKey } from 'backstage-plugin-kargo-common';
import { SecretCipher } from './SecretCipher';
import { ChangeRow, DatabaseInteger, ResourceRow } from './tables';

/** A resource of any kind with the members that its kind adds. */
export interface StoredResource extends Resource {
  [member: string]: unknown;
}

/** The columns that together hold a resource. */
export type ResourceColumns = Pick<
  ResourceRow,
  'document' | 'status' | 'sealed' | 'key_id'
>;

/** kubectl keeps a copy of what was applied here, for Secrets with data in the clear. */
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** Turns a 64-bit column into a number; revisions stay far below 2^53. */
export function toNumber(value: DatabaseInteger): number {
  return Number(value);
}

/** The key of a row. */
export function keyOfRow(
  row: Pick<ResourceRow, 'kind' | 'namespace' | 'name'>,
): ResourceKey {
  return { kind: row.kind, namespace: row.namespace, name: row.name };
}

/**
 * Builds the resource that a row holds.
 *
 * @remarks
 * With `unreadable: 'omit'`, data that no configured key opens is left out, so that a
 * Secret whose key is lost can still be replaced and deleted.
 */
export function toResource(
  row: ResourceRow | ChangeRow,
  secrets: SecretCipher,
  options: { unreadable?: 'throw' | 'omit' } = {},
): StoredResource {
  const resource: StoredResource = JSON.parse(row.document);
  resource.metadata.resourceVersion = String(row.revision);
  if (row.sealed !== null && row.key_id !== null) {
    const sealed = { text: row.sealed, keyId: row.key_id };
    try {
      resource.data = JSON.parse(
        secrets.unseal(sealed, { ...keyOfRow(row), uid: row.uid }),
      );
    } catch (error) {
      if (options.unreadable !== 'omit') {
        throw error;
      }
    }
  }
  if (row.status !== null) {
    resource.status = JSON.parse(row.status);
  }
  return resource;
}

/** Takes a resource apart into columns, encrypting the data of a Secret. */
export function toColumns(
  resource: StoredResource,
  key: ResourceKey,
  secrets: SecretCipher,
): ResourceColumns {
  const { status, ...document } = resource;
  const { resourceVersion: _, ...metadata } = document.metadata;
  const columns = {
    status: status === undefined ? null : JSON.stringify(status),
    sealed: null,
    key_id: null,
  };
  if (resource.kind !== 'Secret' || resource.data === undefined) {
    return { ...columns, document: JSON.stringify({ ...document, metadata }) };
  }
  const { data, ...withoutData } = document;
  const sealed = secrets.seal(JSON.stringify(data), {
    ...key,
    uid: metadata.uid,
  });
  return {
    ...columns,
    document: JSON.stringify({ ...withoutData, metadata }),
    sealed: sealed.text,
    key_id: sealed.keyId,
  };
}

/**
 * Brings a Secret into the form that is stored: `stringData` joins `data`, and nothing
 * else keeps a copy in the clear. Other kinds pass unchanged.
 */
export function normalizeSecret(resource: StoredResource): StoredResource {
  if (resource.kind !== 'Secret') {
    return resource;
  }
  const { stringData, ...normalized } = resource;
  if (stringData) {
    const encoded = Object.entries(stringData as Record<string, string>).map(
      ([name, text]) => [name, Buffer.from(text).toString('base64')] as const,
    );
    normalized.data = {
      ...(normalized.data as Record<string, string> | undefined),
      ...Object.fromEntries(encoded),
    };
  }
  const { annotations } = normalized.metadata;
  if (annotations?.[LAST_APPLIED] !== undefined) {
    const { [LAST_APPLIED]: _, ...kept } = annotations;
    normalized.metadata = { ...normalized.metadata, annotations: kept };
  }
  return normalized as StoredResource;
}

/** Bytes of the text in columns. */
export function columnBytes(columns: Record<string, string | null>): number {
  return Object.values(columns).reduce(
    (sum, text) => sum + (text === null ? 0 : Buffer.byteLength(text)),
    0,
  );
}
