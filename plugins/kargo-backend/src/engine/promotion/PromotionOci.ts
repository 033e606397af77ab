import { InputError } from '@backstage/errors';
import {
  OciBlob,
  OciManifest,
  OciPlace,
  StepCredentials,
  StepOci,
} from 'backstage-plugin-kargo-node';
import {
  DOCKER_HUB,
  findImageReference,
  ImageReference,
} from '../../logic/selection/imageReference';
import { ArtifactStore } from '../../ports/ArtifactStore';
import { CapabilityScope } from '../../ports/CapabilityFactories';
import { ImageRepository } from '../../ports/ImageRegistry';

const CHART = 'oci://';

/** Registries for a step: finds the credentials of the Promotion's project. */
export class PromotionOci implements StepOci {
  readonly #repositories = new Map<string, Promise<ImageRepository>>();

  constructor(
    private readonly store: ArtifactStore,
    private readonly credentials: StepCredentials,
    private readonly scope: Pick<CapabilityScope, 'signal'>,
  ) {}

  async findManifest(place: OciPlace, digest?: string) {
    const { tag, digest: own } = parse(place);
    return this.store.findManifest(
      await this.#repositoryOf(place),
      digest ?? own ?? tag ?? 'latest',
      this.scope,
    );
  }

  async openBlob(place: OciPlace, blob: OciBlob) {
    return this.store.openBlob(
      await this.#repositoryOf(place),
      blob,
      this.scope,
    );
  }

  async hasBlob(place: OciPlace, blob: OciBlob): Promise<boolean> {
    return this.store.hasBlob(
      await this.#repositoryOf(place),
      blob,
      this.scope,
    );
  }

  async pushBlob(
    place: OciPlace,
    blob: OciBlob,
    content: AsyncIterable<Uint8Array>,
  ): Promise<void> {
    const repository = await this.#repositoryOf(place);
    await this.store.pushBlob(repository, blob, content, this.scope);
  }

  async pushManifest(
    place: OciPlace,
    manifest: OciManifest,
    digest?: string,
  ): Promise<void> {
    const { tag } = parse(place);
    await this.store.pushManifest(
      await this.#repositoryOf(place),
      digest ?? tag ?? 'latest',
      manifest,
      this.scope,
    );
  }

  async speaksPlainHttp(place: OciPlace): Promise<boolean> {
    const { reference, insecureSkipTLSVerify } = place;
    return this.store.speaksPlainHttp(
      // Helm asks the host in front, whatever it looks like.
      reference.startsWith(CHART)
        ? {
            repoURL: reference,
            ...(insecureSkipTLSVerify && { insecureSkipTLSVerify }),
          }
        : await this.#repositoryOf(place),
      this.scope,
    );
  }

  /** Credentials are looked up once for an attempt. */
  #repositoryOf(place: OciPlace): Promise<ImageRepository> {
    const { registry, repository } = parse(place);
    const repoURL = `${
      registry === DOCKER_HUB ? 'docker.io' : registry
    }/${repository}`;
    const isChart = place.reference.startsWith(CHART);
    const key = JSON.stringify([repoURL, isChart, place.insecureSkipTLSVerify]);
    const known = this.#repositories.get(key);
    if (known) {
      return known;
    }
    const found = this.#find(place, repoURL, isChart);
    this.#repositories.set(key, found);
    return found;
  }

  async #find(
    { insecureSkipTLSVerify }: OciPlace,
    repoURL: string,
    isChart: boolean,
  ): Promise<ImageRepository> {
    const credentials = await this.credentials.find(
      isChart
        ? { type: 'helm', repoURL: `${CHART}${repoURL}` }
        : { type: 'image', repoURL },
    );
    return {
      repoURL,
      ...(credentials && { credentials }),
      ...(insecureSkipTLSVerify && { insecureSkipTLSVerify }),
    };
  }
}

function parse({ reference }: OciPlace): ImageReference {
  const text = reference.startsWith(CHART)
    ? reference.slice(CHART.length)
    : reference;
  const found = findImageReference(text);
  if (!found) {
    throw new InputError(`"${reference}" does not name an artifact`);
  }
  return found;
}
