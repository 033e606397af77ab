import {
  ANNOTATIONS,
  FINALIZER,
  JsonObject,
  KindName,
  LABELS,
} from 'backstage-plugin-kargo-common';
import { parseAbortRequest } from '../promotion/abortRequest';
import { parseVerificationRequest } from '../stage/decideVerification';

/**
 * Annotations that the engine alone writes. What a manifest says in them is not taken:
 * they tell who did something, or make the engine do something.
 */
export const ENGINE_ANNOTATIONS: readonly string[] = [
  ANNOTATIONS.createActor,
  ANNOTATIONS.autoPromotionHold,
  ANNOTATIONS.autoPromotionResume,
  ANNOTATIONS.stage,
  ANNOTATIONS.promotion,
  ANNOTATIONS.verification,
  ANNOTATIONS.rolloutsCluster,
  ANNOTATIONS.rollback,
  ANNOTATIONS.retryOf,
  ANNOTATIONS.argocdContext,
  ANNOTATIONS.replicatedAt,
  ANNOTATIONS.refresh,
  ANNOTATIONS.reverify,
  ANNOTATIONS.abort,
  ANNOTATIONS.tokenLastUsed,
];

/** Labels that the engine alone writes. */
const ENGINE_LABELS: readonly string[] = [
  LABELS.stage,
  LABELS.freightCollection,
  LABELS.replicatedFrom,
  LABELS.replicatedSha,
];

/** What an annotation asks the engine for, without who asks; `undefined` for nothing. */
export type RequestReader = (value: string) => JsonObject | undefined;

const readVerification: RequestReader = value => {
  const request = parseVerificationRequest(value);
  return request && { id: request.id };
};

/**
 * Engine annotations in which a manifest may ask for something: what is new in them is
 * taken, in the name of whoever sends it.
 */
const REQUESTS: Partial<Record<KindName, Record<string, RequestReader>>> = {
  Stage: {
    [ANNOTATIONS.reverify]: readVerification,
    [ANNOTATIONS.abort]: readVerification,
  },
  Promotion: {
    [ANNOTATIONS.abort]: value =>
      parseAbortRequest(value) && { action: 'terminate' },
  },
};

type Texts = Record<string, string> | undefined;

/**
 * What a manifest newly asks of a stored resource, by annotation. A manifest that creates
 * something cannot ask for anything.
 */
export function newRequests(
  kind: string,
  given: Texts,
  stored: Texts,
): Record<string, JsonObject> {
  const readers = Object.hasOwn(REQUESTS, kind)
    ? REQUESTS[kind as KindName]
    : undefined;
  const asked: Record<string, JsonObject> = {};
  for (const [annotation, read] of Object.entries(readers ?? {})) {
    const request = readOptional(read, given?.[annotation]);
    const known = readOptional(read, stored?.[annotation]);
    if (request && JSON.stringify(request) !== JSON.stringify(known)) {
      asked[annotation] = request;
    }
  }
  return asked;
}

function readOptional(read: RequestReader, value: string | undefined) {
  return value === undefined ? undefined : read(value);
}

/**
 * The annotations of a resource that is about to be stored: the user's from the manifest,
 * the engine's as they are stored, and what is newly asked for with the name of who asks.
 *
 * @param stored - annotations of the stored resource; `undefined` when there is none
 */
export function admitAnnotations(
  kind: string,
  given: Texts,
  stored: Texts,
  actor: string,
): Record<string, string> {
  const asked = stored ? newRequests(kind, given, stored) : {};
  return {
    ...replaceOwned(given, stored, ENGINE_ANNOTATIONS),
    ...Object.fromEntries(
      Object.entries(asked).map(([annotation, request]) => [
        annotation,
        JSON.stringify({ ...request, actor }),
      ]),
    ),
  };
}

/** The labels of a resource that is about to be stored. */
export function admitLabels(given: Texts, stored: Texts) {
  return replaceOwned(given, stored, ENGINE_LABELS);
}

/** The user's texts with the engine's as they are stored. */
function replaceOwned(
  given: Texts,
  stored: Texts,
  owned: readonly string[],
): Record<string, string> {
  const kept = Object.entries(stored ?? {}).filter(([key]) =>
    owned.includes(key),
  );
  const users = Object.entries(given ?? {}).filter(
    ([key]) => !owned.includes(key),
  );
  return Object.fromEntries([...users, ...kept]);
}

/**
 * The finalizers of a resource that is about to be stored. Kargo's own is the engine's
 * alone: one that nobody takes away would keep the resource for ever. Others are what the
 * manifest says, if it says any, so that they can be taken away.
 */
export function admitFinalizers(
  given: readonly string[] | undefined,
  stored: readonly string[] | undefined,
  isCleanedUp: boolean,
): string[] {
  const isKept = stored ? stored.includes(FINALIZER) : isCleanedUp;
  const others = (given ?? stored ?? []).filter(name => name !== FINALIZER);
  return [...new Set([...others, ...(isKept ? [FINALIZER] : [])])];
}
