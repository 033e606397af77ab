import { ResourceKey } from 'backstage-plugin-kargo-common';
import { keyOfRow, StoredResource, toNumber, toResource } from './conversion';
import { SecretCipher } from './SecretCipher';
import { ChangeRow } from './tables';
import { Terms } from './terms';

/** What whoever made a change knows of it. */
export interface MadeChange {
  readonly terms: { before?: Terms; after?: Terms };
  /** Absent where the row holds something else, or what is not to be kept. */
  readonly resource?: StoredResource;
}

/**
 * One change of the history. What is computed from it is computed once, when somebody
 * asks, and shared by all watches: nobody may change it.
 */
export class Change {
  readonly key: ResourceKey;
  readonly revision: number;
  /** About how much memory it takes. */
  readonly bytes: number;
  readonly #row: ChangeRow;
  readonly #secrets: SecretCipher;
  #terms?: { before?: Terms; after?: Terms };
  #resource?: StoredResource;

  /** @param made - spares reading the row where the change was made by this replica */
  constructor(row: ChangeRow, secrets: SecretCipher, made?: MadeChange) {
    this.key = keyOfRow(row);
    this.revision = toNumber(row.revision);
    this.bytes = bytesOf(row);
    this.#row = row;
    this.#secrets = secrets;
    this.#terms = made?.terms;
    this.#resource = made?.resource;
  }

  /** What the resource could be selected by before and after; absent where it was not there. */
  get terms(): { before?: Terms; after?: Terms } {
    this.#terms ??= {
      before: parseTerms(this.#row.terms_before),
      after: parseTerms(this.#row.terms_after),
    };
    return this.#terms;
  }

  /** The state after the change, or the last one. */
  get resource(): StoredResource {
    this.#resource ??= toResource(this.#row, this.#secrets);
    return this.#resource;
  }
}

/** Text that a row holds, in characters, which is bytes for nearly all of it. */
function bytesOf(row: ChangeRow): number {
  return [
    row.document,
    row.status,
    row.sealed,
    row.terms_before,
    row.terms_after,
  ].reduce((sum, text) => sum + (text?.length ?? 0), 0);
}

function parseTerms(text: string | null): Terms | undefined {
  return text === null ? undefined : JSON.parse(text);
}
