import {
  KARGO_API_VERSION,
  KindName,
  PromotionStatus,
  WarehouseStatus,
} from 'backstage-plugin-kargo-common';

/** What the engine remembers of a Promotion beside what Kargo's own object tells. */
const PROMOTION_STATUS: ReadonlyArray<keyof PromotionStatus> = [
  'interruptedStep',
  'nextCheckAt',
  'sealedOutputs',
  'untriedStep',
  'workspace',
];

/** What the engine remembers of a Warehouse beside what Kargo's own object tells. */
const WAREHOUSE_STATUS: ReadonlyArray<keyof WarehouseStatus> = [
  'considered',
  'subscriptionFailures',
  'subscriptionState',
];

/** Our fields of a kind: places of objects, and which of their fields stay inside. */
type OwnFields = ReadonlyArray<{
  path: readonly string[];
  fields: readonly string[];
}>;

/** By kind; what people may know of them is told by the `…/why` of the object. */
const OWN_FIELDS: Partial<Record<KindName, OwnFields>> = {
  Promotion: [{ path: ['status'], fields: PROMOTION_STATUS }],
  Stage: ['currentPromotion', 'lastPromotion'].map(reference => ({
    path: ['status', reference, 'status'],
    fields: PROMOTION_STATUS,
  })),
  Warehouse: [{ path: ['status'], fields: WAREHOUSE_STATUS }],
};

type Json = Record<string, unknown>;

/**
 * An answer whose objects have no fields but those of Kargo's own.
 *
 * @remarks
 * Kargo's clients refuse an object with a field that they do not know, all of its command
 * line's output formats with it. Objects are found wherever an answer holds them: alone, in
 * lists, in groups, as results.
 */
export function withoutOwnFields(answer: unknown): unknown {
  if (Array.isArray(answer)) {
    return answer.map(withoutOwnFields);
  }
  if (typeof answer !== 'object' || answer === null) {
    return answer;
  }
  const { kind, apiVersion, metadata } = answer as Json;
  if (typeof kind === 'string' && metadata !== undefined && !isList(kind)) {
    const own = OWN_FIELDS[kind as KindName];
    return own && apiVersion === KARGO_API_VERSION
      ? own.reduce<unknown>(
          (object, { path, fields }) => omitAt(object, path, fields),
          answer,
        )
      : answer;
  }
  return Object.fromEntries(
    Object.entries(answer).map(([name, value]) => [
      name,
      withoutOwnFields(value),
    ]),
  );
}

function isList(kind: string): boolean {
  return kind.endsWith('List');
}

function omitAt(
  value: unknown,
  [next, ...rest]: readonly string[],
  fields: readonly string[],
): unknown {
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  if (next === undefined) {
    return Object.fromEntries(
      Object.entries(value).filter(([name]) => !fields.includes(name)),
    );
  }
  return Object.hasOwn(value, next)
    ? { ...value, [next]: omitAt((value as Json)[next], rest, fields) }
    : value;
}
