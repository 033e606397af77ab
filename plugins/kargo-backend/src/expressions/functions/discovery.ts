import {
  FunctionDeclaration,
  HostType,
  Types,
  Value,
} from 'backstage-plugin-kargo-expr';
import { DiscoveredArtifacts } from 'backstage-plugin-kargo-common';
import {
  normalizeChartURL,
  normalizeGitURL,
  normalizeImageURL,
} from '../../logic/repoUrls';
import {
  ARTIFACT,
  CHART,
  DISCOVERED_COMMIT,
  DISCOVERED_IMAGE,
  toArtifact,
  toChart,
  toDiscoveredCommit,
  toDiscoveredImage,
} from '../hostTypes';
import { declare, overload } from './declare';

/** What comparing one address of a repository costs. */
const STEPS_PER_NAME = 10;

type Find = (artifacts: DiscoveredArtifacts, args: readonly Value[]) => Value;

/** Functions over what discovery found: Freight creation criteria. The best entry counts. */
export const DISCOVERY_FUNCTIONS: FunctionDeclaration[] = [
  finder('commitFrom', DISCOVERED_COMMIT, ({ git = [] }, [url]) => {
    const wanted = normalizeGitURL(url as string);
    const result = git.find(
      ({ repoURL, commits }) =>
        commits.length > 0 && normalizeGitURL(repoURL) === wanted,
    );
    return result ? toDiscoveredCommit(result.commits[0]) : null;
  }),
  finder('imageFrom', DISCOVERED_IMAGE, ({ images = [] }, [url]) => {
    const wanted = normalizeImageURL(url as string);
    const result = images.find(
      ({ repoURL, references }) =>
        references.length > 0 && normalizeImageURL(repoURL) === wanted,
    );
    return result ? toDiscoveredImage(result.references[0]) : null;
  }),
  finder(
    'chartFrom',
    CHART,
    ({ charts = [] }, [url, name]) => {
      const wanted = normalizeChartURL(url as string);
      const result = charts.find(
        chart =>
          chart.versions.length > 0 &&
          normalizeChartURL(chart.repoURL) === wanted &&
          (name === undefined || (chart.name ?? '') === name),
      );
      return result
        ? toChart({
            repoURL: normalizeChartURL(result.repoURL),
            name: result.name,
            version: result.versions[0],
          })
        : null;
    },
    [overload(Types.object(CHART), Types.string, Types.string)],
  ),
  finder('artifactFrom', ARTIFACT, ({ results = [] }, [name]) => {
    const result = results.findLast(
      candidate =>
        candidate.name === name && candidate.artifactReferences.length > 0,
    );
    return result ? toArtifact(result.artifactReferences[0]) : null;
  }),
];

function finder(
  name: string,
  type: HostType,
  find: Find,
  more: ReturnType<typeof overload>[] = [],
): FunctionDeclaration {
  return declare(
    name,
    [overload(Types.object(type), Types.string), ...more],
    (args, { discovered = { discoveredAt: '' } }, steps) => {
      const { git = [], images = [], charts = [], results = [] } = discovered;
      const count = git.length + images.length + charts.length + results.length;
      steps.step(STEPS_PER_NAME * count);
      return find(discovered, args);
    },
  );
}
