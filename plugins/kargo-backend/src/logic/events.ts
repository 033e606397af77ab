import {
  ANNOTATIONS,
  ApiToken,
  awaitedPullRequest,
  Draft,
  EVENT_ANNOTATION_PREFIX,
  Freight,
  freightDiscoveredAt,
  FreightReference,
  KARGO_API_VERSION,
  KargoEvent,
  Promotion,
  VerificationInfo,
} from 'backstage-plugin-kargo-common';
import {
  ApplicationName,
  expectedApplications,
} from './argocd/promotedApplications';

/** What happened; the reason of an Event. */
export type EventReason =
  | 'PromotionCreated'
  | 'PromotionWaiting'
  | 'PromotionSucceeded'
  | 'PromotionFailed'
  | 'PromotionErrored'
  | 'PromotionAborted'
  | 'PromotionDiscarded'
  | 'PromotionDeleted'
  | 'APITokenCreated'
  | 'APITokenDeleted'
  | 'FreightCreated'
  | 'FreightApproved'
  | 'FreightVerificationSucceeded'
  | 'FreightVerificationFailed'
  | 'FreightVerificationErrored'
  | 'FreightVerificationAborted'
  | 'FreightVerificationInconclusive'
  | 'FreightVerificationUnknown';

/**
 * What somebody may have to do something about.
 *
 * @remarks Differs: Kargo gives everything the severity `Normal`.
 */
const TROUBLES: ReadonlySet<EventReason> = new Set([
  'PromotionFailed',
  'PromotionErrored',
  'PromotionAborted',
  'FreightVerificationFailed',
  'FreightVerificationErrored',
  'FreightVerificationAborted',
  'FreightVerificationInconclusive',
  'FreightVerificationUnknown',
]);

/** When and by whom, and a unique part for the name. */
export interface EventContext {
  /** RFC 3339. */
  now: string;
  id: string;
  /** Component that reports, for example `stage-controller`. */
  component: string;
  actor?: string;
}

/** An Event about a Promotion. A Promotion's creator counts as the actor. */
export function promotionEvent(
  reason: EventReason,
  promotion: Promotion,
  freight: Freight | undefined,
  context: EventContext,
  extra: { message: string; verificationPending?: boolean },
): Draft<KargoEvent> {
  const { annotations = {} } = promotion.metadata;
  const actor = annotations[ANNOTATIONS.createActor] ?? context.actor;
  const applications = expectedApplications(promotion);
  const pullRequest = awaitedPullRequest(promotion.status);
  return event(reason, promotion, extra.message, context, {
    actor,
    'promotion-name': promotion.metadata.name,
    'promotion-create-time': promotion.metadata.creationTimestamp,
    'stage-name': promotion.spec.stage,
    ...(applications.length > 0 && {
      applications: JSON.stringify(applications.map(namespacedName)),
    }),
    ...(annotations[ANNOTATIONS.rollback] === 'true' && { rollback: 'true' }),
    ...(pullRequest && {
      'pull-request-number': String(pullRequest.number),
      'pull-request-url': pullRequest.url,
    }),
    ...(extra.verificationPending !== undefined && {
      'verification-pending': String(extra.verificationPending),
    }),
    ...(freight && freightAnnotations(freight)),
  });
}

/** As Kargo writes one, with the names of its fields in Go. */
function namespacedName({ name, namespace }: ApplicationName) {
  return { Namespace: namespace, Name: name };
}

/** An Event about Freight, with the Stage it concerns, if any. */
export function freightEvent(
  reason: EventReason,
  freight: Freight,
  stageName: string,
  context: EventContext,
  extra: {
    message?: string;
    verification?: VerificationInfo;
    /** What brought the Freight that is verified. */
    promotion?: string;
  } = {},
): Draft<KargoEvent> {
  const { verification } = extra;
  const message = extra.message || describeFreight(reason, freight, stageName);
  return event(reason, freight, message, context, {
    actor: verification?.actor ?? context.actor,
    'stage-name': stageName,
    ...freightAnnotations(freight),
    'verification-start-time': verification?.startTime,
    'verification-finish-time': verification?.finishTime,
    'analysis-run-name': verification?.analysisRun?.name,
    'promotion-name': extra.promotion,
  });
}

