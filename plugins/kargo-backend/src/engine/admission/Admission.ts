import {
  ConflictError,
  NotAllowedError,
  NotFoundError,
} from '@backstage/errors';
import {
  ANNOTATIONS,
  Draft,
  Freight,
  KindName,
  KINDS,
  keyOf,
  LABELS,
  Project,
  Promotion,
  Resource,
  ResourceKey,
  Secret,
  Stage,
  Warehouse,
} from 'backstage-plugin-kargo-common';
import { isConflictError } from 'backstage-plugin-kargo-node';
import {
  ParsedManifest,
  parseManifest,
} from '../../logic/admission/parseManifest';
import {
  InvalidResourceError,
  problemAt,
} from '../../logic/admission/problems';
import { findArtifactMismatch } from '../../logic/admission/freightArtifacts';
import { freightEvent } from '../../logic/events';
import { isEqualJson } from '../../logic/mergePatch';
import { toTimestamp } from '../../logic/timestamps';
import { freightName } from '../../logic/warehouse/freightName';
import { Clock } from '../../ports/Clock';
import { EventSink } from '../../ports/EventSink';
import { Ids } from '../../ports/Ids';
import {
  AdmittedChange,
  Requester,
  ResourceAdmission,
} from '../../ports/ResourceAdmission';
import { ResourceStore } from '../../ports/ResourceStore';
import { AliasSource } from './AliasSource';
import { arrivalTime } from './arrivalTime';
import { Promotions } from './Promotions';

/** What admission needs. */
export interface AdmissionOptions {
  store: ResourceStore;
  promotions: Promotions;
  aliases: AliasSource;
  events: EventSink;
  ids: Ids;
  clock: Clock;
  /** All installed subscription types. */
  subscriptionTypes: readonly string[];
  /** Namespaces without a project, for Secrets and ConfigMaps; no project may take their names. */
  sharedNamespaces?: readonly string[];
}

/** Tries of a replace that meets concurrent writes. */
const REPLACE_ATTEMPTS = 5;

/** Fields of Freight that never change. */
const FREIGHT_CONTENT = [
  'origin',
  'commits',
  'images',
  'charts',
  'artifacts',
] as const;

