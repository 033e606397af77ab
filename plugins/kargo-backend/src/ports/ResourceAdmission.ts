import { Resource, ResourceKey } from 'backstage-plugin-kargo-common';

/** Who asks for a change. */
export interface Requester {
  /** Actor string as Kargo records it: `email:…`, `user:default/jo`, `controller:…`. */
  actor: string;
  /** Takes what is accepted and may still surprise, one sentence each. */
  warn?: (warning: string) => void;
  /** What is written together with it, by `formatKey`: of that nothing is said to be missing. */
  brought?: ReadonlySet<string>;
  /** What becomes of fields that nobody knows; left out with a warning by default. */
  unknownFields?: 'refuse' | 'warn' | 'ignore';
}

/** What became of one manifest. */
export interface AdmittedChange {
  action: 'created' | 'updated' | 'unchanged';
  resource: Resource;
}

/** How a resource is replaced. */
export interface ReplaceOptions {
  /** Whether it is created when missing. */
  upsert?: boolean;
  /** Throws when what there is must not be replaced: it may have been made since permissions were asked. */
  beforeReplacing?(existing: Resource): Promise<void>;
}

/**
 * The way into the store for everything that people and programs write: schema, defaults,
 * rules between resources, derived fields, events.
 *
 * @remarks Permissions are asked before, by whoever calls.
 */
export interface ResourceAdmission {
  /**
   * The key that a manifest names, before anything else is checked.
   *
   * @throws InvalidResourceError
   */
  keyOf(manifest: unknown): ResourceKey;
  /**
   * The key of what is stored that a manifest is about: the one that it names, but where a kind
   * goes by its content and there is nothing of that name.
   *
   * @throws InvalidResourceError where it has no key at all
   */
  storedKeyOf(manifest: unknown): Promise<ResourceKey>;
  /**
   * Checks a manifest as far as that goes without looking for its project.
   *
   * @throws InvalidResourceError with everything that is wrong with it
   */
  check(manifest: unknown, requester: Requester): Promise<void>;
  /** @throws InvalidResourceError, NotFoundError (project), ConflictError (exists) */
  create(manifest: unknown, requester: Requester): Promise<Resource>;
  /**
   * What creating or replacing would store, with nothing stored. What is decided only while it
   * is stored, such as whether Freight may enter a Stage, is not known before.
   *
   * @param options - `assumed` holds what is taken to be there, by `formatKey`
   * @throws as creating and replacing do
   */
  rehearse(
    manifest: unknown,
    requester: Requester,
    options: {
      verb: 'create' | 'update' | 'upsert';
      assumed?: ReadonlySet<string>;
    },
  ): Promise<AdmittedChange>;
  /**
   * Replaces the whole resource; with `upsert` it is created when missing.
   *
   * @throws InvalidResourceError, NotFoundError, ConflictError
   */
  replace(
    manifest: unknown,
    requester: Requester,
    options?: ReplaceOptions,
  ): Promise<AdmittedChange>;
  /** @throws NotFoundError; NotAllowedError for Freight that is needed. */
  delete(key: ResourceKey, requester: Requester): Promise<void>;
}
