import { parseAllDocuments } from 'yaml';
import { ManifestDocument } from '../../ports/ManifestSource';

/** More aliases than this in a document are an attack, not a manifest. */
const MAX_ALIASES = 100;

/** The documents of a YAML or JSON text; empty ones are left out, broken ones are reported. */
export function parseDocuments(
  text: string,
  origin: string,
): ManifestDocument[] {
  const documents = parseAllDocuments(text, { prettyErrors: true });
  return [...documents].flatMap((document, index): ManifestDocument[] => {
    const place = `${origin}, document ${index + 1}`;
    const [error] = document.errors;
    if (error) {
      return [{ origin: place, problem: error.message }];
    }
    try {
      const manifest: unknown = document.toJS({ maxAliasCount: MAX_ALIASES });
      return manifest === null ? [] : [{ origin: place, manifest }];
    } catch (cause) {
      return [{ origin: place, problem: (cause as Error).message }];
    }
  });
}
