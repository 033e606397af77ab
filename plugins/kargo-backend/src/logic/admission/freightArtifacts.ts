import { Freight, Problem, Subscription } from 'backstage-plugin-kargo-common';
import { normalizeChartURL, normalizeGitURL } from '../repoUrls';
import { FreightContent } from '../warehouse/assembleFreight';

/**
 * What keeps Freight from being made for a Warehouse: no artifact at all, one that no
 * subscription asks for, or a subscription without one. Generic artifacts are not checked.
 */
export function findArtifactMismatch(
  freight: Pick<Freight, keyof FreightContent>,
  subscriptions: Subscription[],
): Problem | undefined {
  const given = artifactKeys(freight);
  if (given.length === 0 && !freight.artifacts?.length) {
    return {
      path: '(root)',
      found: 'no artifact',
      expected: 'at least one of commits, images, charts and artifacts',
    };
  }
  const expected = subscriptions.flatMap(subscriptionKey);
  const counts = new Map(expected.map(key => [key, 0]));
  const extra = given.find(({ key }) => !counts.has(key));
  if (extra) {
    return {
      path: extra.path,
      found: extra.key,
      expected: `an artifact of a subscription (${expected.join(', ')})`,
    };
  }
  for (const { key } of given) {
    counts.set(key, counts.get(key)! + 1);
  }
  const missing = expected.find(key => counts.get(key) !== 1);
  return missing === undefined
    ? undefined
    : {
        path: '(root)',
        found: `${counts.get(missing)} artifacts for ${missing}`,
        expected: 'exactly one for every subscription',
      };
}

function artifactKeys(
  freight: Pick<Freight, keyof FreightContent>,
): Array<{ path: string; key: string }> {
  return [
    ...(freight.commits ?? []).map((commit, i) => ({
      path: `commits[${i}].repoURL`,
      key: `git ${normalizeGitURL(commit.repoURL)}`,
    })),
    ...(freight.images ?? []).map((image, i) => ({
      path: `images[${i}].repoURL`,
      key: `image ${image.repoURL}`,
    })),
    ...(freight.charts ?? []).map((chart, i) => ({
      path: `charts[${i}].repoURL`,
      key: chartKey(chart.repoURL, chart.name),
    })),
  ];
}

function subscriptionKey({ git, image, chart }: Subscription): string[] {
  if (git) {
    return [`git ${normalizeGitURL(git.repoURL)}`];
  }
  if (image) {
    return [`image ${image.repoURL}`];
  }
  return chart ? [chartKey(chart.repoURL, chart.name)] : [];
}

function chartKey(repoURL: string, name: string | undefined): string {
  return `chart ${[normalizeChartURL(repoURL), name]
    .filter(Boolean)
    .join(' ')}`;
}
