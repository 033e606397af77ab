import { UrlReaderService } from '@backstage/backend-plugin-api';
import { ManifestDocument, ManifestSource } from '../../ports/ManifestSource';
import { parseDocuments } from './parseDocuments';

/** Manifests behind a URL that the portal's integrations can read. */
export class UrlManifestSource implements ManifestSource {
  static create(url: string, reader: UrlReaderService): UrlManifestSource {
    return new UrlManifestSource(url, reader);
  }

  private constructor(
    readonly name: string,
    private readonly reader: UrlReaderService,
  ) {}

  async read(options: { signal?: AbortSignal }): Promise<ManifestDocument[]> {
    const response = await this.reader.readUrl(this.name, {
      signal: options.signal,
    });
    return parseDocuments(await response.buffer(), this.name, options.signal);
  }
}
