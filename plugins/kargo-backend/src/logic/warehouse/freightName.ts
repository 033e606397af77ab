import { originKey } from 'backstage-plugin-kargo-common';
import { byCodeUnit } from '../derivedNames';
import { sha1Hex } from '../hash';
import { normalizeChartURL, normalizeGitURL } from '../repoUrls';
import { FreightContent } from './assembleFreight';

/**
 * Name of Freight: SHA-1 over origin and artifacts, so that the same artifacts always
 * make the same Freight.
 *
 * @remarks
 * Image repositories count verbatim, git and chart repositories normalised. Branch,
 * message, author, annotations, metadata and alias are not part of it.
 */
export function freightName(content: FreightContent): string {
  const parts = [
    ...(content.commits ?? []).map(commit =>
      join(
        normalizeGitURL(commit.repoURL),
        commit.tag,
        commit.id ?? '',
        commit.subscriptionName,
      ),
    ),
    ...(content.images ?? []).map(image =>
      join(
        `${image.repoURL}:${image.tag ?? ''}@${image.digest ?? ''}`,
        image.subscriptionName,
      ),
    ),
    ...(content.charts ?? []).map(chart =>
      join(
        joinPath(normalizeChartURL(chart.repoURL), chart.name ?? ''),
        chart.version ?? '',
        chart.subscriptionName,
      ),
    ),
    ...(content.artifacts ?? []).map(artifact =>
      join(artifact.artifactType, artifact.subscriptionName, artifact.version),
    ),
  ].sort(byCodeUnit);
  return sha1Hex(`${originKey(content.origin)}:${parts.join('|')}`);
}

function join(first: string, ...rest: Array<string | undefined>): string {
  return [first, ...rest.filter(part => part)].join(':');
}

/** Joins with a slash and cleans lexically: duplicate slashes collapse, dots resolve. */
function joinPath(base: string, name: string): string {
  const joined = [base, name].filter(Boolean).join('/');
  const segments: string[] = [];
  for (const segment of joined.split('/')) {
    if (segment === '..') {
      segments.pop();
    } else if (segment !== '' && segment !== '.') {
      segments.push(segment);
    }
  }
  const path = segments.join('/');
  return joined.startsWith('/') ? `/${path}` : path;
}
