import { ConflictError, NotFoundError } from '@backstage/errors';
import {
  Draft,
  formatKey,
  keyOf,
  KindName,
  KINDS,
  MANIFEST_KINDS,
  problemAt,
  Resource,
  ResourceKey,
} from 'backstage-plugin-kargo-common';
import { isConflictError } from 'backstage-plugin-kargo-node';
import { inTurns } from '../../foreign/inTurns';
import {
  admitAnnotations,
  admitFinalizers,
  admitLabels,
} from '../../logic/admission/engineMetadata';
import {
  refuseMaskedPasswords,
  restorePasswords,
} from '../../logic/admission/maskedPasswords';
import { ParsedManifest } from '../../logic/admission/ParsedManifest';
import { parseManifest } from '../../logic/admission/parseManifest';
import { InvalidResourceError } from '../../logic/admission/InvalidResourceError';
import { isEqualJson } from '../../logic/mergePatch';
import {
  AdmittedChange,
  ReplaceOptions,
  Requester,
  ResourceAdmission,
} from '../../ports/ResourceAdmission';
import { findKindModule, KIND_MODULES } from '../kinds';
import { Installation } from '../../logic/admission/Installation';
import { AdmissionServices, KindModule } from '../kinds/KindModule';
import { findAnyway } from '../../ports/findAnyway';
import { anyKey } from '../../ports/kinds';

/** What admission needs. */
export interface AdmissionOptions extends AdmissionServices {
  /** All installed subscription types. */
  subscriptionTypes: readonly string[];
  /** What manifests are warned by that ask for what is not there. */
  installation?: Installation;
  /** Namespaces without a project, for Secrets and ConfigMaps; no project may take their names. */
  sharedNamespaces?: readonly string[];
}

/** Who asks where nothing is written. */
const NOBODY: Requester = { actor: '' };

/**
 * Checks and completes everything that is written from outside, with the rules of Kargo's
 * admission webhooks.
 *
 * @remarks What is special about a kind is told by its module, see `engine/kinds`.
 */
export class Admission implements ResourceAdmission {
  static create(options: AdmissionOptions): Admission {
    return new Admission(options);
  }

  private constructor(private readonly options: AdmissionOptions) {}

  keyOf(manifest: unknown): ResourceKey {
    const { kind, metadata } = (manifest ?? {}) as {
      kind?: unknown;
      metadata?: { name?: unknown; namespace?: unknown };
    };
    if (typeof kind !== 'string' || !findKindModule(kind)) {
      throw new InvalidResourceError('The document', [
        problemAt(manifest, ['kind'], `one of ${MANIFEST_KINDS.join(', ')}`),
      ]);
    }
    return {
      kind,
      namespace: KINDS[kind as KindName].namespaced
        ? writtenName(metadata?.namespace)
        : '',
      name: writtenName(metadata?.name),
    };
  }

  async storedKeyOf(manifest: unknown): Promise<ResourceKey> {
    const key = this.keyOf(manifest);
    if (!findKindModule(key.kind)?.admission?.nameByContent) {
      return key;
    }
    try {
      const parsed = await this.parse(manifest, NOBODY);
      const meant = await this.findMeant(key, parsed);
      return meant ? keyOf(meant) : key;
    } catch (error) {
      if (!(error instanceof InvalidResourceError)) {
        throw error;
      }
      // Whoever writes it will hear; what is deleted needs no more than its name.
      return key;
    }
  }

  async check(manifest: unknown, requester: Requester): Promise<void> {
    await this.parse(manifest, requester);
  }

  async create(manifest: unknown, requester: Requester): Promise<Resource> {
    return this.createParsed(await this.parse(manifest, requester), requester);
  }

  private async createParsed(
    parsed: ParsedManifest,
    requester: Requester,
  ): Promise<Resource> {
    const { admission } = KIND_MODULES[parsed.kind];
    const draft = await this.draftNew(parsed, requester);
    return admission?.create
      ? admission.create(draft, requester, this.options)
      : this.options.store.create({ ...draft, kind: parsed.kind });
  }

