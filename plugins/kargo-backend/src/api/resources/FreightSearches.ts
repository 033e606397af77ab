import { Freight } from 'backstage-plugin-kargo-common';
import { IndexSelector } from '../../logic/stage/sourceSearches';
import { FirstSelection, IndexedStore } from '../../ports/ResourceIndex';

/**
 * How much of each selection is read at once. What is newest among verified Freight is mostly
 * available, or held already; where there is a soak time, one of the next is.
 */
const BEGINNING = 3;
/** How much is read at a time of a search that has to go on. */
const PAGE = 50;

/** The newest Freight of a selection. */
export interface Beginning {
  /** Newest first. */
  items: readonly Freight[];
  /** Whether there is no more. */
  isWhole: boolean;
}

/** The newest Freight of everything that several questions are about, read once and together. */
export class Beginnings {
  readonly #known = new Map<
    string,
    { selection: FirstSelection; beginning: Beginning }
  >();

  ofAll(selections: readonly FirstSelection[]): Beginning[] {
    return selections.map(selection => this.#of(selection));
  }

  #of(selection: FirstSelection): Beginning {
    const { namespace, index } = selection;
    const key = JSON.stringify([namespace, index.name, index.value]);
    const known = this.#known.get(key) ?? {
      selection,
      beginning: { items: [], isWhole: true },
    };
    this.#known.set(key, known);
    return known.beginning;
  }

  async read(store: IndexedStore): Promise<void> {
    const known = [...this.#known.values()];
    const found = await store.listFirst(
      'Freight',
      known.map(({ selection }) => selection),
      { limit: BEGINNING, orderBy: 'age', descending: true },
    );
    known.forEach(({ beginning }, at) => {
      beginning.items = found[at];
      beginning.isWhole = found[at].length < BEGINNING;
    });
  }
}

/** Freight of a project that all of several indexes hold. */
export interface FreightSearch {
  namespace: string;
  index: IndexSelector[];
}

/** Freight of an index, read as far as somebody went. */
class FreightPages {
  readonly #items: Freight[] = [];
  #cursor: string | undefined;
  #isWhole = false;

  constructor(
    private readonly store: IndexedStore,
    private readonly search: FreightSearch,
  ) {}

  async *newestFirst(): AsyncGenerator<Freight> {
    for (let next = 0; ; next++) {
      if (next === this.#items.length && !this.#isWhole) {
        await this.#readOn();
      }
      if (next === this.#items.length) {
        return;
      }
      yield this.#items[next];
    }
  }

  async #readOn(): Promise<void> {
    const { items, nextCursor } = await this.store.list('Freight', {
      ...this.search,
      ...{ orderBy: 'age', descending: true, limit: PAGE, shared: true },
      ...(this.#cursor && { cursor: this.#cursor }),
    });
    this.#items.push(...items);
    this.#cursor = nextCursor;
    this.#isWhole = nextCursor === undefined;
  }
}

/** Searches through Freight, newest first, that several questions may need. */
export class FreightSearches {
  readonly #known = new Map<string, FreightPages>();

  constructor(private readonly store: IndexedStore) {}

  /** Hands out what is found until `isEnough` says so. */
  async goThrough(
    search: FreightSearch,
    isEnough: (freight: Freight) => boolean,
  ): Promise<void> {
    const key = JSON.stringify([search.namespace, search.index]);
    const pages = this.#known.get(key) ?? new FreightPages(this.store, search);
    this.#known.set(key, pages);
    for await (const freight of pages.newestFirst()) {
      if (isEnough(freight)) {
        return;
      }
    }
  }
}
