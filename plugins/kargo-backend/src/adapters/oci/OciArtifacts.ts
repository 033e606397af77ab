import { createHash } from 'node:crypto';
import { pipeline, Readable, Transform } from 'node:stream';
import {
  OciBlob,
  OciManifest,
  UpstreamUnavailableError,
} from 'backstage-plugin-kargo-node';
import { ArtifactAccess, ArtifactStore } from '../../ports/ArtifactStore';
import { HttpResponse } from '../../ports/HttpClient';
import { ImageRepository } from '../../ports/ImageRegistry';
import {
  algorithmOf,
  digestOf,
  isDigest,
  nameOf,
  refuseOtherDigest,
} from './contentDigest';
import { MANIFEST_ACCEPT } from './manifests';
import { parseRepository } from './reference';
import {
  RegistryCall,
  RegistryRequests,
  RegistryRequestsOptions,
} from './RegistryRequests';

const MIB = 1024 * 1024;
const MAX_MANIFEST_BYTES = 8 * MIB;
const MAX_HELD_BYTES = 8 * MIB;
const TRANSFER_TIMEOUT_MS = 30 * 60_000;
/** For so long a registry may work on what it has got, such as hash and copy it. */
const STORING_MS = 5 * 60_000;

type Call = Omit<RegistryCall, 'repository' | 'address' | 'signal'>;

/** The {@link ArtifactStore} over the OCI distribution protocol. */
export class OciArtifacts implements ArtifactStore {
  readonly #requests: RegistryRequests;

  static create(options: RegistryRequestsOptions): OciArtifacts {
    return new OciArtifacts(options);
  }

  private constructor(options: RegistryRequestsOptions) {
    this.#requests = new RegistryRequests(options);
  }

