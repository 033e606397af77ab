import { z } from 'zod';
import { unwrapSchema } from './pruneManifest';

/** Fields that manifests of other versions bring along, and what to write today. */
const RENAMED: Record<string, string> = {
  semverConstraint: 'constraint',
  constraint: 'semverConstraint',
  tagSelectionStrategy: 'imageSelectionStrategy',
  allowTags: 'allowTagsRegexes',
  ignoreTags: 'ignoreTagsRegexes',
  promotionMechanisms: 'promotionTemplate',
  subscriptions: 'requestedFreight',
};

/** Fields that stand in a manifest of another kind today. */
const MOVED: Record<string, string> = {
  promotionPolicies: 'it in the spec of a ProjectConfig named like the Project',
};

/**
 * What may stand where an unknown field was found: the field that was probably meant, or
 * the fields that are known there.
 *
 * @param path - of the object that holds the unknown field
 *
 * @public
 */
export function suggestField(
  schema: z.ZodType,
  path: readonly PropertyKey[],
  unknown: string,
): string {
  const known = knownFields(schema, path);
  const renamed = Object.hasOwn(RENAMED, unknown)
    ? RENAMED[unknown]
    : undefined;
  const meant =
    renamed && known.includes(renamed) ? renamed : closest(unknown, known);
  if (meant) {
    return `"${meant}"`;
  }
  return known.length > 0
    ? `one of ${known.join(', ')}`
    : (Object.hasOwn(MOVED, unknown) && MOVED[unknown]) || 'no such field';
}

function knownFields(
  schema: z.ZodType,
  path: readonly PropertyKey[],
): string[] {
  const reached = path.reduce<z.ZodType | undefined>(
    (current, part) => current && step(unwrapSchema(current), part),
    schema,
  );
  const object = reached && unwrapSchema(reached);
  return object instanceof z.ZodObject ? Object.keys(object.shape) : [];
}

function step(schema: z.ZodType, part: PropertyKey): z.ZodType | undefined {
  if (schema instanceof z.ZodObject) {
    return schema.shape[String(part)] as z.ZodType | undefined;
  }
  if (schema instanceof z.ZodArray) {
    return schema.element as z.ZodType;
  }
  return schema instanceof z.ZodRecord
    ? (schema.valueType as z.ZodType)
    : undefined;
}

const MAX_SLIPS = 2;

/** The known field that differs by at most two letters. */
function closest(unknown: string, known: string[]): string | undefined {
  const ranked = known
    .map(field => ({ field, slips: slipsBetween(unknown, field) }))
    .sort((a, b) => a.slips - b.slips);
  const best = ranked.at(0);
  return best && best.slips <= MAX_SLIPS ? best.field : undefined;
}

/**
 * Letters to insert, remove or change (Levenshtein distance); case does not count. Of names
 * whose lengths differ by more than counts it is not told: a field may have any length.
 */
function slipsBetween(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > MAX_SLIPS) {
    return MAX_SLIPS + 1;
  }
  const [left, right] = [a.toLowerCase(), b.toLowerCase()];
  let row = Array.from({ length: right.length + 1 }, (_, i) => i);
  for (let i = 1; i <= left.length; i++) {
    const next = [i];
    for (let j = 1; j <= right.length; j++) {
      next[j] = Math.min(
        row[j] + 1,
        next[j - 1] + 1,
        row[j - 1] + (left[i - 1] === right[j - 1] ? 0 : 1),
      );
    }
    row = next;
  }
  return row[right.length];
}
