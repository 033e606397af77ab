import { ResourceKey } from 'backstage-plugin-kargo-common';
import { Follower, Interest } from './Follower';

/** Stands for every namespace or name; no namespace and no name is written so. */
const ANY = '*';

/**
 * The watches of a replica by what they want to hear of, so that a change costs those
 * that it concerns.
 */
export class Followers {
  readonly #all = new Set<Follower>();
  readonly #buckets = new Map<string, Set<Follower>>();

  get size(): number {
    return this.#all.size;
  }

  [Symbol.iterator](): Iterator<Follower> {
    return this.#all.values();
  }

  add(follower: Follower): void {
    this.#all.add(follower);
    for (const bucket of bucketsOf(follower.interest)) {
      const members = this.#buckets.get(bucket) ?? new Set();
      this.#buckets.set(bucket, members.add(follower));
    }
  }

  delete(follower: Follower): void {
    this.#all.delete(follower);
    for (const bucket of bucketsOf(follower.interest)) {
      const members = this.#buckets.get(bucket);
      members?.delete(follower);
      if (members?.size === 0) {
        this.#buckets.delete(bucket);
      }
    }
  }

  /** Whom a change of a resource concerns. */
  *concernedBy({ kind, namespace, name }: ResourceKey): Iterable<Follower> {
    for (const bucket of [
      bucketOf(kind, ANY, ANY),
      bucketOf(kind, ANY, name),
      bucketOf(kind, namespace, ANY),
      bucketOf(kind, namespace, name),
    ]) {
      yield* this.#buckets.get(bucket) ?? [];
    }
  }
}

function bucketsOf({ kind, namespace = ANY, names = [ANY] }: Interest) {
  return [...new Set(names)].map(name => bucketOf(kind, namespace, name));
}

function bucketOf(kind: string, namespace: string, name: string): string {
  return `${kind}/${namespace}/${name}`;
}
