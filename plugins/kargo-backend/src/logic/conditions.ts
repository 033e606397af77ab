import { Condition } from 'backstage-plugin-kargo-common';

const MAX_MESSAGE_BYTES = 32_768;
const TRUNCATED = ' ... (truncated)';

/** A condition before its times are known. */
export type ConditionDraft = Pick<
  Condition,
  'type' | 'status' | 'reason' | 'message'
> & { observedGeneration?: number };

/**
 * The conditions with one set.
 *
 * @remarks
 * Upstream: replacing a condition keeps its `lastTransitionTime`, even when `status`
 * flips; only a condition that was absent gets `now`. Messages are cut at 32768 bytes.
 */
export function setCondition(
  conditions: readonly Condition[] | undefined,
  draft: ConditionDraft,
  now: string,
): Condition[] {
  const next = { ...draft, message: truncate(draft.message) };
  const all = conditions ?? [];
  const existing = all.find(condition => condition.type === draft.type);
  if (!existing) {
    return [...all, { ...next, lastTransitionTime: now }];
  }
  if (isSame(existing, next)) {
    return [...all];
  }
  return all.map(condition =>
    condition === existing
      ? { ...next, lastTransitionTime: existing.lastTransitionTime }
      : condition,
  );
}

/** The conditions without those of the given types. */
export function deleteConditions(
  conditions: readonly Condition[] | undefined,
  ...types: string[]
): Condition[] {
  return (conditions ?? []).filter(({ type }) => !types.includes(type));
}

function isSame(existing: Condition, next: ConditionDraft): boolean {
  return (
    existing.status === next.status &&
    existing.reason === next.reason &&
    existing.message === next.message &&
    (existing.observedGeneration ?? 0) >= (next.observedGeneration ?? 0)
  );
}

function truncate(message: string): string {
  const bytes = new TextEncoder().encode(message);
  if (bytes.length <= MAX_MESSAGE_BYTES) {
    return message;
  }
  const room = MAX_MESSAGE_BYTES - TRUNCATED.length;
  const kept = new TextDecoder().decode(bytes.subarray(0, room));
  // A character cut in half decodes to U+FFFD.
  return kept.replace(/\uFFFD$/, '') + TRUNCATED;
}