  async findManifest(
    repository: ImageRepository,
    reference: string,
    { signal }: ArtifactAccess = {},
  ): Promise<(OciManifest & { digest: string }) | undefined> {
    const response = await this.#send(repository, signal, {
      operation: 'manifests',
      path: pathIn(repository, `manifests/${reference}`),
      what: `the manifest of ${nameOf(repository, reference)}`,
      accept: MANIFEST_ACCEPT,
      maxBytes: MAX_MANIFEST_BYTES,
    });
    if (response.status === 404) return undefined;
    const { body: content } = response;
    const digest = digestOf(content, reference);
    if (isDigest(reference)) refuseOtherDigest(repository, reference, digest);
    const [mediaType = ''] = response.headers['content-type'] ?? [];
    return { digest, mediaType: mediaType.split(';')[0].trim(), content };
  }

  async openBlob(
    repository: ImageRepository,
    { digest, size }: OciBlob,
    { signal }: ArtifactAccess = {},
  ): Promise<Readable> {
    const answer = await this.#requests.open({
      repository,
      address: parseRepository(repository.repoURL),
      path: pathIn(repository, `blobs/${digest}`),
      operation: 'blobs',
      what: nameOf(repository, digest),
      maxBytes: size,
      timeoutMs: TRANSFER_TIMEOUT_MS,
      // A blob is what it is, compressed or not.
      headers: { 'accept-encoding': 'identity' },
      signal,
    });
    if (!answer.stream) throw missing(repository, nameOf(repository, digest));
    const check = checkDigest(repository, digest);
    return pipeline(answer.stream, check, () => {});
  }

  async hasBlob(
    repository: ImageRepository,
    { digest }: OciBlob,
    { signal }: ArtifactAccess = {},
  ): Promise<boolean> {
    const { status } = await this.#send(repository, signal, {
      operation: 'blobs',
      method: 'HEAD',
      path: pathIn(repository, `blobs/${digest}`),
      what: nameOf(repository, digest),
      mayBeRefused: true,
    });
    // Where it cannot be asked it is sent, which does no harm.
    return status < 300;
  }

  async pushBlob(
    repository: ImageRepository,
    blob: OciBlob,
    content: AsyncIterable<Uint8Array>,
    { signal }: ArtifactAccess = {},
  ): Promise<void> {
    const stream =
      content instanceof Readable ? content : Readable.from(content);
    try {
      await this.#upload(repository, blob, stream, signal);
    } catch (error) {
      // Where the content broke off, the registry is not to blame.
      const { errored } = stream;
      throw errored && (error as Error).cause === errored ? errored : error;
    } finally {
      stream.destroy();
    }
  }

  /**
   * Sends content in one piece, as docker does: several pieces are not taken everywhere. Only
   * what is small enough to be held can be sent again.
   */
  async #upload(
    repository: ImageRepository,
    { digest, size }: OciBlob,
    content: Readable,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const send = (call: Omit<Call, 'operation' | 'what'>) =>
      this.#send(repository, signal, {
        operation: 'uploads',
        what: `a place for ${nameOf(repository, digest)}`,
        ...(call.body && {
          headers: { 'content-type': 'application/octet-stream' },
        }),
        timeoutMs: TRANSFER_TIMEOUT_MS,
        maxSilenceMs: STORING_MS,
        ...call,
      });
    const started = await send({
      method: 'POST',
      path: pathIn(repository, 'blobs/uploads/'),
    });
    let location = this.#locationOf(repository, started);
    const isSmall = size <= MAX_HELD_BYTES;
    if (!isSmall) {
      const answer = await send({
        method: 'PATCH',
        path: location,
        body: content,
      });
      location = this.#locationOf(repository, answer);
    }
    const answer = await send({
      method: 'PUT',
      path: withQuery(location, `digest=${encodeURIComponent(digest)}`),
      ...(isSmall && { body: await readAll(content) }),
    });
    if (answer.status === 404)
      throw missing(repository, `the upload in ${repository.repoURL}`);
  }

  async pushManifest(
    repository: ImageRepository,
    reference: string,
    { mediaType, content }: OciManifest,
    { signal }: ArtifactAccess = {},
  ): Promise<void> {
    const name = nameOf(repository, reference);
    const { status } = await this.#send(repository, signal, {
      operation: 'uploads',
      method: 'PUT',
      path: pathIn(repository, `manifests/${reference}`),
      what: `storing the manifest ${name}`,
      headers: { 'content-type': mediaType },
      body: content,
    });
    if (status === 404)
      throw missing(repository, nameOf(repository, reference));
  }

  async speaksPlainHttp(
    repository: ImageRepository,
    { signal }: ArtifactAccess = {},
  ): Promise<boolean> {
    const protocol = await this.#requests.findProtocol({
      repository,
      address: parseRepository(repository.repoURL),
      path: pathIn(repository, ''),
      operation: 'ping',
      what: 'its version',
      signal,
    });
    return protocol === 'http:';
  }

  #send(
    repository: ImageRepository,
    signal: AbortSignal | undefined,
    call: Call,
  ): Promise<HttpResponse> {
    const address = parseRepository(repository.repoURL);
    return this.#requests.send({ repository, signal, ...call, address });
  }

  /** Where an upload goes on. What a registry names elsewhere is not sent what is ours. */
  #locationOf(repository: ImageRepository, response: HttpResponse): string {
    const { host } = parseRepository(repository.repoURL);
    const [location] = response.headers.location ?? [];
    const url =
      location !== undefined && URL.canParse(location, response.url)
        ? new URL(location, response.url)
        : undefined;
    if (!url || response.status === 404) {
      throw missing(repository, `a place for uploads in ${repository.repoURL}`);
    }
    if (url.host !== response.url.host) {
      throw new UpstreamUnavailableError(
        host,
        `${host} sends uploads to ${url.host}, another host, which is not followed`,
      );
    }
    return `${url.pathname}${url.search}`;
  }
}

/** The path of something in a repository. */
function pathIn(repository: ImageRepository, what: string): string {
  return `/v2/${parseRepository(repository.repoURL).name}/${what}`;
}

async function readAll(content: Readable): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of content) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks);
}

function checkDigest(repository: ImageRepository, digest: string): Transform {
  const hash = createHash(algorithmOf(digest));
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      done(null, chunk);
    },
    flush(done) {
      try {
        const got = `${algorithmOf(digest)}:${hash.digest('hex')}`;
        refuseOtherDigest(repository, digest, got);
        done();
      } catch (error) {
        done(error as Error);
      }
    },
  });
}

function missing(repository: ImageRepository, what: string): Error {
  const { host } = parseRepository(repository.repoURL);
  return new UpstreamUnavailableError(host, `${host} does not have ${what}`);
}

function withQuery(path: string, query: string): string {
  return `${path}${path.includes('?') ? '&' : '?'}${query}`;
}
