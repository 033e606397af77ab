import { formatKey, ResourceKey } from 'backstage-plugin-kargo-common';
import { keyOfRow } from './conversion';
import { ResourceRow } from './tables';

/** Text of rows that is kept at most, in characters. */
const MOST_CHARACTERS = 4 * 1024 * 1024;

/**
 * Rows as this replica last saw them, so that a write need not read what it changes.
 *
 * @remarks
 * Only a guess: whoever writes on it asks for its revision in the statement that writes,
 * and reads the row when that is no longer the stored one. Secrets are left out. The rows
 * that were not used for longest go first.
 */
export class RowHints {
  readonly #rows = new Map<string, ResourceRow>();
  #characters = 0;

  find(key: ResourceKey): ResourceRow | undefined {
    return this.#rows.get(formatKey(key));
  }

  note(row: ResourceRow): void {
    const key = keyOfRow(row);
    this.forget(key);
    if (row.kind === 'Secret') {
      return;
    }
    const { id, kind, namespace, name, uid, revision, document, status } = row;
    const kept = { id, kind, namespace, name, uid, revision, document, status };
    this.#rows.set(formatKey(key), { ...kept, sealed: null, key_id: null });
    this.#characters += charactersOf(row);
    for (const oldest of this.#rows.values()) {
      if (this.#characters <= MOST_CHARACTERS) {
        break;
      }
      this.forget(keyOfRow(oldest));
    }
  }

  clear(): void {
    this.#rows.clear();
    this.#characters = 0;
  }

  forget(key: ResourceKey): void {
    const known = this.find(key);
    if (known) {
      this.#characters -= charactersOf(known);
      this.#rows.delete(formatKey(key));
    }
  }
}

function charactersOf({ document, status }: ResourceRow): number {
  return document.length + (status?.length ?? 0);
}
