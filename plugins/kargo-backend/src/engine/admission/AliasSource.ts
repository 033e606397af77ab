import { ConflictError } from '@backstage/errors';
import { Freight } from 'backstage-plugin-kargo-common';
import { drawFreightAlias } from '../../logic/warehouse/freightAlias';
import { Ids } from '../../ports/Ids';
import { IndexedStore } from '../../ports/ResourceIndex';

/** Of as many, one is free unless a project holds tens of thousands. */
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
    const drawn = Array.from({ length: DRAWS }, () =>
      drawFreightAlias(this.random),
    );
    const { items } = await this.store.list('Freight', {
      namespace: project,
      index: { name: 'alias', value: drawn },
    });
    const taken = new Set(items.map(({ alias }) => alias));
    const free = drawn.find(alias => !taken.has(alias));
    if (free !== undefined) {
      return free;
    }
    // Thousands of pieces of Freight: a suffix makes it unique.
    return `${drawFreightAlias(this.random)}-${this.ids.ulid().slice(-6)}`;
  }

  /**
   * Freight is asked for by name or alias, so an alias may be neither of another's.
   *
   * @param freight - whose it is to be, and may be already
   * @throws ConflictError
   */
  async assertFree(
    project: string,
    alias: string,
    freight?: string,
  ): Promise<void> {
    const namespace = project;
    const [named, aliased] = await Promise.all([
      this.store.find({ kind: 'Freight', namespace, name: alias }),
      this.store.list('Freight', {
        namespace,
        index: { name: 'alias', value: alias },
        limit: 2,
      }),
    ]);
    const isOfAnother = ({ metadata }: Freight) => metadata.name !== freight;
    if (named && isOfAnother(named)) {
      throw new ConflictError(
        `Alias '${alias}' is the name of a Freight of project '${project}'`,
      );
    }
    if (aliased.items.some(isOfAnother)) {
      throw new ConflictError(
        `Alias '${alias}' belongs to another Freight of project '${project}'`,
      );
    }
  }
}