/**
 * Checks and completes everything that is written from outside, with the rules of Kargo's
 * admission webhooks.
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
    if (typeof kind !== 'string' || !(kind in KINDS)) {
      throw new InvalidResourceError('The document', [
        problemAt(
          manifest,
          ['kind'],
          `one of ${Object.keys(KINDS).join(', ')}`,
        ),
      ]);
    }
    return {
      kind,
      namespace: KINDS[kind as KindName].namespaced
        ? String(metadata?.namespace ?? '')
        : '',
      name: String(metadata?.name ?? ''),
    };
  }

  async create(manifest: unknown, requester: Requester): Promise<Resource> {
    const parsed = this.parse(manifest);
    await this.checkProject(parsed);
    switch (parsed.kind) {
      case 'Freight':
        return this.createFreight(parsed, requester);
      case 'Promotion':
        return this.options.promotions.createFromManifest(parsed, requester);
      default:
        return this.options.store.create(
          this.complete(parsed, requester) as Draft<Resource>,
        );
    }
  }

  async replace(
    manifest: unknown,
    requester: Requester,
    options: { upsert?: boolean } = {},
  ): Promise<AdmittedChange> {
    const parsed = this.parse(manifest);
    const key = this.keyOf(parsed);
    const existing = key.name
      ? await this.options.store.find<Resource>(key)
      : undefined;
    if (!existing) {
      if (!options.upsert) {
        throw new NotFoundError(`${key.kind} '${key.name}' does not exist`);
      }
      return {
        action: 'created',
        resource: await this.create(manifest, requester),
      };
    }
    const resource = await this.replaceExisting(parsed, existing, requester);
    return {
      action: isSameManifest(resource, existing) ? 'unchanged' : 'updated',
      resource,
    };
  }

  /**
   * Replaces on the revision that was read: what the engine writes meanwhile (finalizers)
   * must not be undone. Somebody who names no revision is asked for none, so a conflict is
   * followed by another look.
   */
  private async replaceExisting(
    parsed: ParsedManifest,
    existing: Resource,
    requester: Requester,
  ): Promise<Resource> {
    const { store } = this.options;
    let current = existing;
    for (let attempt = 1; ; attempt++) {
      const draft = this.completeUpdate(parsed, current, requester);
      await this.checkUpdate(draft, current);
      try {
        return await store.replace(draft);
      } catch (error) {
        const isOurs = !parsed.metadata.resourceVersion;
        if (!isConflictError(error) || !isOurs || attempt >= REPLACE_ATTEMPTS) {
          throw error;
        }
        current = await store.get<Resource>(keyOf(current));
      }
    }
  }

  async delete(key: ResourceKey): Promise<void> {
    if (key.kind === 'Freight') {
      await this.checkFreightUnused(key);
    }
    await this.options.store.delete(key);
  }

  private parse(manifest: unknown): ParsedManifest {
    return parseManifest(manifest, {
      subscriptionTypes: this.options.subscriptionTypes,
    });
  }

  private async checkProject(parsed: ParsedManifest): Promise<void> {
    const { namespace, name } = parsed.metadata;
    const isShared = (namespaceName: string | undefined) =>
      this.options.sharedNamespaces?.includes(namespaceName ?? '') ?? false;
    if (parsed.kind === 'Project' && isShared(name)) {
      throw new InvalidResourceError(`Project '${name}'`, [
        problemAt(
          parsed,
          ['metadata', 'name'],
          'a name that is not kept for shared resources',
        ),
      ]);
    }
    if (!KINDS[parsed.kind].namespaced) {
      return;
    }
    const isPlainData = parsed.kind === 'Secret' || parsed.kind === 'ConfigMap';
    if (isPlainData && isShared(namespace)) {
      return;
    }
    const project = await this.options.store.find<Project>({
      kind: 'Project',
      namespace: '',
      name: namespace ?? '',
    });
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

  /** The resource as it is stored: derived labels and annotations, no status from outside. */
  private complete(
    parsed: ParsedManifest,
    requester: Requester,
  ): Draft<Resource> {
    const { status: _, ...rest } = parsed;
    const metadata = {
      ...pickMetadata(parsed),
      ...labelsOf(parsed),
      ...(parsed.kind === 'Project' && {
        annotations: {
          ...parsed.metadata.annotations,
          [ANNOTATIONS.createActor]: requester.actor,
        },
      }),
    };
    const draft = { ...rest, metadata } as Draft<Resource>;
    return parsed.kind === 'Secret' ? encodeSecret(draft) : draft;
  }

  /** What a replace must not lose: engine-owned metadata of the stored resource. */
  private completeUpdate(
    parsed: ParsedManifest,
    existing: Resource,
    requester: Requester,
  ): Draft<Resource> {
    const draft = this.complete(parsed, requester);
    const owned = ownedAnnotations(existing);
    const annotations = { ...draft.metadata.annotations, ...owned };
    return {
      ...draft,
      metadata: {
        ...draft.metadata,
        uid: existing.metadata.uid,
        ...(existing.metadata.finalizers && {
          finalizers: existing.metadata.finalizers,
        }),
        ...(existing.metadata.ownerReferences && {
          ownerReferences: existing.metadata.ownerReferences,
        }),
        ...(Object.keys(annotations).length > 0 && { annotations }),
        resourceVersion:
          parsed.metadata.resourceVersion ?? existing.metadata.resourceVersion,
      },
      ...(existing.kind === 'Freight' && freightDefaults(draft, existing)),
      ...(existing.kind === 'Promotion' && promotionDefaults(draft, existing)),
    };
  }

  private async checkUpdate(
    draft: Draft<Resource>,
    existing: Resource,
  ): Promise<void> {
    if (existing.kind === 'Freight') {
      await this.checkFreightUpdate(
        draft as Draft<Freight>,
        existing as Freight,
      );
    }
    if (existing.kind === 'Promotion') {
      const spec = (draft as Draft<Promotion>).spec;
      if (!isEqualJson(toJson(spec), toJson((existing as Promotion).spec))) {
        throw new InvalidResourceError(
          `Promotion '${existing.metadata.name}'`,
          [
            problemAt(
              draft,
              ['spec'],
              'the spec it was created with: it is immutable',
            ),
          ],
        );
      }
    }
  }

  private async createFreight(
    parsed: ParsedManifest,
    requester: Requester,
  ): Promise<Freight> {
    const { store, aliases, events, ids, clock } = this.options;
    const given = parsed as unknown as Freight;
    const namespace = parsed.metadata.namespace ?? '';
    const warehouse = await store.find<Warehouse>({
      kind: 'Warehouse',
      namespace,
      name: given.origin.name,
    });
    const mismatch = warehouse
      ? findArtifactMismatch(given, warehouse.spec.subscriptions)
      : problemAt(
          parsed,
          ['origin', 'name'],
          `a Warehouse of project '${namespace}'`,
        );
    if (mismatch) {
      throw new InvalidResourceError('Freight', [mismatch]);
    }
    if (given.alias) {
      await aliases.assertFree(namespace, given.alias);
    }
    const alias = given.alias || (await aliases.draw(namespace));
    const now = toTimestamp(clock.now());
    const { status: _, ...content } = given;
    const freight = await store.create<Freight>({
      ...content,
      alias,
      discoveredAt:
        given.discoveredAt ??
        (await arrivalTime(store, namespace, given.origin, clock.now())),
      metadata: {
        ...pickMetadata(parsed),
        name: freightName(given),
        labels: { ...parsed.metadata.labels, [LABELS.alias]: alias },
      },
    });
    await events.publish(
      freightEvent('FreightCreated', freight, '', {
        now,
        id: ids.ulid(),
        component: 'api-server',
        actor: requester.actor,
      }),
    );
    return freight;
  }

  private async checkFreightUpdate(
    draft: Draft<Freight>,
    existing: Freight,
  ): Promise<void> {
    const changed = FREIGHT_CONTENT.find(
      field => !isEqualJson(toJson(draft[field]), toJson(existing[field])),
    );
    if (changed) {
      throw new InvalidResourceError(`Freight '${existing.metadata.name}'`, [
        problemAt(
          draft,
          [changed],
          'what it was created with: Freight is immutable',
        ),
      ]);
    }
    if (draft.alias && draft.alias !== existing.alias) {
      await this.options.aliases.assertFree(
        existing.metadata.namespace ?? '',
        draft.alias,
      );
    }
  }

  private async checkFreightUnused(key: ResourceKey): Promise<void> {
    const users = await this.options.store.list<Stage>('Stage', {
      namespace: key.namespace,
      index: { name: 'currentFreight', value: key.name },
      limit: 5,
    });
    if (users.items.length > 0) {
      throw new NotAllowedError(
        `Freight '${key.name}' cannot be deleted while it is in ${users.items
          .map(stage => `Stage '${stage.metadata.name}'`)
          .join(', ')}`,
      );
    }
  }
}

