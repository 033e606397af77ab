import { ChartSubscription } from 'backstage-plugin-kargo-common';
import {
  createSubscriptionType,
  RepoCredentials,
} from 'backstage-plugin-kargo-node';
import { inTurns } from '../../../foreign/inTurns';
import { ChartRepository } from '../../../ports/ChartRepository';
import { ImageRegistry } from '../../../ports/ImageRegistry';
import {
  ChartLocation,
  considerVersions,
  locateChart,
  selectVersions,
} from './select';

/** What {@link createChartSubscription} needs. */
export interface ChartSubscriptionOptions {
  charts: ChartRepository;
  registry: ImageRegistry;
}

interface Access {
  credentials?: RepoCredentials;
  insecureSkipTLSVerify?: boolean;
  /** Whether a list that others began to read before does not count. */
  force: boolean;
  signal: AbortSignal;
}

/** The subscription type `chart`: finds versions of a Helm chart. */
export function createChartSubscription(options: ChartSubscriptionOptions) {
  return createSubscriptionType({
    id: 'chart',
    description: 'Watches a Helm chart in a classic or OCI repository',
    config: ChartSubscription,
    describe: ({ repoURL, name }) =>
      name ? `chart ${name} in ${repoURL}` : `chart ${repoURL}`,
    repoURLs: config => [config.repoURL],
    async discover(config, previous, context) {
      const location = locateChart(config);
      const { repoURL, name, semverConstraint, insecureSkipTLSVerify } = config;
      const { project, signal, subscriptionName } = context;
      const credentials = await context.credentials.find(
        { project, type: 'helm', repoURL },
        { signal },
      );
      const versions = await listVersions(location, options, {
        credentials,
        insecureSkipTLSVerify,
        // What a new subscription does not see now it sees after its whole interval.
        force: context.force || previous === undefined,
        signal,
      });
      const { source } = location;
      const selected = await inTurns(
        selectVersions(config, source, versions),
        signal,
      );
      return {
        considered: await inTurns(
          considerVersions(config, source, versions, selected.at(0)),
          signal,
        ),
        discovery: {
          kind: 'chart',
          result: {
            repoURL,
            ...(name && { name }),
            ...(semverConstraint && { semverConstraint }),
            ...(subscriptionName && { subscriptionName }),
            versions: selected,
          },
        },
      };
    },
  });
}

async function listVersions(
  location: ChartLocation,
  { charts, registry }: ChartSubscriptionOptions,
  { force, signal, ...access }: Access,
): Promise<string[]> {
  const remote = { repoURL: location.repoURL, ...access };
  if (location.source === 'oci') {
    return registry.listTags(remote, { force, signal });
  }
  const listed = await charts.listVersions(remote, location.name, {
    force,
    signal,
  });
  return listed.map(({ version }) => version);
}
