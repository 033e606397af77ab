import { readDocuments } from '../../foreign/documents';
import { ForeignInputError } from '../../foreign/ForeignInputError';
import { MANIFEST_LIMITS } from '../../foreign/limits';
import { ManifestDocument } from '../../ports/ManifestSource';

/** The documents of a YAML or JSON file; empty ones are left out, broken ones are reported. */
export async function parseDocuments(
  content: string | Uint8Array,
  origin: string,
  signal?: AbortSignal,
): Promise<ManifestDocument[]> {
  try {
    const documents = await readDocuments(content, MANIFEST_LIMITS, { signal });
    return documents.map((document, index) => ({
      origin: `${origin}, document ${index + 1}`,
      ...('problem' in document
        ? { problem: document.problem }
        : {
            manifest: document.value,
            ...(document.warning && { warning: document.warning }),
          }),
    }));
  } catch (error) {
    if (error instanceof ForeignInputError) {
      return [{ origin, problem: error.message }];
    }
    throw error;
  }
}
