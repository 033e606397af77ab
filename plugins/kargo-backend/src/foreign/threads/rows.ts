import { Json, setOwn } from '../jsonValue';

/**
 * One value of a tree, in the order in which they stand in the text: the number of the list
 * or mapping that holds it (counted as they come), its key there, and the value; lists and
 * mappings are empty here, their members follow as rows of their own.
 */
export type Row = [holder: number, key: string, value: Json];

/** A tree as rows, which can be handed over in pieces of any size. */
export function toRows(root: Json): Row[] {
  const rows: Row[] = [];
  let containers = 0;
  const visit = (value: Json, holder: number, key: string): void => {
    if (typeof value !== 'object' || value === null) {
      rows.push([holder, key, value]);
      return;
    }
    rows.push([holder, key, Array.isArray(value) ? [] : {}]);
    const self = containers;
    containers += 1;
    for (const [name, member] of Object.entries(value)) {
      visit(member, self, name);
    }
  };
  visit(root, -1, '');
  return rows;
}

/** Builds a tree from its rows, as they come. */
export class TreeOfRows {
  #root: Json = null;
  readonly #containers: Array<Json[] | Record<string, Json>> = [];

  get root(): Json {
    return this.#root;
  }

  add(rows: readonly Row[]): void {
    for (const [holder, key, value] of rows) {
      if (typeof value === 'object' && value !== null) {
        this.#containers.push(value);
      }
      if (holder < 0) {
        this.#root = value;
      } else {
        put(this.#containers[holder], key, value);
      }
    }
  }
}

function put(
  target: Json[] | Record<string, Json>,
  key: string,
  value: Json,
): void {
  if (Array.isArray(target)) {
    target.push(value);
  } else {
    setOwn(target, key, value);
  }
}
