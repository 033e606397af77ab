import {
  ANNOTATIONS,
  DiscoveredArtifacts,
  findCondition,
  isConditionTrue,
  Subscription,
  subscriptionType,
  Warehouse,
} from 'backstage-plugin-kargo-common';
import { sourceLink } from '../components/artifactLink';

/** What a Warehouse is doing, in one word. */
export type WarehouseState = 'checking' | 'error' | 'ready' | 'unknown';

/** What one subscription watches and has found. */
export interface SubscriptionView {
  type: string;
  /** Its name if it has one, else what it watches. */
  source: string;
  /** Where a git repository is read by people, where that is known. */
  page?: string;
  /** Which versions count, as the manifest says it: `SemVer ^1.0.0`. */
  rule: string;
  newest?: string;
  /** All that it found, best first. */
  found: string[];
}

/** What the interface shows of a Warehouse. */
export interface WarehouseView {
  name: string;
  description?: string;
  state: WarehouseState;
  /** The first problem, in the Warehouse's own words. */
  problem?: string;
  lookedAt?: string;
  subscriptions: SubscriptionView[];
}

/** What the interface shows of a Warehouse. */
export function warehouseView(warehouse: Warehouse): WarehouseView {
  const found = warehouse.status?.discoveredArtifacts;
  const problem = warehouseProblem(warehouse);
  const description = warehouse.metadata.annotations?.[ANNOTATIONS.description];
  return {
    name: warehouse.metadata.name,
    ...(description && { description }),
    state: warehouseState(warehouse, problem),
    ...(problem && { problem }),
    ...(found && { lookedAt: found.discoveredAt }),
    subscriptions: warehouse.spec.subscriptions.map(subscription =>
      subscriptionView(subscription, found),
    ),
  };
}

function warehouseState(
  warehouse: Warehouse,
  problem: string | undefined,
): WarehouseState {
  if (isConditionTrue(warehouse.status, 'Reconciling')) {
    return 'checking';
  }
  if (problem) {
    return 'error';
  }
  return warehouse.status?.discoveredArtifacts ? 'ready' : 'unknown';
}

function warehouseProblem(warehouse: Warehouse): string | undefined {
  const healthy = findCondition(warehouse.status, 'Healthy');
  const ready = findCondition(warehouse.status, 'Ready');
  return [healthy, ready].find(condition => condition?.status === 'False')
    ?.message;
}

function subscriptionView(
  subscription: Subscription,
  found: DiscoveredArtifacts | undefined,
): SubscriptionView {
  const type = subscriptionType(subscription);
  const versions = versionsOf(subscription, found);
  const [newest] = versions;
  const page = subscriptionPage(subscription);
  return {
    type,
    source: subscription.name ?? repositoryOf(subscription) ?? type,
    rule: subscriptionRule(subscription),
    ...(page && { page }),
    ...(newest && { newest }),
    found: versions,
  };
}

function subscriptionPage(subscription: Subscription): string | undefined {
  const source = repositoryOf(subscription);
  if (source === undefined) {
    return undefined;
  }
  if (subscription.git) {
    return sourceLink({ kind: 'commit', source });
  }
  return sourceLink({ kind: subscription.chart ? 'chart' : 'image', source });
}

function repositoryOf({ git, image, chart }: Subscription): string | undefined {
  if (chart) {
    return chart.name ? `${chart.repoURL}/${chart.name}` : chart.repoURL;
  }
  return git?.repoURL ?? image?.repoURL;
}

/** How it chooses, and among what. */
function subscriptionRule(subscription: Subscription): string {
  const { git, image, chart, name } = subscription;
  const parts = [
    // Beside the name, which stands in its place.
    name && repositoryOf(subscription),
    git?.commitSelectionStrategy,
    git?.branch,
    git?.semverConstraint,
    ...(git?.includePaths ?? []),
    ...(git?.excludePaths ?? []).map(path => `!${path}`),
    image?.imageSelectionStrategy,
    image?.constraint,
    image?.platform,
    chart?.semverConstraint,
    ...[git, image].flatMap(one => [
      one?.allowTags,
      ...(one?.allowTagsRegexes ?? []),
      ...(one?.ignoreTags ?? []).map(tag => `!${tag}`),
      ...(one?.ignoreTagsRegexes ?? []).map(tag => `!${tag}`),
    ]),
  ];
  return parts.filter(Boolean).join(' ');
}

function versionsOf(
  subscription: Subscription,
  found: DiscoveredArtifacts | undefined,
): string[] {
  const { git, image, chart, name } = subscription;
  const belongs = (result: { repoURL: string; subscriptionName?: string }) =>
    name !== undefined && result.subscriptionName !== undefined
      ? result.subscriptionName === name
      : result.repoURL === (git ?? image ?? chart)?.repoURL;
  if (git) {
    const commits = found?.git?.find(belongs)?.commits ?? [];
    return commits.map(commit => commit.tag ?? commit.id.slice(0, 7));
  }
  if (image) {
    const references = found?.images?.find(belongs)?.references ?? [];
    return references.map(({ tag }) => tag);
  }
  if (chart) {
    const charts = found?.charts?.find(
      result => belongs(result) && (result.name ?? '') === (chart.name ?? ''),
    );
    return charts?.versions ?? [];
  }
  const result = found?.results?.find(each => each.name === name);
  return (result?.artifactReferences ?? []).map(({ version }) => version);
}