/** Whether nothing but the status differs, which the engine may write at any time. */
function isSameManifest(a: Resource, b: Resource): boolean {
  const own = ({ metadata }: Resource) =>
    toJson([metadata.generation, metadata.labels, metadata.annotations]);
  return isEqualJson(own(a), own(b));
}

/** Metadata that a user may set. */
function pickMetadata(parsed: ParsedManifest): Draft<Resource>['metadata'] {
  const { name, namespace, labels, annotations, ownerReferences, finalizers } =
    parsed.metadata;
  return {
    name: name ?? '',
    ...(KINDS[parsed.kind].namespaced && { namespace }),
    ...(labels && { labels }),
    ...(annotations && { annotations }),
    ...(ownerReferences && { ownerReferences }),
    ...(finalizers && { finalizers }),
  };
}

/** The shard label mirrors `spec.shard`. */
function labelsOf(parsed: ParsedManifest): { labels?: Record<string, string> } {
  const { [LABELS.shard]: _, ...labels } = parsed.metadata.labels ?? {};
  const shard = (parsed.spec as { shard?: string } | undefined)?.shard;
  const isSharded = parsed.kind === 'Stage' || parsed.kind === 'Warehouse';
  if (!isSharded) {
    return {};
  }
  const all = { ...labels, ...(shard && { [LABELS.shard]: shard }) };
  return Object.keys(all).length > 0 ? { labels: all } : { labels: undefined };
}

const KEPT_ANNOTATIONS: Partial<Record<string, string[]>> = {
  Project: [ANNOTATIONS.createActor],
  Promotion: [
    ANNOTATIONS.createActor,
    ANNOTATIONS.autoPromotionHold,
    ANNOTATIONS.autoPromotionResume,
    ANNOTATIONS.stage,
  ],
};

function ownedAnnotations(existing: Resource): Record<string, string> {
  const annotations = existing.metadata.annotations ?? {};
  return Object.fromEntries(
    (KEPT_ANNOTATIONS[existing.kind] ?? []).flatMap(name =>
      annotations[name] === undefined ? [] : [[name, annotations[name]]],
    ),
  );
}

/** `stringData` is written text; `data` is base64, as Kubernetes keeps it. */
function encodeSecret(draft: Draft<Resource>): Draft<Resource> {
  const { stringData, ...rest } = draft as Draft<Secret> & {
    stringData?: Record<string, string>;
  };
  const encoded = Object.entries(stringData ?? {}).map(([key, value]) => [
    key,
    Buffer.from(value, 'utf8').toString('base64'),
  ]);
  return {
    ...rest,
    data: { ...rest.data, ...Object.fromEntries(encoded) },
  } as Draft<Resource>;
}

function freightDefaults(draft: Draft<Resource>, existing: Resource) {
  const { discoveredAt } = existing as Freight;
  const { alias, metadata } = draft as Draft<Freight>;
  const { [LABELS.alias]: _, ...labels } = metadata.labels ?? {};
  return {
    discoveredAt,
    metadata: {
      ...metadata,
      uid: existing.metadata.uid,
      labels: { ...labels, ...(alias && { [LABELS.alias]: alias }) },
    },
  };
}

/** A manifest without steps means the ones the Promotion has. */
function promotionDefaults(draft: Draft<Resource>, existing: Resource) {
  const given = (draft as Draft<Promotion>).spec;
  const stored = (existing as Promotion).spec;
  return {
    spec: {
      ...given,
      ...(given.steps === undefined && { steps: stored.steps }),
      ...(given.vars === undefined && stored.vars && { vars: stored.vars }),
    },
  };
}

function toJson(value: unknown) {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}
