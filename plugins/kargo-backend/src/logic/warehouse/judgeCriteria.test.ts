import { DiscoveredArtifacts } from 'backstage-plugin-kargo-common';
import { aWarehouse } from '../../testing/resourceBuilders';
import { judgeCriteria } from './judgeCriteria';

const NOW = '2026-01-02T00:00:00Z';
const GIT = { git: [{ repoURL: 'https://git.example/a', commits: [] }] };
const IMAGES = {
  images: [
    {
      repoURL: 'ghcr.io/acme/web',
      references: [{ tag: '1.0.0', digest: 'sha256:1' }],
    },
  ],
};
const CHARTS = { charts: [{ repoURL: 'oci://r.example/a', versions: [] }] };
const RESULTS = { results: [{ name: 'lib', artifactReferences: [] }] };

function judge(expression: string, found?: Partial<DiscoveredArtifacts>) {
  const warehouse = aWarehouse({
    spec: { freightCreationCriteria: { expression } },
    status: {
      ...(found && { discoveredArtifacts: { discoveredAt: NOW, ...found } }),
    },
  });
  return judgeCriteria(warehouse, Date.parse(NOW));
}

describe('judgeCriteria', () => {
  it.each<[string, string, Partial<DiscoveredArtifacts> | undefined, string]>([
    ['that are blank', ' ', IMAGES, 'none'],
    ['before anything was discovered', 'false', undefined, 'none'],
    ['of a pass without results', 'false', {}, 'none'],
    ['of results of other types alone', 'false', RESULTS, 'none'],
    ['of results from git', 'false', GIT, 'unsatisfied'],
    ['of images', 'false', IMAGES, 'unsatisfied'],
    ['of charts', 'false', CHARTS, 'unsatisfied'],
    ['that are met', 'true', CHARTS, 'satisfied'],
    ['that are no expression', 'nothing(', IMAGES, 'error'],
  ])('%s', (_, expression, found, kind) => {
    expect(judge(expression, found).kind).toBe(kind);
  });

  it('tells why an expression cannot be evaluated', () => {
    expect(judge('nothing(', IMAGES)).toMatchObject({
      message: expect.stringContaining('unexpected end of expression'),
    });
  });
});
