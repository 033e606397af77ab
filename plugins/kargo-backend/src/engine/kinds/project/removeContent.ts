import {
  formatKey,
  KindName,
  KINDS,
  keyOf,
  Project,
  Resource,
} from 'backstage-plugin-kargo-common';
import { isNotFoundError } from 'backstage-plugin-kargo-node';
import { IndexedStore } from '../../../ports/ResourceIndex';
import { ReconcileContext } from '../../runtime/Controller';
import { listAll } from '../../listAll';
import { anyKey } from '../../../ports/kinds';

/**
 * Kinds in the order in which a Project loses them: first what acts, then what is acted
 * on, last what the cleaning up of others may read, and what tells of it.
 */
const LAST: readonly KindName[] = [
  'ConfigMap',
  'Secret',
  'ServiceAccount',
  'Role',
  'RoleBinding',
  'Event',
];
const FIRST: readonly KindName[] = ['Promotion', 'Stage', 'Warehouse'];
const NAMESPACED = (Object.keys(KINDS) as KindName[]).filter(
  kind => KINDS[kind].namespaced,
);
const ACTING: readonly KindName[] = [
  ...FIRST,
  ...NAMESPACED.filter(kind => !FIRST.includes(kind) && !LAST.includes(kind)),
];

/** The names of what waits for somebody else's finalizer that a message lists. */
const NAMED = 5;

/**
 * Deletes what is in a Project. What is needed to clean up goes after everything else is
 * gone.
 *
 * @returns what is left because it has finalizers, as `Kind namespace/name (finalizers)`
 */
export async function removeContent(
  store: IndexedStore,
  project: Project,
  context: ReconcileContext,
): Promise<string[]> {
  for (const kinds of [ACTING, LAST]) {
    const left: string[] = [];
    for (const kind of kinds) {
      left.push(...(await removeKind(store, kind, project, context)));
    }
    if (left.length > 0) {
      return left;
    }
  }
  return [];
}

async function removeKind(
  store: IndexedStore,
  kind: KindName,
  { metadata: { name: namespace } }: Project,
  { signal }: ReconcileContext,
): Promise<string[]> {
  const left: string[] = [];
  const all = listAll(store, kind, { namespace, unreadable: 'omit' });
  for await (const item of all) {
    signal.throwIfAborted();
    const last = item.metadata.deletionTimestamp
      ? item
      : await deleteIfThere(store, item);
    const { finalizers = [] } = last?.metadata ?? {};
    if (finalizers.length > 0) {
      left.push(`${formatKey(keyOf(item))} (${finalizers.join(', ')})`);
    }
  }
  return left;
}

async function deleteIfThere(
  store: IndexedStore,
  item: Resource,
): Promise<Resource | undefined> {
  try {
    return await store.delete(anyKey(keyOf(item)));
  } catch (error) {
    // Deleting its owner has taken it along already.
    if (isNotFoundError(error)) {
      return undefined;
    }
    throw error;
  }
}

/** What a Project that is being deleted waits for, in a sentence. */
export function describeLeft(left: string[]): string {
  const named = left.slice(0, NAMED).join(', ');
  const others = left.length - NAMED;
  return `Waits for the finalizers of ${named}${
    others > 0 ? ` and ${others} more` : ''
  }`;
}

/**
 * Milliseconds until a Project that is being deleted is looked at again: half the time it
 * has waited already, so that a finalizer that nobody takes away costs ever less.
 */
export function deletionDelay(waitedMs: number): number {
  return Math.min(Math.max(waitedMs / 2, 250), 300_000);
}
