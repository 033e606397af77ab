import { ConflictError } from '@backstage/errors';
import { drawFreightAlias } from '../../logic/warehouse/freightAlias';
import { Ids } from '../../ports/Ids';
import { IndexedStore } from '../../ports/ResourceIndex';

const DRAWS = 20;

/** Gives Freight aliases that are free in its project. */
export class AliasSource {
  static create(options: {
    store: IndexedStore;
    ids: Ids;
    random: () => number;
  }): AliasSource {
    return new AliasSource(options.store, options.ids, options.random);
  }

  private constructor(
    private readonly store: IndexedStore,
    private readonly ids: Ids,
    private readonly random: () => number,
  ) {}

  async draw(project: string): Promise<string> {
    for (let attempt = 0; attempt < DRAWS; attempt++) {
      const alias = drawFreightAlias(this.random);
      if (await this.isFree(project, alias)) {
        return alias;
      }
    }
    // Thousands of pieces of Freight: a suffix makes it unique.
    return `${drawFreightAlias(this.random)}-${this.ids.ulid().slice(-6)}`;
  }

  /** @throws ConflictError */
  async assertFree(project: string, alias: string): Promise<void> {
    if (!(await this.isFree(project, alias))) {
      throw new ConflictError(
        `Alias '${alias}' belongs to another Freight of project '${project}'`,
      );
    }
  }

  private async isFree(project: string, alias: string): Promise<boolean> {
    const taken = await this.store.count('Freight', {
      namespace: project,
      index: { name: 'alias', value: alias },
    });
    return taken === 0;
  }
}
