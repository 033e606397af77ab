import { formatKey, ResourceKey } from 'backstage-plugin-kargo-common';
import { isConflictError, isNotFoundError } from 'backstage-plugin-kargo-node';
import { sha256Hex } from '../../logic/hash';
import { SYSTEM_NAMESPACE } from '../../logic/sharedNamespaces';
import { toTimestamp } from '../../logic/timestamps';
import { ResourceStore } from '../../ports/ResourceStore';

/** Where replicas write down which manifests they have. */
const SETS = {
  kind: 'ConfigMap',
  namespace: SYSTEM_NAMESPACE,
  name: 'manifest-sets',
} as const;

/** What telling the sets of manifests apart needs. */
export interface ManifestSetsOptions {
  store: ResourceStore;
  /** What time it is for all replicas, in epoch milliseconds: the database's time. */
  now(): Promise<number>;
  /** For how long a set that was seen may still be some replica's, in milliseconds. */
  graceMs: number;
}

/**
 * Remembers which sets of manifests the replicas of the portal have, and since when each
 * was seen last.
 *
 * @remarks
 * Manifests that come with the portal's image differ between replicas while a new version
 * is rolled out. What one of them misses is then no proof that somebody took it away.
 *
 * A replica announces its set before it applies anything of it. So whoever lists what is
 * in the store first, and asks for other sets afterwards, has heard of the set of
 * everything in the list.
 */
export class ManifestSets {
  static create(options: ManifestSetsOptions): ManifestSets {
    return new ManifestSets(options);
  }

  private constructor(private readonly options: ManifestSetsOptions) {}

  /** Says that this replica has the set now, and returns the set's name. */
  async announce(keys: readonly ResourceKey[]): Promise<string> {
    const members = new Set(keys.map(formatKey));
    const name = sha256Hex([...members].sort().join('\n')).slice(0, 32);
    const data = { [name]: toTimestamp(await this.options.now()) };
    const { store } = this.options;
    try {
      await store.patch(SETS, { data });
    } catch (error) {
      if (!isNotFoundError(error)) {
        throw error;
      }
      await this.create(data);
    }
    return name;
  }

  /**
   * When another set was seen last, if that is too short ago to be sure that no replica
   * has it any more.
   */
  async findOther(own: string): Promise<{ seenAt: string } | undefined> {
    const { store, now, graceMs } = this.options;
    const sets = await store.find(SETS);
    const end = (await now()) - graceMs;
    const others = Object.entries(sets?.data ?? {})
      .filter(([name]) => name !== own)
      .map(([, seenAt]) => seenAt)
      .sort();
    const newest = others.at(-1);
    return newest !== undefined && Date.parse(newest) > end
      ? { seenAt: newest }
      : undefined;
  }

  /** Forgets all sets but one, unless somebody announced something meanwhile. */
  async keepOnly(own: string): Promise<void> {
    const sets = await this.options.store.find(SETS);
    const others = Object.keys(sets?.data ?? {}).filter(name => name !== own);
    if (!sets || others.length === 0 || (await this.findOther(own))) {
      return;
    }
    await ignoreConflict(
      this.options.store.patch(
        SETS,
        { data: Object.fromEntries(others.map(name => [name, null])) },
        { resourceVersion: sets.metadata.resourceVersion },
      ),
    );
  }

  private async create(data: Record<string, string>): Promise<void> {
    const { store } = this.options;
    const { kind, ...metadata } = SETS;
    try {
      await store.create({ apiVersion: 'v1', kind, metadata, data });
    } catch (error) {
      if (!isConflictError(error)) {
        throw error;
      }
      await store.patch(SETS, { data });
    }
  }
}

/** Somebody was faster; what they wrote stays, and there is another time. */
async function ignoreConflict(write: Promise<unknown>): Promise<void> {
  await write.catch(error => {
    if (!isConflictError(error)) {
      throw error;
    }
  });
}
