import { Data, setOwn } from '../jsonValue';

/**
 * One value of a tree, in the order in which they stand in the text: the number of the list
 * or mapping that holds it (counted as they come), its key there, and the value; lists and
 * mappings are empty here, their members follow as rows of their own.
 */
export type Row = [holder: number, key: string, value: Data];

/** A tree as rows, which can be handed over in pieces of any size. */
export function toRows(root: Data): Row[] {
  const rows: Row[] = [];
  let containers = 0;
  const visit = (value: Data, holder: number, key: string): void => {
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
  #root: Data = null;
  readonly #containers: Array<Data[] | Record<string, Data>> = [];

  get root(): Data {
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
  target: Data[] | Record<string, Data>,
  key: string,
  value: Data,
): void {
  if (Array.isArray(target)) {
    target.push(value);
  } else {
    setOwn(target, key, value);
  }
}
