import { isPromotionTerminal, Promotion } from '../model/Promotion';

/**
 * Orders the Promotions of one Stage as its queue does: the running one, then the
 * waiting ones oldest first, then the finished ones newest first. Names end in a
 * ULID, so ascending names are ascending creation times.
 *
 * @public
 */
export function comparePromotions(a: Promotion, b: Promotion): number {
  const byRank = rank(a) - rank(b);
  if (byRank !== 0) {
    return byRank;
  }
  const byName = compareNames(a.metadata.name, b.metadata.name);
  return isPromotionTerminal(a.status?.phase) ? -byName : byName;
}

/**
 * Orders Promotions of any Stages newest first.
 *
 * @public
 */
export function compareNewestPromotion(a: Promotion, b: Promotion): number {
  return (
    compareNames(b.metadata.creationTimestamp, a.metadata.creationTimestamp) ||
    compareNames(b.metadata.name, a.metadata.name)
  );
}

function rank(promotion: Promotion): number {
  if (promotion.status?.phase === 'Running') {
    return 0;
  }
  return isPromotionTerminal(promotion.status?.phase) ? 2 : 1;
}

function compareNames(a: string, b: string): number {
  if (a === b) {
    return 0;
  }
  return a < b ? -1 : 1;
}