/** What became of a verification, in words. */
const VERIFICATIONS: Partial<Record<EventReason, string>> = {
  FreightVerificationSucceeded: 'succeeded',
  FreightVerificationFailed: 'failed',
  FreightVerificationErrored: 'could not be carried out',
  FreightVerificationAborted: 'was aborted',
  FreightVerificationInconclusive: 'came to no conclusion',
  FreightVerificationUnknown: 'ended in a way that is not known',
};

/** What an Event says where nobody knows more: people read it, not its reason. */
function describeFreight(
  reason: EventReason,
  { origin }: Freight,
  stageName: string,
): string {
  const end = VERIFICATIONS[reason];
  if (end !== undefined) {
    return `Verification in Stage '${stageName}' ${end}`;
  }
  return reason === 'FreightCreated'
    ? `Freight created from Warehouse '${origin.name}'`
    : `Freight approved for Stage '${stageName}'`;
}

/** An Event about a token of the API; what is told of it is told of a Secret. */
export function tokenEvent(
  reason: 'APITokenCreated' | 'APITokenDeleted',
  token: ApiToken,
  context: EventContext,
  options: { isSystem: boolean },
): Draft<KargoEvent> {
  const { name } = token.metadata;
  const { role } = token.spec;
  const what =
    reason === 'APITokenCreated' ? 'created for Role' : 'deleted from Role';
  const by = context.actor ? ` by "${context.actor}"` : '';
  const message = `API token "${name}" ${what} "${role}"${by}`;
  const draft = event(reason, token, message, context, {
    actor: context.actor,
    'api-token-name': name,
    'role-name': role,
    ...(options.isSystem && { 'api-token-system-level': 'true' }),
  });
  const involvedObject = {
    ...draft.involvedObject,
    apiVersion: 'v1',
    kind: 'Secret',
  };
  return { ...draft, involvedObject };
}

function event(
  reason: EventReason,
  about: Promotion | Freight | ApiToken,
  message: string,
  context: EventContext,
  data: Record<string, string | undefined>,
): Draft<KargoEvent> {
  const namespace = about.metadata.namespace ?? '';
  const all = { project: namespace, ...data };
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: {
      name: `${about.metadata.name.slice(0, 220)}.${context.id}`,
      namespace,
      annotations: Object.fromEntries(
        Object.entries(all).flatMap(([key, value]) =>
          value === undefined ? [] : [[EVENT_ANNOTATION_PREFIX + key, value]],
        ),
      ),
    },
    type: TROUBLES.has(reason) ? 'Warning' : 'Normal',
    reason,
    message,
    involvedObject: {
      apiVersion: KARGO_API_VERSION,
      kind: about.kind,
      namespace,
      name: about.metadata.name,
      uid: about.metadata.uid,
    },
    source: { component: context.component },
    firstTimestamp: context.now,
    lastTimestamp: context.now,
    count: 1,
  };
}

function freightAnnotations(freight: Freight): Record<string, string> {
  const lists: Array<[string, unknown[] | undefined]> = [
    ['freight-commits', freight.commits],
    ['freight-images', freight.images],
    ['freight-charts', freight.charts],
    ['freight-artifacts', freight.artifacts],
  ];
  return {
    'freight-name': freight.metadata.name,
    'freight-create-time': freightDiscoveredAt(freight),
    'freight-warehouse-name': freight.origin.name,
    ...(freight.alias && { 'freight-alias': freight.alias }),
    ...Object.fromEntries(
      lists.flatMap(([key, list]) =>
        list?.length ? [[key, JSON.stringify(list)]] : [],
      ),
    ),
  };
}

/** The Event for a verification that ended. */
export function verificationReason(
  phase: VerificationInfo['phase'],
): EventReason {
  switch (phase) {
    case 'Successful':
      return 'FreightVerificationSucceeded';
    case 'Failed':
      return 'FreightVerificationFailed';
    case 'Error':
      return 'FreightVerificationErrored';
    case 'Aborted':
      return 'FreightVerificationAborted';
    case 'Inconclusive':
      return 'FreightVerificationInconclusive';
    default:
      return 'FreightVerificationUnknown';
  }
}

/** The names of all Freight in a collection. */
export function freightNames(
  items: Record<string, FreightReference> | undefined,
): string[] {
  return Object.values(items ?? {}).map(item => item.name);
}
