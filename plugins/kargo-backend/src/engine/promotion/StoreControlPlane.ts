import {
  JsonObject,
  LABELS,
  Promotion,
  Stage,
} from 'backstage-plugin-kargo-common';
import { ControlPlane } from 'backstage-plugin-kargo-node';
import { ResourceStore } from '../../ports/ResourceStore';
import { AliasSource } from '../admission/AliasSource';

/** What steps may change of Kargo's own resources, in the project of their Promotion alone. */
export class StoreControlPlane implements ControlPlane {
  static create(options: {
    store: ResourceStore;
    aliases: AliasSource;
    promotion: Promotion;
    stage: Stage;
  }): StoreControlPlane {
    return new StoreControlPlane(options);
  }

  private constructor(
    private readonly options: {
      store: ResourceStore;
      aliases: AliasSource;
      promotion: Promotion;
      stage: Stage;
    },
  ) {}

  async setMetadata(
    target: { kind: 'Stage' | 'Freight'; name: string },
    values: JsonObject,
  ): Promise<void> {
    await this.options.store.patchStatus(
      { ...target, namespace: this.project },
      { metadata: values },
    );
  }

  async setFreightAlias(freight: string, alias: string): Promise<void> {
    const { aliases, store } = this.options;
    await aliases.assertFree(this.project, alias);
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

  private get project(): string {
    return this.options.promotion.metadata.namespace ?? '';
  }
}
