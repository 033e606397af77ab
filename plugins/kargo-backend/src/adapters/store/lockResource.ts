import { ConflictError, NotFoundError } from '@backstage/errors';
import { formatKey, ResourceKey } from 'backstage-plugin-kargo-common';
import { LITERALLY } from './dialect';
import { assertStorableKey } from './storableText';
import { ResourceRow } from './tables';
import { Write } from './writeTransaction';

/**
 * Reads a row and keeps others from writing it until the transaction ends.
 *
 * @throws NotFoundError; ConflictError when the given revision is not the stored one.
 */
export async function lockResource(
  { tx, revisions }: Write,
  key: ResourceKey,
  resourceVersion: string | undefined,
): Promise<ResourceRow> {
  assertStorableKey(key);
  await revisions.lock();
  const row = await tx<ResourceRow>('resources')
    .where({ kind: key.kind, namespace: key.namespace, name: key.name })
    .forUpdate()
    .first()
    .limit(1, LITERALLY);
  if (!row) {
    throw new NotFoundError(`${formatKey(key)} does not exist`);
  }
  if (resourceVersion && resourceVersion !== String(row.revision)) {
    throw new ConflictError(
      `${formatKey(
        key,
      )} was changed meanwhile: the write is for revision ${resourceVersion}, the stored one is ${
        row.revision
      }`,
    );
  }
  return row;
}
