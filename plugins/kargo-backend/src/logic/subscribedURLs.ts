import { Subscription, subscriptionType } from 'backstage-plugin-kargo-common';
import type { AnySubscriptionType } from 'backstage-plugin-kargo-node';
import {
  normalizeChartURL,
  normalizeGitURL,
  normalizeImageURL,
} from './repoUrls';

/** The normalised URLs of the repositories that a subscription watches. */
export type SubscribedURLs = (subscription: Subscription) => readonly string[];

/** Of the types that Kargo has; those of extensions watch nothing that is known. */
export const ownSubscribedURLs: SubscribedURLs = ({ git, image, chart }) => [
  ...(git ? [normalizeGitURL(git.repoURL)] : []),
  ...(image ? [normalizeImageURL(image.repoURL)] : []),
  ...(chart ? [normalizeChartURL(chart.repoURL)] : []),
];

/** Of the types that Kargo has, and of those that extensions add. */
export function subscribedURLsOf(
  types: ReadonlyMap<string, AnySubscriptionType>,
): SubscribedURLs {
  return subscription => {
    const own = ownSubscribedURLs(subscription);
    if (own.length > 0) {
      return own;
    }
    try {
      return extensionURLs(subscription, types).flatMap(spellings);
    } catch {
      // Asked whenever a Warehouse is written, and of all of them when the portal starts: an
      // extension's mistake, in what it throws or in what it answers, must not keep that from
      // happening. Without its URLs it looks at its interval, as it would without webhooks.
      return [];
    }
  };
}

function extensionURLs(
  subscription: Subscription,
  types: ReadonlyMap<string, AnySubscriptionType>,
): string[] {
  const name = subscriptionType(subscription);
  const type = types.get(name);
  const config = type?.config.safeParse(subscription[name]);
  return type && config?.success ? type.repoURLs(config.data as never) : [];
}

/** An extension does not say of what kind its repositories are; a push does. */
function spellings(url: string): string[] {
  return [
    ...new Set([
      normalizeGitURL(url),
      normalizeImageURL(url),
      normalizeChartURL(url),
    ]),
  ];
}
