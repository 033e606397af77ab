import { ANNOTATIONS, Promotion } from 'backstage-plugin-kargo-common';

/** Who asked to abort; `undefined` when nobody did. */
export function abortRequest(
  promotion: Promotion,
): { actor?: string } | undefined {
  return parseAbortRequest(promotion.metadata.annotations?.[ANNOTATIONS.abort]);
}

/** Reads the annotation that asks to abort: an action, or a JSON request. */
export function parseAbortRequest(
  value: string | undefined,
): { actor?: string } | undefined {
  if (!value) {
    return undefined;
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(value);
  } catch {
    return value === 'terminate' ? {} : undefined;
  }
  const request = parsed as { action?: unknown; actor?: unknown } | null;
  if (typeof request !== 'object' || request?.action !== 'terminate') {
    return undefined;
  }
  return typeof request.actor === 'string' ? { actor: request.actor } : {};
}
