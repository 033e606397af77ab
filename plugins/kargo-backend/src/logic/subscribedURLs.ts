import { Subscription } from 'backstage-plugin-kargo-common';
import {
  normalizeChartURL,
  normalizeGitURL,
  normalizeImageURL,
} from './repoUrls';

/** Normalised repository URLs that subscriptions watch, without duplicates. */
export function normalizeRepoURLs(subscriptions: Subscription[]): string[] {
  return [
    ...new Set(
      subscriptions.flatMap(({ git, image, chart }) => [
        ...(git ? [normalizeGitURL(git.repoURL)] : []),
        ...(image ? [normalizeImageURL(image.repoURL)] : []),
        ...(chart ? [normalizeChartURL(chart.repoURL)] : []),
      ]),
    ),
  ];
}
