import { KindMap, ResourceKey } from 'backstage-plugin-kargo-common';

/**
 * The kinds that a store of these types may be asked for. A mistyped one does not compile. An
 * extension adds its own by declaration merging with `KindMap`.
 */
export type KindIn<M> = keyof M & string;

/**
 * A kind that only the run knows, for example that of a manifest or of a key in the work
 * queue: the store refuses it when there is no such kind. What it names is one of all types.
 */
export function anyKind<M = KindMap>(kind: string): KindIn<M> {
  return kind as KindIn<M>;
}

/** The key of a resource whose kind only the run knows, see {@link anyKind}. */
export function anyKey<M = KindMap>(key: ResourceKey): ResourceKey<KindIn<M>> {
  return { ...key, kind: anyKind<M>(key.kind) };
}
