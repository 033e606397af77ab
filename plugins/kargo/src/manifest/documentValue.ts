import { YAML_SCALAR_TAGS } from 'backstage-plugin-kargo-common';
import { Document } from 'yaml';
import { quoteNegations } from './asWritten';

/** Aliases of aliases would take memory without end; a manifest needs few. */
const MOST_ALIASES = 100;

/** How the library is to read values as the server does, such as dates as texts. */
export const READING = {
  version: '1.1',
  schema: 'failsafe',
  customTags: YAML_SCALAR_TAGS,
  merge: true,
} as const;

/** What a document means; not where it has an alias of nothing, or of too much. Of keys that stand twice the last counts. */
export function documentValue(
  document: Document,
): { ok: true; value: unknown } | { ok: false; message: string } {
  quoteNegations(document);
  try {
    return { ok: true, value: document.toJS({ maxAliasCount: MOST_ALIASES }) };
  } catch (error) {
    // Nobody sees that before it is resolved.
    return { ok: false, message: (error as Error).message };
  }
}
