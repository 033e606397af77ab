import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { ManifestDocument, ManifestSource } from '../../ports/ManifestSource';
import { parseDocuments } from './parseDocuments';

const MANIFEST_FILE = /\.(ya?ml|json)$/i;

/** Manifests in a file, or in every YAML and JSON file below a folder, in the order of their paths. */
export class PathManifestSource implements ManifestSource {
  /** @param path - relative to the working directory of the backend */
  static create(path: string): PathManifestSource {
    return new PathManifestSource(path);
  }

  private constructor(readonly name: string) {}

  async read({
    signal,
  }: {
    signal?: AbortSignal;
  }): Promise<ManifestDocument[]> {
    const root = resolve(this.name);
    const files = (await stat(root)).isDirectory()
      ? await listManifests(root)
      : [root];
    const documents: ManifestDocument[] = [];
    // One after the other: a folder may hold more files than there are threads to read them.
    for (const file of files) {
      const place = join(this.name, relative(root, file));
      const content = await readFile(file);
      documents.push(...(await parseDocuments(content, place, signal)));
    }
    return documents;
  }
}

async function listManifests(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true });
  return entries
    .filter(entry => MANIFEST_FILE.test(entry))
    .sort()
    .map(entry => join(folder, entry));
}