  /** What a new resource is stored as. */
  private async draftNew(
    parsed: ParsedManifest,
    requester: Requester,
    assumed?: ReadonlySet<string>,
  ): Promise<Draft<Resource>> {
    const module = KIND_MODULES[parsed.kind];
    await this.checkPlace(parsed, module, assumed);
    const completed = complete(parsed, undefined, requester);
    refuseMaskedPasswords(
      `${parsed.kind} '${completed.metadata.name}'`,
      completed,
    );
    return module.admission?.stamp?.(completed, requester) ?? completed;
  }

  async rehearse(
    manifest: unknown,
    requester: Requester,
    {
      verb,
      assumed,
    }: { verb: 'create' | 'update' | 'upsert'; assumed?: ReadonlySet<string> },
  ): Promise<AdmittedChange> {
    const parsed =
      verb === 'create'
        ? await this.parse(manifest, requester, { assumed })
        : await this.parseUpdate(manifest, requester, assumed);
    const key = this.keyOf(parsed);
    const existing = await this.findMeant(key, parsed);
    if (existing && verb === 'create') {
      throw new ConflictError(
        `${key.kind} '${existing.metadata.name}' already exists`,
      );
    }
    if (!existing && verb === 'update') {
      throw new NotFoundError(`${key.kind} '${key.name}' does not exist`);
    }
    return existing
      ? this.rehearseUpdate(parsed, existing, requester)
      : {
          action: 'created',
          resource: rehearsed(await this.draftNew(parsed, requester, assumed)),
        };
  }

  private async rehearseUpdate(
    parsed: ParsedManifest,
    existing: Resource,
    requester: Requester,
  ): Promise<AdmittedChange> {
    const draft = await this.draftUpdate(parsed, existing, requester);
    const { name, resourceVersion } = existing.metadata;
    if (draft.metadata.resourceVersion !== resourceVersion) {
      throw new ConflictError(
        `${parsed.kind} '${name}' was changed since version ${draft.metadata.resourceVersion}, which the manifest names`,
      );
    }
    return { action: 'updated', resource: rehearsed(draft) };
  }

  async replace(
    manifest: unknown,
    requester: Requester,
    options: ReplaceOptions = {},
  ): Promise<AdmittedChange> {
    const parsed = await this.parseUpdate(manifest, requester);
    const key = this.keyOf(parsed);
    const found = await this.findMeant(key, parsed);
    if (!found && !options.upsert) {
      throw new NotFoundError(`${key.kind} '${key.name}' does not exist`);
    }
    return found
      ? this.replaceFound(parsed, found, requester, options)
      : this.createOrReplace(key, parsed, requester, options);
  }

  /** Creates what was not there, unless somebody was faster. */
  private async createOrReplace(
    key: ResourceKey,
    parsed: ParsedManifest,
    requester: Requester,
    options: ReplaceOptions,
  ): Promise<AdmittedChange> {
    try {
      const resource = await this.createParsed(parsed, requester);
      return { action: 'created', resource };
    } catch (error) {
      const existing = isConflictError(error)
        ? await this.findMeant(key, parsed)
        : undefined;
      if (!existing) {
        throw error;
      }
      return this.replaceFound(parsed, existing, requester, options);
    }
  }

  private async replaceFound(
    parsed: ParsedManifest,
    existing: Resource,
    requester: Requester,
    { beforeReplacing }: ReplaceOptions,
  ): Promise<AdmittedChange> {
    await beforeReplacing?.(existing);
    const resource = await this.replaceExisting(parsed, existing, requester);
    return {
      action: isSameManifest(resource, existing) ? 'unchanged' : 'updated',
      resource,
    };
  }

