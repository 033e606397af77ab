import { FreightReference } from 'backstage-plugin-kargo-common';
import { sha1Hex, sha256Hex } from './hash';

const NAME_LIMIT = 253;
const ULID_LENGTH = 26;
const SHORT_HASH = 7;
const PREFIX_LIMIT = NAME_LIMIT - 1 - ULID_LENGTH - 1 - SHORT_HASH;

function shortPrefix(prefix: string): string {
  return prefix.length > PREFIX_LIMIT
    ? prefix.slice(0, PREFIX_LIMIT).replace(/[.-]+$/, '')
    : prefix;
}

/**
 * Name of a Promotion: `<stage>.<ulid>.<first 7 of the Freight name>`. Names of one Stage
 * ascend in the order of creation if the ULID comes from {@link laterUlid}.
 */
export function promotionName(
  stage: string,
  ulid: string,
  freight: string,
): string {
  return `${shortPrefix(stage)}.${ulid}.${freight.slice(
    0,
    SHORT_HASH,
  )}`.toLowerCase();
}

/** Crockford's base 32 in lower case. */
const ULID_DIGITS = '0123456789abcdefghjkmnpqrstvwxyz';

/**
 * A ULID that sorts behind that of an earlier Promotion, whichever replica's clock made
 * it: the given one, or the earlier one plus one when that is ahead.
 *
 * @param ulid - 26 characters, fresh from this replica's clock
 * @param earlier - name of the newest Promotion of the same Stage
 */
export function laterUlid(ulid: string, earlier: string | undefined): string {
  const previous = earlier?.split('.').at(-2) ?? '';
  const isUlid =
    previous.length === ULID_LENGTH &&
    [...previous].every(digit => ULID_DIGITS.includes(digit));
  return isUlid && previous >= ulid ? increment(previous) : ulid;
}

function increment(ulid: string): string {
  const highest = ULID_DIGITS.at(-1)!;
  const kept = ulid.replace(new RegExp(`${highest}+$`), '');
  if (kept === '') {
    throw new Error(`No ULID comes after ${ulid}`);
  }
  const next = ULID_DIGITS[ULID_DIGITS.indexOf(kept.at(-1)!) + 1];
  return `${kept.slice(0, -1)}${next}`.padEnd(ULID_LENGTH, ULID_DIGITS[0]);
}

/** Name of an AnalysisRun: `<stage>.<ulid>.<first 7 of the collection id>`. */
export function analysisRunName(
  stage: string,
  ulid: string,
  collectionId: string,
): string {
  return promotionName(stage, ulid, collectionId);
}

/**
 * Id of a set of Freight: SHA-1 of the names, sorted by bytes and joined with commas.
 * It ignores origins, so the same set always has the same id.
 */
export function freightCollectionId(
  items: Record<string, FreightReference>,
): string {
  const names = Object.values(items)
    .map(item => item.name)
    .sort(byCodeUnit);
  return sha1Hex(names.join(','));
}

const LABEL_LIMIT = 63;

/** A label value of at most 63 characters; longer ones keep 54 and end in a hash. */
export function shortenLabelValue(value: string): string {
  if (value.length <= LABEL_LIMIT) {
    return value;
  }
  const kept = value.slice(0, LABEL_LIMIT - 9).replace(/-+$/, '');
  return `${kept}-${sha256Hex(value).slice(0, 8)}`;
}

/** Orders strings by code unit, as Go does; never by locale. */
export function byCodeUnit(a: string, b: string): number {
  if (a === b) {
    return 0;
  }
  return a < b ? -1 : 1;
}
