import { InputError } from '@backstage/errors';
import { formatKey, ResourceKey } from 'backstage-plugin-kargo-common';
import { commitChanges } from '../commitChanges';
import {
  keyOfRow,
  normalizeSecret,
  StoredResource,
  toResource,
} from '../conversion';
import { lockResource } from '../lockResource';
import { isSameJson, toJson } from '../mergePatch';
import { PlannedChange, PlannedWrite } from '../PlannedChange';
import { StoreContext } from '../StoreContext';
import { ResourceRow } from '../tables';
import { Write, writeTransaction } from '../writeTransaction';
import { planRemoval } from './deleteResource';

/** How a write computes the next state of a resource. */
export interface Update {
  key: ResourceKey;
  /** The revision that the write is for; absent for any. */
  resourceVersion?: string;
  /** Whether the write puts all data in place, so that the old one need not be read. */
  replacesData?: boolean;
  /** Whether what comes next is as JSON carries it, and nobody else's. */
  isJson?: boolean;
  next(current: StoredResource): StoredResource;
}

/**
 * Changes a resource. A write that changes nothing keeps the revision; one that takes
 * the last finalizer from a resource marked for deletion removes it.
 *
 * @throws NotFoundError, ConflictError
 */
export async function updateResource(
  ctx: StoreContext,
  update: Update,
): Promise<StoredResource> {
  return writeTransaction(ctx, async write => {
    const { result, changes } = await planUpdate(write, update);
    await commitChanges(write, changes);
    return result;
  });
}

/**
 * Plans a change on the row, which is locked.
 *
 * @throws NotFoundError, ConflictError
 */
export async function planUpdate(
  write: Write,
  update: Update,
): Promise<PlannedWrite> {
  const row = await lockResource(write, update.key, update.resourceVersion);
  const before =
    row.sealed === null
      ? write.ctx.shared.of(row)
      : toResource(row, write.ctx.secrets, {
          unreadable: update.replacesData ? 'omit' : 'throw',
        });
  const after = finishUpdate(before, update);
  const isUnreadable = row.sealed !== null && before.data === undefined;
  if (isSameJson(before, after) && !isUnreadable) {
    return { result: before, changes: [] };
  }
  const isRemoved =
    after.metadata.deletionTimestamp && !after.metadata.finalizers?.length;
  return {
    result: after,
    changes: isRemoved
      ? await planRemoval(write, { row, before: after })
      : [planned(row, before, after)],
  };
}

/**
 * Plans a change on the row as this replica last saw it, without reading it; `undefined`
 * when there is none, or it cannot be what the write is for, or nothing would change.
 *
 * @remarks Only for changes that remove nothing: whether the row is still that one is
 * found by the statement that writes it.
 */
export function planUpdateOnHint(
  ctx: StoreContext,
  update: Update,
): PlannedWrite | undefined {
  const row = ctx.hints.find(update.key);
  const isAnother =
    update.resourceVersion !== undefined &&
    update.resourceVersion !== String(row?.revision);
  if (!row || isAnother) {
    return undefined;
  }
  const before = ctx.shared.of(row);
  const after = finishUpdate(before, update);
  return isSameJson(before, after)
    ? undefined
    : { result: after, changes: [planned(row, before, after)] };
}

/**
 * Plans a change on what an earlier request of the same transaction makes of the resource;
 * `undefined` when none does, or the write is for a certain revision, which that one is not
 * any more.
 */
export function planUpdateOnPlanned(
  write: Write,
  update: Update,
): PlannedWrite | undefined {
  const earlier = write.planned.get(formatKey(update.key));
  if (earlier?.type !== 'updated' || update.resourceVersion !== undefined) {
    return undefined;
  }
  const before = earlier.after;
  const after = finishUpdate(before, update);
  return { result: after, changes: [{ ...earlier, before, after }] };
}

function planned(
  { id, ...row }: ResourceRow,
  before: StoredResource,
  after: StoredResource,
): PlannedChange {
  return { type: 'updated', key: keyOfRow(row), id, before, after };
}

/** Puts back what a write cannot change and counts the generation. */
function finishUpdate(before: StoredResource, update: Update): StoredResource {
  const proposed = update.next(before);
  const next = normalizeSecret(update.isJson ? proposed : toJson(proposed));
  const { metadata: old } = before;
  assertNoNewFinalizers(before, next);
  const after: StoredResource = {
    ...next,
    kind: before.kind,
    metadata: {
      ...next.metadata,
      name: old.name,
      uid: old.uid,
      resourceVersion: old.resourceVersion,
      generation: old.generation,
      creationTimestamp: old.creationTimestamp,
    },
  };
  setOrRemove(after.metadata, 'namespace', old.namespace);
  setOrRemove(after.metadata, 'deletionTimestamp', old.deletionTimestamp);
  if (!isSameJson(contentOf(before), contentOf(after))) {
    after.metadata.generation += 1;
  }
  return after;
}

function setOrRemove<T extends object, K extends keyof T>(
  target: T,
  name: K,
  value: T[K],
): void {
  if (value === undefined) {
    delete target[name];
  } else {
    target[name] = value;
  }
}

/** Otherwise two parties could keep a resource from ever going away. */
function assertNoNewFinalizers(
  before: StoredResource,
  after: StoredResource,
): void {
  if (!before.metadata.deletionTimestamp) {
    return;
  }
  const known = new Set(before.metadata.finalizers);
  const added = after.metadata.finalizers?.find(name => !known.has(name));
  if (added) {
    const { kind, metadata } = before;
    const key = {
      kind,
      name: metadata.name,
      namespace: metadata.namespace ?? '',
    };
    throw new InputError(
      `${formatKey(
        key,
      )} is being deleted and takes no new finalizer ("${added}")`,
    );
  }
}

function contentOf(resource: StoredResource): object {
  const { metadata: _metadata, status: _status, ...content } = resource;
  return content;
}