  /**
   * Replaces on the revision that was read: what the engine writes meanwhile (finalizers)
   * must not be undone. Somebody who names no revision is refused for none, so a conflict is
   * followed by another look, as often as it takes: each is a write of somebody else that was
   * made.
   */
  private async replaceExisting(
    parsed: ParsedManifest,
    existing: Resource,
    requester: Requester,
  ): Promise<Resource> {
    const { store } = this.options;
    let current = existing;
    for (;;) {
      const draft = await this.draftUpdate(parsed, current, requester);
      try {
        return await store.replace({ ...draft, kind: parsed.kind });
      } catch (error) {
        if (!isConflictError(error) || parsed.metadata.resourceVersion) {
          throw error;
        }
        const latest = await this.findExisting(keyOf(current));
        if (!latest) {
          throw new NotFoundError(
            `${formatKey(keyOf(current))} does not exist`,
          );
        }
        const { resourceVersion } = latest.metadata;
        if (resourceVersion === current.metadata.resourceVersion) {
          // Not for what others write: the same would be refused again.
          throw error;
        }
        current = latest;
      }
    }
  }

  /** What replaces a stored resource. */
  private async draftUpdate(
    parsed: ParsedManifest,
    stored: Resource,
    requester: Requester,
  ): Promise<Draft<Resource>> {
    const { admission } = KIND_MODULES[parsed.kind];
    const draft = completeUpdate(parsed, stored, requester);
    refuseMaskedPasswords(`${parsed.kind} '${draft.metadata.name}'`, draft);
    await admission?.checkUpdate?.(draft, stored, this.options);
    return draft;
  }

  async delete(key: ResourceKey, requester: Requester): Promise<void> {
    const { deletion } = findKindModule(key.kind) ?? {};
    await deletion?.mayDelete?.(key, this.options);
    const { announce } = deletion ?? {};
    await this.options.events.publishWith(
      [{ delete: { key: anyKey(key) } }],
      announce ? [([last]) => announce(last, requester, this.options)] : [],
    );
  }

  /** What a manifest is about, also where that is kept by another name than it has there. */
  private async findMeant(
    key: ResourceKey,
    parsed: ParsedManifest,
  ): Promise<Resource | undefined> {
    const { admission } = KIND_MODULES[parsed.kind];
    const name = admission?.nameByContent?.(parsed as Draft<Resource>);
    return (
      (await this.findExisting(key)) ??
      (name === undefined ? undefined : this.findExisting({ ...key, name }))
    );
  }

  /** What the engine names has no name yet. */
  private async findExisting(key: ResourceKey): Promise<Resource | undefined> {
    return key.name ? findAnyway(this.options.store, key) : undefined;
  }

  /** As `parse`, but for what is stored already and stays as it is. */
  private async parseUpdate(
    manifest: unknown,
    requester: Requester,
    assumed?: ReadonlySet<string>,
  ): Promise<ParsedManifest> {
    try {
      return await this.parse(manifest, requester, { assumed });
    } catch (error) {
      if (!(error instanceof InvalidResourceError)) {
        throw error;
      }
      const key = this.keyOf(manifest);
      const stored = await this.findExisting(key);
      if (!stored) {
        throw error;
      }
      return this.parse(manifest, requester, { stored, assumed });
    }
  }

  private async parse(
    manifest: unknown,
    { warn, brought, unknownFields }: Requester,
    {
      stored,
      assumed,
    }: { stored?: object; assumed?: ReadonlySet<string> } = {},
  ): Promise<ParsedManifest> {
    const { store, subscriptionTypes, installation } = this.options;
    const parsed = await inTurns(
      parseManifest(manifest, {
        subscriptionTypes,
        installation,
        warn,
        ...(stored && { stored }),
        ...(unknownFields && { unknownFields }),
      }),
    );
    const { findMissing } = KIND_MODULES[parsed.kind].admission ?? {};
    if (warn && findMissing) {
      const missing = await findMissing(
        parsed as Draft<Resource>,
        async key =>
          assumed?.has(formatKey(key)) ||
          brought?.has(formatKey(key)) ||
          (await store.find(anyKey(key))) !== undefined,
      );
      for (const each of missing) {
        warn(`${parsed.kind} '${parsed.metadata.name}': ${each}`);
      }
    }
    return parsed;
  }

