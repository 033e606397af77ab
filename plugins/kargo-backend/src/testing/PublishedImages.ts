import { ImageSubscription } from 'backstage-plugin-kargo-common';
import {
  AnySubscriptionType,
  createSubscriptionType,
} from 'backstage-plugin-kargo-node';

/** Images that were pushed to no registry, and the subscription type that finds them. */
export class PublishedImages {
  readonly #images = new Map<string, Array<{ tag: string; digest: string }>>();

  publish(repoURL: string, tag: string): void {
    const images = this.#images.get(repoURL) ?? [];
    const digit = (images.length % 16).toString(16);
    images.push({ tag, digest: `sha256:${digit.repeat(64)}` });
    this.#images.set(repoURL, images);
  }

  /** Finds what was published, newest first, whatever the strategy. */
  subscriptionType(): AnySubscriptionType {
    return createSubscriptionType({
      id: 'image',
      description: 'Published images of the harness.',
      config: ImageSubscription,
      describe: config => `image ${config.repoURL}`,
      repoURLs: config => [config.repoURL],
      discover: async (config, _, { subscriptionName }) => ({
        discovery: {
          kind: 'image',
          result: {
            repoURL: config.repoURL,
            ...(subscriptionName && { subscriptionName }),
            references: [...(this.#images.get(config.repoURL) ?? [])].reverse(),
          },
        },
      }),
    }) as AnySubscriptionType;
  }
}
