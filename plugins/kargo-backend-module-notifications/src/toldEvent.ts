import {
  EVENT_ANNOTATION_PREFIX,
  freightArtifacts,
  FreightReference,
  KargoEvent,
} from 'backstage-plugin-kargo-common';

/** An event of Kargo, as far as somebody may have to be told of it. */
export interface ToldEvent {
  /** Such as `PromotionFailed`. */
  type: string;
  project: string;
  message: string;
  /** As Kargo records who acts, such as `user:default/rita`. */
  actor?: string;
  stage?: string;
  promotion?: string;
  freight?: ToldFreight;
  analysisRun?: string;
  pullRequest?: { number: string; url: string };
}

/** The Freight that an event is about. */
export interface ToldFreight {
  name: string;
  warehouse: string;
  /** What people call it. */
  title: string;
}

/** Whether an event is told of Stages other than the one that it names. */
export function tellsOfOthers({ type }: ToldEvent): boolean {
  return type === 'FreightCreated' || type === 'FreightVerificationSucceeded';
}

/** `1.4.1 (calm-heron)`: what Freight is, then what it is called. */
export function titleOf(
  freight: Pick<FreightReference, 'name'> &
    Parameters<typeof freightArtifacts>[0] & { alias?: string | undefined },
): string {
  const called = freight.alias || freight.name.slice(0, 7);
  const version = freightArtifacts(freight)[0]?.version;
  return version ? `${version} (${called})` : called;
}

/** Reads what is told of an event. */
export function readToldEvent(event: KargoEvent): ToldEvent {
  const { metadata, reason, message } = event;
  const data = (name: string) =>
    metadata.annotations?.[EVENT_ANNOTATION_PREFIX + name] || undefined;
  const actor = data('actor');
  const stage = data('stage-name');
  const promotion = data('promotion-name');
  const analysisRun = data('analysis-run-name');
  const number = data('pull-request-number');
  const url = data('pull-request-url');
  const freight = freightOf(data);
  return {
    type: reason,
    project: metadata.namespace ?? '',
    message: message ?? '',
    ...(actor && { actor }),
    ...(stage && { stage }),
    ...(promotion && { promotion }),
    ...(freight && { freight }),
    ...(analysisRun && { analysisRun }),
    ...(number && url && { pullRequest: { number, url } }),
  };
}

function freightOf(
  data: (name: string) => string | undefined,
): ToldFreight | undefined {
  const name = data('freight-name');
  if (!name) {
    return undefined;
  }
  // Kargo wrote them from Freight that it had checked.
  const content = {
    images: listOf(data('freight-images')),
    charts: listOf(data('freight-charts')),
    commits: listOf(data('freight-commits')),
    artifacts: listOf(data('freight-artifacts')),
  } as Parameters<typeof freightArtifacts>[0];
  return {
    name,
    warehouse: data('freight-warehouse-name') ?? '',
    title: titleOf({ name, alias: data('freight-alias'), ...content }),
  };
}

function listOf(json: string | undefined): unknown[] | undefined {
  try {
    const list: unknown = JSON.parse(json ?? '');
    return Array.isArray(list) ? list : undefined;
  } catch {
    // What cannot be read only names the Freight less well.
    return undefined;
  }
}