  /** Everything lies in a Project that exists, but Projects and what is shared. */
  private async checkPlace(
    parsed: ParsedManifest,
    { admission }: KindModule,
    assumed: ReadonlySet<string> = new Set(),
  ): Promise<void> {
    const { namespace = '' } = parsed.metadata;
    admission?.checkNew?.(parsed, name => this.isShared(name));
    if (!KINDS[parsed.kind].namespaced) {
      return;
    }
    if (admission?.isShareable && this.isShared(namespace)) {
      return;
    }
    const place = { kind: 'Project' as const, namespace: '', name: namespace };
    if (assumed.has(formatKey(place))) {
      return;
    }
    const project = await this.options.store.find(place);
    if (!project) {
      throw new NotFoundError(
        `Project '${namespace}' does not exist; create it before ${parsed.kind} '${parsed.metadata.name}'`,
      );
    }
    if (project.metadata.deletionTimestamp) {
      throw new ConflictError(
        `Project '${namespace}' is being deleted; try again when it is gone`,
      );
    }
  }

  private isShared(namespace: string): boolean {
    return this.options.sharedNamespaces?.includes(namespace) ?? false;
  }
}

/** A list or a mapping is no name, whatever it looks like as a text. */
function writtenName(value: unknown): string {
  return typeof value === 'object' ? '' : String(value ?? '');
}

/** The resource as it is stored: the user's part of the metadata, no status from outside. */
function complete(
  parsed: ParsedManifest,
  stored: Resource | undefined,
  requester: Requester,
): Draft<Resource> {
  const { admission, deletion } = KIND_MODULES[parsed.kind];
  const { status: _, ...rest } = parsed;
  const { name = '', namespace, ...given } = parsed.metadata;
  const known = stored?.metadata;
  const owners = known?.ownerReferences ?? given.ownerReferences;
  const draft = {
    ...rest,
    metadata: {
      name,
      ...(KINDS[parsed.kind].namespaced && { namespace }),
      ...filled('labels', admitLabels(given.labels, known?.labels)),
      ...filled(
        'annotations',
        admitAnnotations(
          parsed.kind,
          given.annotations,
          known && (known.annotations ?? {}),
          requester.actor,
        ),
      ),
      ...filled(
        'finalizers',
        admitFinalizers(
          given.finalizers,
          known && (known.finalizers ?? []),
          deletion?.isCleanedUp ?? false,
        ),
      ),
      ...(owners && { ownerReferences: owners }),
    },
  } as Draft<Resource>;
  return admission?.complete?.(draft) ?? draft;
}

/** A draft as something that is read, which it is not in the store. */
function rehearsed(draft: Draft<Resource>): Resource {
  return draft as Resource;
}

/** A member that is left out when there is nothing in it. */
function filled(name: string, value: object): object {
  return Object.keys(value).length > 0 ? { [name]: value } : {};
}

/** What a replace writes: on the revision that was read, without what only the engine changes. */
function completeUpdate(
  parsed: ParsedManifest,
  stored: Resource,
  requester: Requester,
): Draft<Resource> {
  const { admission } = KIND_MODULES[parsed.kind];
  const draft = restorePasswords(complete(parsed, stored, requester), stored);
  const merged: Draft<Resource> = {
    ...draft,
    metadata: {
      ...draft.metadata,
      name: stored.metadata.name,
      uid: stored.metadata.uid,
      resourceVersion:
        parsed.metadata.resourceVersion ?? stored.metadata.resourceVersion,
    },
  };
  return admission?.keep?.(merged, stored) ?? merged;
}

/** Whether nothing but the status differs, which the engine may write at any time. */
function isSameManifest(a: Resource, b: Resource): boolean {
  const own = ({ metadata }: Resource) => [
    metadata.generation,
    metadata.labels,
    metadata.annotations,
  ];
  return isEqualJson(own(a), own(b));
}
