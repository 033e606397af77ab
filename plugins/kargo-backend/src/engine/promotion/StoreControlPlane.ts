import { ConflictError, InputError } from '@backstage/errors';
import {
  FreightManifest,
  JsonObject,
  LABELS,
} from 'backstage-plugin-kargo-common';
import {
  ControlPlane,
  isConflictError,
  TerminalError,
} from 'backstage-plugin-kargo-node';
import { CapabilityScope } from '../../ports/CapabilityFactories';
import { diffToMergePatch } from '../../logic/mergePatch';
import { ResourceStore } from '../../ports/ResourceStore';
import { AliasSource } from '../admission/AliasSource';
import { showsSecret } from './PromotionOutputs';

/** Most writes of others that one of ours gives way to. */
const MAX_CONFLICTS = 20;

/** What changes are made with, and for whom. */
export interface StoreControlPlaneOptions
  extends Pick<
    CapabilityScope,
    'promotion' | 'stage' | 'secrets' | 'unmasked'
  > {
  store: ResourceStore;
  aliases: AliasSource;
}

/** What steps may change of Kargo's own resources, in the project of their Promotion alone. */
export class StoreControlPlane implements ControlPlane {
  static create(options: StoreControlPlaneOptions): StoreControlPlane {
    return new StoreControlPlane(options);
  }

  private constructor(private readonly options: StoreControlPlaneOptions) {}

  async setMetadata(
    target: { kind: 'Stage' | 'Freight'; name: string },
    values: JsonObject,
  ): Promise<void> {
    this.assertShowable(
      values,
      `the metadata of ${target.kind} "${target.name}"`,
    );
    for (let conflicts = 0; ; conflicts++) {
      try {
        await this.replaceMetadata(target, values);
        return;
      } catch (error) {
        if (!isConflictError(error)) {
          throw error;
        }
        if (conflicts >= MAX_CONFLICTS) {
          throw new ConflictError(
            `${target.kind} "${target.name}" is being written by others all the time`,
            error,
          );
        }
      }
    }
  }

  async setFreightAlias(freight: string, alias: string): Promise<void> {
    const { aliases, store } = this.options;
    this.assertShowable(alias, `the alias of Freight "${freight}"`);
    const { error } = FreightManifest.shape.alias.safeParse(alias);
    if (error) {
      throw new InputError(`the alias "${alias}": ${error.issues[0].message}`);
    }
    await aliases.assertFree(this.project, alias, freight);
    await store.patch(
      { kind: 'Freight', namespace: this.project, name: freight },
      { alias, metadata: { labels: { [LABELS.alias]: alias } } },
    );
  }

  async listRequestedImages(): Promise<string[]> {
    const { store, stage } = this.options;
    const { items } = await store.list('Warehouse', {
      namespace: this.project,
      names: stage.spec.requestedFreight.map(request => request.origin.name),
    });
    // One Warehouse may watch several tags of an image; it is still one source.
    return items.flatMap(warehouse => [
      ...new Set(
        warehouse.spec.subscriptions.flatMap(({ image }) =>
          image ? [image.repoURL] : [],
        ),
      ),
    ]);
  }

  /** @throws ConflictError when somebody else wrote between reading and writing */
  private async replaceMetadata(
    target: { kind: 'Stage' | 'Freight'; name: string },
    values: JsonObject,
  ): Promise<void> {
    const { store } = this.options;
    const key = { ...target, namespace: this.project };
    const { metadata, status } = await store.get(key);
    const before = status?.metadata ?? {};
    // A merge patch of the values alone would merge what is in them, too. The difference is
    // one to what was read, and to nothing else.
    const change = diffToMergePatch(
      { metadata: before },
      { metadata: withoutNulls({ ...before, ...values }) },
    );
    if (change) {
      await store.patchStatus(key, change.patch, {
        nulls: change.nulls,
        resourceVersion: metadata.resourceVersion,
      });
    }
  }

  /** Everybody who may read the project reads what a step writes here. */
  private assertShowable(value: unknown, place: string): void {
    const { secrets, unmasked } = this.options;
    if (!unmasked && showsSecret(value, secrets)) {
      throw new TerminalError(
        `${place} would show a secret to everybody who may read the project; keep it in a Secret, or write "unmasked: true" in the step`,
      );
    }
  }

  private get project(): string {
    return this.options.promotion.metadata.namespace ?? '';
  }
}

/** A value of `null` takes a key away; within a value it is one like others. */
function withoutNulls(values: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== null),
  );
}
