import {
  ANNOTATIONS,
  DiscoveredArtifacts,
  findCondition,
  isConditionTrue,
  Subscription,
  subscriptionType,
  Warehouse,
} from 'backstage-plugin-kargo-common';

/** What a Warehouse is doing, in one word. */
export type WarehouseState = 'checking' | 'error' | 'ready' | 'unknown';

/** What one subscription watches and has found. */
export interface SubscriptionView {
  type: string;
  source: string;
  newest?: string;
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
  const newest = newestOf(subscription, found);
  return {
    type,
    source: subscriptionSource(subscription, type),
    ...(newest && { newest }),
  };
}

function subscriptionSource(subscription: Subscription, type: string): string {
  const { git, image, chart, name } = subscription;
  if (chart) {
    return chart.name ? `${chart.repoURL}/${chart.name}` : chart.repoURL;
  }
  return git?.repoURL ?? image?.repoURL ?? name ?? type;
}

function newestOf(
  subscription: Subscription,
  found: DiscoveredArtifacts | undefined,
): string | undefined {
  const { git, image, chart, name } = subscription;
  const belongs = (result: { repoURL: string; subscriptionName?: string }) =>
    name !== undefined && result.subscriptionName !== undefined
      ? result.subscriptionName === name
      : result.repoURL === (git ?? image ?? chart)?.repoURL;
  if (git) {
    const [commit] = found?.git?.find(belongs)?.commits ?? [];
    return commit && (commit.tag ?? commit.id.slice(0, 7));
  }
  if (image) {
    return found?.images?.find(belongs)?.references[0]?.tag;
  }
  if (chart) {
    return found?.charts?.find(
      result => belongs(result) && (result.name ?? '') === (chart.name ?? ''),
    )?.versions[0];
  }
  return found?.results?.find(result => result.name === name)
    ?.artifactReferences[0]?.version;
}
